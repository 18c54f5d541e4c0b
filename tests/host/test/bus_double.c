// SPDX-License-Identifier: GPL-2.0-only
/* Doubles for tests of one device (bus_double.h). */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus_double.h"
#include "core/loop.h"
#include "ctl/ctl.h"

struct in_packet {
	uint16_t type;
	bool wants, nonsense;
	uint64_t trans_id;
	uint8_t *data;
	size_t len;
	struct vmb_sg sg;
	struct in_packet *next;
};

struct out_packet {
	struct dbl_packet p;
	struct out_packet *next;
};

struct vmb_channel {
	struct vmb_offer_spec spec;
	const struct vmb_ops *ops;
	void *priv;
	bool open, rescinded, wake, stopped;
	int batch, room;
	struct in_packet *in, **in_last, *now;
	struct out_packet *out, **out_last;
	struct vmb_channel *next;
};

static struct vmb_channel *channels;
static uint32_t version = VMBUS_VERSION(5, 3);
static uint64_t now_ns = 1;
static struct loop_timer *timers;
static char why[1024], event_name[64];

/* --- loop ------------------------------------------------------------------------------------------------------------ */

struct post {
	loop_fn fn;
	void *arg;
	struct post *next;
};

static pthread_mutex_t post_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t posted = PTHREAD_COND_INITIALIZER;
static struct post *post_first, **post_last = &post_first;

int loop_post(loop_fn fn, void *arg)
{
	struct post *p = malloc(sizeof(*p));

	if (!p)
		return -ENOMEM;
	*p = (struct post){ fn, arg, NULL };
	pthread_mutex_lock(&post_lock);
	*post_last = p;
	post_last = &p->next;
	pthread_cond_signal(&posted);
	pthread_mutex_unlock(&post_lock);
	return 0;
}

static struct post *take_post(bool wait)
{
	struct timespec until;
	struct post *p;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	pthread_mutex_lock(&post_lock);
	while (wait && !post_first)
		if (pthread_cond_timedwait(&posted, &post_lock, &until))
			break;
	p = post_first;
	if (p) {
		post_first = p->next;
		if (!post_first)
			post_last = &post_first;
	}
	pthread_mutex_unlock(&post_lock);
	return p;
}

void loop_timer_init(struct loop_timer *t, loop_fn fn, void *arg)
{
	*t = (struct loop_timer){ .fn = fn, .arg = arg };
}

