// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/device.h"
#include "core/log.h"
#include "core/loop.h"
#include "ctl/ctl.h"
#include "machine_double.h"

#define MESSAGES 4096
#define FDS 4096
#define POSTS 4096

static uint8_t *ram;
static struct dbl_message messages[MESSAGES];
static unsigned int first_message, message_count;
static unsigned int flags[DBL_VPS][16][2048], flag_count;
static struct {
	uint32_t id;
	int fd;
} bound[FDS];
static unsigned int bound_count;
static struct {
	int fd;
	loop_fd_fn fn;
	void *arg;
} watches[FDS];
static unsigned int watch_count;
static struct {
	loop_fn fn;
	void *arg;
} posts[POSTS];
static unsigned int first_post, post_count;
static struct loop_timer *timers;
static uint64_t now = NS_PER_S;
static bool paused;
static char last_event[64];
static unsigned int warnings, resets;
static struct {
	const char *name;
	ctl_fn fn;
} verbs[32];
static unsigned int verb_count;

/* Fresh pages: a fuzzer does this thousands of times a second. */
static void fresh_ram(void)
{
	if (!ram)
		ram = mmap(NULL, DBL_RAM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else
		madvise(ram, DBL_RAM, MADV_DONTNEED);
	if (ram == MAP_FAILED)
		abort();
}

void dbl_reset(void)
{
	fresh_ram();
	if (flag_count)
		memset(flags, 0, sizeof(flags));
	first_message = message_count = flag_count = bound_count = watch_count = first_post = post_count = verb_count = 0;
	timers = NULL;
	paused = false;
	last_event[0] = 0;
	warnings = resets = 0;
}

/* --- memory --------------------------------------------------------------------------------------------------------- */

uint8_t *dbl_ram(uint64_t gpa)
{
	return ram + gpa;
}

void *mem_ptr(uint64_t gpa, size_t len)
{
	if (gpa >= DBL_RAM || len > DBL_RAM - gpa)
		return NULL;
	if (gpa < DBL_HOLE + 4096 && gpa + len > DBL_HOLE)
		return NULL;
	return ram + gpa;
}

/* --- SynIC and signals ------------------------------------------------------------------------------------------------ */

unsigned int machine_vps(void)
{
	return DBL_VPS;
}

static int record(uint32_t vp, unsigned int sint, const void *payload, size_t len, bool raw)
{
	struct dbl_message *m;

	if (vp >= DBL_VPS || len > 240)
		return -EINVAL;
	if (message_count == MESSAGES)
		return 0; /* a test that looks at messages takes them */
	m = &messages[(first_message + message_count++) % MESSAGES];
	m->vp = vp;
	m->sint = sint;
	m->len = len;
	m->raw = raw;
	memcpy(m->bytes, payload, len);
	return 0;
}

int synic_post(uint32_t vp, unsigned int sint, const void *payload, size_t len)
{
	return record(vp, sint, payload, len, false);
}

int synic_post_raw(uint32_t vp, unsigned int sint, uint32_t type, const void *payload, size_t len, uint8_t size_field)
{
	(void)type;
	(void)size_field;
	return record(vp, sint, payload, len, true);
}

int synic_set_flag(uint32_t vp, unsigned int sint, unsigned int flag)
{
	if (vp >= DBL_VPS || sint > 15 || flag > 2047)
		abort(); /* the server must never ask for these */
	flags[vp][sint][flag]++;
	flag_count++;
	return 0;
}

void synic_drop_messages(void)
{
	message_count = 0;
}

bool dbl_take(struct dbl_message *m)
{
	if (!message_count)
		return false;
	*m = messages[first_message];
	first_message = (first_message + 1) % MESSAGES;
	message_count--;
	return true;
}

unsigned int dbl_waiting(void)
{
	return message_count;
}

unsigned int dbl_flag(uint32_t vp, unsigned int sint, unsigned int flag)
{
	return flags[vp][sint][flag];
}

unsigned int dbl_flags(void)
{
	return flag_count;
}

int signal_bind(uint32_t connection_id, int eventfd)
{
	unsigned int i;

	for (i = 0; i < bound_count; i++)
		if (bound[i].id == connection_id)
			return -EEXIST;
	if (bound_count == FDS)
		return -ENOSPC;
	bound[bound_count].id = connection_id;
	bound[bound_count++].fd = eventfd;
	return 0;
}

void signal_unbind(uint32_t connection_id)
{
	unsigned int i;

	for (i = 0; i < bound_count; i++)
		if (bound[i].id == connection_id) {
			bound[i] = bound[--bound_count];
			return;
		}
	abort();
}

bool dbl_signal(uint32_t connection_id)
{
	uint64_t one = 1;
	unsigned int i;

	for (i = 0; i < bound_count; i++)
		if (bound[i].id == connection_id)
			return write(bound[i].fd, &one, sizeof(one)) == sizeof(one);
	return false;
}

unsigned int dbl_bound(void)
{
	return bound_count;
}

bool machine_paused(void)
{
	return paused;
}

void dbl_pause(bool on)
{
	paused = on;
}

/* --- loop --------------------------------------------------------------------------------------------------------------- */

int loop_add_fd(int fd, uint32_t epoll_events, loop_fd_fn fn, void *arg)
{
	if (watch_count == FDS)
		return -ENOMEM;
	watches[watch_count].fd = fd;
	watches[watch_count].fn = fn;
	watches[watch_count++].arg = arg;
	return 0;
}

void loop_del_fd(int fd)
{
	unsigned int i;

	for (i = 0; i < watch_count; i++)
		if (watches[i].fd == fd) {
			watches[i] = watches[--watch_count];
			return;
		}
	abort();
}

int loop_post(loop_fn fn, void *arg)
{
	if (post_count == POSTS)
		return -ENOMEM;
	posts[(first_post + post_count) % POSTS].fn = fn;
	posts[(first_post + post_count++) % POSTS].arg = arg;
	return 0;
}

void loop_timer_init(struct loop_timer *t, loop_fn fn, void *arg)
{
	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->arg = arg;
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
	struct loop_timer **at;

	loop_timer_cancel(t);
	t->due_ns = now + ns;
	for (at = &timers; *at && (*at)->due_ns <= t->due_ns; at = &(*at)->next)
		;
	t->next = *at;
	*at = t;
}

uint64_t loop_now_ns(void)
{
	return now;
}

static bool run_post(void)
{
	loop_fn fn;
	void *arg;

	if (!post_count)
		return false;
	fn = posts[first_post].fn;
	arg = posts[first_post].arg;
	first_post = (first_post + 1) % POSTS;
	post_count--;
	fn(arg);
	return true;
}

static bool run_fd(void)
{
	struct pollfd p = { .events = POLLIN };
	unsigned int i;

	for (i = 0; i < watch_count; i++) {
		p.fd = watches[i].fd;
		if (poll(&p, 1, 0) == 1) {
			watches[i].fn(watches[i].arg, EPOLLIN);
			return true;
		}
	}
	return false;
}

void dbl_run(void)
{
	unsigned int turns = 0;

	while (run_post() || run_fd())
		if (++turns > 1000000)
			abort(); /* it would never end */
}

void dbl_advance(uint64_t ns)
{
	uint64_t end = now + ns;
	struct loop_timer *t;

	while ((t = timers) && t->due_ns <= end) {
		now = t->due_ns;
		timers = t->next;
		t->due_ns = 0;
		t->fn(t->arg);
		dbl_run();
	}
	now = end;
}

/* --- log, control socket, devices ----------------------------------------------------------------------------------------- */

void log_line(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level <= LOG_WARN)
		warnings++;
	if (!getenv("DBL_LOG"))
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void complain(const char *what, const char *next, const char *why_fmt, ...)
{
	(void)what;
	(void)next;
	(void)why_fmt;
	warnings++;
}

unsigned int dbl_warnings(void)
{
	return warnings;
}

void ctl_verb(const char *name, const char *help, ctl_fn fn)
{
	(void)help;
	if (verb_count == 32)
		abort();
	verbs[verb_count].name = name;
	verbs[verb_count++].fn = fn;
}

void ctl_why(struct ctl_request *req, const char *fmt, ...)
{
	(void)req;
	(void)fmt;
}

void ctl_event(const char *name, const char *device, json_t *data)
{
	snprintf(last_event, sizeof(last_event), "%s %s", name, device ? device : "-");
	json_decref(data);
}

const char *dbl_event(void)
{
	return last_event;
}

int dbl_verb(const char *name, const char *json_args, char *reply, size_t len)
{
	json_t *args = json_loads(json_args, 0, NULL), *out = json_object();
	unsigned int i;
	char *text;
	int err = -ENOSYS;

	for (i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].name, name))
			err = verbs[i].fn(args, out, NULL);
	text = json_dumps(out, JSON_COMPACT | JSON_SORT_KEYS);
	if (reply)
		snprintf(reply, len, "%s", text);
	free(text);
	json_decref(args);
	json_decref(out);
	return err;
}

void device_reset_all(void)
{
	resets++;
}

unsigned int dbl_resets(void)
{
	return resets;
}