void loop_timer_cancel(struct loop_timer *t)
{
	struct loop_timer **at;

	for (at = &timers; *at; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	t->due_ns = 0;
}

void loop_timer_set(struct loop_timer *t, uint64_t ns)
{
	loop_timer_cancel(t);
	t->due_ns = now_ns + ns;
	t->next = timers;
	timers = t;
}

uint64_t loop_now_ns(void)
{
	return now_ns;
}

static struct loop_timer *due(void)
{
	struct loop_timer *t;

	for (t = timers; t && t->due_ns > now_ns; t = t->next)
		;
	return t;
}

void dbl_advance(uint64_t ns)
{
	struct loop_timer *t;

	now_ns += ns;
	while ((t = due()) != NULL) {
		loop_timer_cancel(t);
		t->fn(t->arg);
	}
}

/* --- control socket -------------------------------------------------------------------------------------------------- */

struct ctl_request {
	int nothing;
};

void ctl_why(struct ctl_request *req, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
}

void ctl_event(const char *name, const char *device, json_t *data)
{
	snprintf(event_name, sizeof(event_name), "%s", name);
	json_decref(data);
}

const char *dbl_why(void)
{
	return why;
}

const char *dbl_event(void)
{
	return event_name;
}

int dbl_verb(struct device *d, const char *verb, const char *json_args, json_t *reply)
{
	json_t *args = json_loads(json_args, 0, NULL), *own = reply ? NULL : json_object();
	struct ctl_request req = { 0 };
	int err = -ENOSYS;

	for (const struct device_verb *v = d->type->verbs; v->name; v++)
		if (!strcmp(v->name, verb))
			err = v->fn(d, args, reply ? reply : own, &req);
	json_decref(args);
	json_decref(own);
	return err;
}

/* --- channels ------------------------------------------------------------------------------------------------------------ */

struct vmb_channel *vmb_offer(const struct vmb_offer_spec *spec, const struct vmb_ops *ops, void *priv)
{
	struct vmb_channel *ch = calloc(1, sizeof(*ch)), **at;

	if (!ch)
		return NULL;
	ch->spec = *spec;
	ch->spec.name = strdup(spec->name);
	ch->ops = ops;
	ch->priv = priv;
	ch->room = -1;
	ch->in_last = &ch->in;
	ch->out_last = &ch->out;
	for (at = &channels; *at; at = &(*at)->next)
		;
	*at = ch;
	return ch;
}

static void free_in(struct in_packet *p)
{
	if (!p)
		return;
	vmb_sg_free(&p->sg);
	free(p->data);
	free(p);
}

static void empty(struct vmb_channel *ch)
{
	struct in_packet *in;
	struct out_packet *out;

	free_in(ch->now);
	ch->now = NULL;
	while ((in = ch->in) != NULL) {
		ch->in = in->next;
		free_in(in);
	}
	ch->in_last = &ch->in;
	while ((out = ch->out) != NULL) {
		ch->out = out->next;
		free(out);
	}
	ch->out_last = &ch->out;
}

int dbl_open(struct vmb_channel *ch)
{
	uint8_t user[VMBUS_OFFER_USER_LEN] = { 0 };
	int err = ch->ops->open(ch, user);

	ch->open = !err;
	ch->wake = true;
	ch->stopped = false;
	return err;
}

void dbl_close(struct vmb_channel *ch)
{
	if (!ch->open)
		return;
	ch->ops->close(ch);
	ch->open = false;
	empty(ch);
}

void dbl_release(struct vmb_channel *ch)
{
	struct vmb_channel **at;

	dbl_close(ch);
	for (at = &channels; *at != ch; at = &(*at)->next)
		;
	*at = ch->next;
	if (ch->ops->gone)
		ch->ops->gone(ch);
	empty(ch);
	free((char *)ch->spec.name);
	free(ch);
}

void vmb_rescind(struct vmb_channel *ch)
{
	dbl_close(ch);
	ch->rescinded = true;
}

void *vmb_priv(const struct vmb_channel *ch)
{
	return ch->priv;
}

const char *vmb_name(const struct vmb_channel *ch)
{
	return ch->spec.name;
}

uint32_t vmb_relid(const struct vmb_channel *ch)
{
	return 1;
}

uint16_t vmb_sub_index(const struct vmb_channel *ch)
{
	return ch->spec.sub_index;
}

bool vmb_is_open(const struct vmb_channel *ch)
{
	return ch->open;
}

uint32_t vmb_version(void)
{
	return version;
}

void vmb_poll(struct vmb_channel *ch)
{
	ch->wake = true;
}

void vmb_batch_begin(struct vmb_channel *ch)
{
	ch->batch++;
}

void vmb_batch_end(struct vmb_channel *ch)
{
	if (--ch->batch < 0)
		abort();
}

/* --- packets --------------------------------------------------------------------------------------------------------------- */

bool vmb_sg_dup(struct vmb_sg *to, const struct vmb_sg *from)
{
	*to = *from;
	to->iov = malloc((from->count + 1) * sizeof(*to->iov));
	if (!to->iov)
		return false;
	if (from->count)
		memcpy(to->iov, from->iov, from->count * sizeof(*to->iov));
	return true;
}

void vmb_sg_free(struct vmb_sg *sg)
{
	free(sg->iov);
	memset(sg, 0, sizeof(*sg));
}

size_t vmb_sg_read(const struct vmb_sg *sg, size_t offset, void *buf, size_t len)
{
	size_t done = 0, n;

	for (unsigned int i = 0; i < sg->count && done < len; i++) {
		if (offset >= sg->iov[i].iov_len) {
			offset -= sg->iov[i].iov_len;
			continue;
		}
		n = sg->iov[i].iov_len - offset < len - done ? sg->iov[i].iov_len - offset : len - done;
		memcpy((char *)buf + done, (char *)sg->iov[i].iov_base + offset, n);
		offset = 0;
		done += n;
	}
	return done;
}

size_t vmb_sg_write(const struct vmb_sg *sg, size_t offset, const void *buf, size_t len)
{
	size_t done = 0, n;

	for (unsigned int i = 0; i < sg->count && done < len; i++) {
		if (offset >= sg->iov[i].iov_len) {
			offset -= sg->iov[i].iov_len;
			continue;
		}
		n = sg->iov[i].iov_len - offset < len - done ? sg->iov[i].iov_len - offset : len - done;
		memcpy((char *)sg->iov[i].iov_base + offset, (const char *)buf + done, n);
		offset = 0;
		done += n;
	}
	return done;
}

static void link_in(struct vmb_channel *ch, struct in_packet *p)
{
	*ch->in_last = p;
	ch->in_last = &p->next;
	ch->wake = true;
}

void dbl_push(struct vmb_channel *ch, uint16_t type, bool wants, uint64_t trans_id, const void *data, size_t len,
	      const struct iovec *iov, unsigned int count)
{
	struct in_packet *p = calloc(1, sizeof(*p));
	size_t padded = (len + 7) / 8 * 8;
	struct vmb_sg sg = { (struct iovec *)iov, count, 0 };

	for (unsigned int i = 0; i < count; i++)
		sg.bytes += iov[i].iov_len;
	/* A block of just this size: what a device reads past it is caught. */
	if (!p || !(p->data = calloc(1, padded + (padded == 0))) || !vmb_sg_dup(&p->sg, &sg))
		abort();
	if (len)
		memcpy(p->data, data, len);
	p->type = type;
	p->wants = wants;
	p->trans_id = trans_id;
	p->len = padded;
	link_in(ch, p);
}

void dbl_push_nonsense(struct vmb_channel *ch)
{
	struct in_packet *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	p->nonsense = true;
	link_in(ch, p);
}

int vmb_recv(struct vmb_channel *ch, struct vmb_packet *out)
{
	struct in_packet *p = ch->in;

	free_in(ch->now);
	ch->now = NULL;
	if (ch->stopped || !ch->open || !p)
		return 0;
	ch->in = p->next;
	if (!ch->in)
		ch->in_last = &ch->in;
	ch->now = p;
	ch->stopped = p->nonsense;
	if (p->nonsense)
		return -EPROTO;
	memset(out, 0, sizeof(*out));
	out->type = p->type;
	out->wants_completion = p->wants;
	out->trans_id = p->trans_id;
	out->data = p->data;
	out->len = p->len;
	out->sg = p->sg;
	out->ranges = p->type == VM_PKT_DATA_USING_GPA_DIRECT;
	out->range = out->ranges ? &p->sg : NULL;
	return 1;
}

void dbl_room(struct vmb_channel *ch, int packets)
{
	ch->room = packets;
	ch->wake = true;
}

int vmb_send(struct vmb_channel *ch, uint16_t type, bool wants, uint64_t trans_id, const struct iovec *iov, unsigned int count)
{
	struct out_packet *p;

	if (!ch->open)
		return -ENOTCONN;
	if (ch->room == 0)
		return -EAGAIN;
	p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	ch->room -= ch->room > 0;
	p->p = (struct dbl_packet){ .type = type, .trans_id = trans_id, .wants_completion = wants };
	for (unsigned int i = 0; i < count; i++) {
		if (p->p.len + iov[i].iov_len > sizeof(p->p.data))
			abort();
		memcpy(p->p.data + p->p.len, iov[i].iov_base, iov[i].iov_len);
		p->p.len += iov[i].iov_len;
	}
	*ch->out_last = p;
	ch->out_last = &p->next;
	return 0;
}

int vmb_send_inband(struct vmb_channel *ch, uint64_t trans_id, bool wants, const void *data, size_t len)
{
	struct iovec iov = { (void *)data, len };

	return vmb_send(ch, VM_PKT_DATA_INBAND, wants, trans_id, &iov, 1);
}

int vmb_complete(struct vmb_channel *ch, uint64_t trans_id, const void *data, size_t len)
{
	struct iovec iov = { (void *)data, len };

	return vmb_send(ch, VM_PKT_COMP, false, trans_id, &iov, 1);
}

bool dbl_pop(struct vmb_channel *ch, struct dbl_packet *out)
{
	struct out_packet *p = ch->out;

	if (!p)
		return false;
	*out = p->p;
	ch->out = p->next;
	if (!ch->out)
		ch->out_last = &ch->out;
	free(p);
	return true;
}

/* --- running ---------------------------------------------------------------------------------------------------------------- */

static bool run_post(bool wait)
{
	struct post *p = take_post(wait);

	if (!p)
		return false;
	p->fn(p->arg);
	free(p);
	return true;
}

static bool run_ready(void)
{
	for (struct vmb_channel *ch = channels; ch; ch = ch->next)
		if (ch->wake && ch->open && !ch->stopped) {
			ch->wake = false;
			ch->ops->ready(ch);
			return true;
		}
	return false;
}

bool dbl_run(bool (*busy)(void))
{
	unsigned int rounds = 0;

	for (;;) {
		while (run_ready() || run_post(false))
			if (++rounds > 1000000)
				abort();
		if (!busy || !busy())
			return true;
		if (!run_post(true))
			return false;
	}
}

struct vmb_channel *dbl_channel(unsigned int i)
{
	struct vmb_channel *ch;

	for (ch = channels; ch && i; ch = ch->next)
		i--;
	return ch;
}

unsigned int dbl_channels(void)
{
	unsigned int n = 0;

	for (struct vmb_channel *ch = channels; ch; ch = ch->next)
		n++;
	return n;
}

const struct vmb_offer_spec *dbl_spec(const struct vmb_channel *ch)
{
	return &ch->spec;
}

bool dbl_rescinded(const struct vmb_channel *ch)
{
	return ch->rescinded;
}

void dbl_version(uint32_t v)
{
	version = v;
}

void dbl_reset(void)
{
	while (channels)
		dbl_release(channels);
	while (run_post(false))
		;
	timers = NULL;
	now_ns = 1;
	version = VMBUS_VERSION(5, 3);
	why[0] = event_name[0] = 0;
}
