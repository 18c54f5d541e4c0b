// SPDX-License-Identifier: GPL-2.0-only
/* What all integration components share (ic.h). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "dev/ic.h"

#define NO_REQUEST 0
/* Daemons that drive the ring themselves answer with this id (9.5). */
#define ANY_ID UINT64_MAX

struct ic_request {
	uint64_t id; /* NO_REQUEST: not sent yet */
	uint64_t timeout_ns;
	ic_done_fn done;
	void *arg;
	struct ic_request *next;
	size_t len;
	uint8_t body[];
};

static void pump(struct ic *ic);

/* --- words --------------------------------------------------------------------------------------------------------- */

const char *ic_version_text(uint32_t version, char buf[16])
{
	snprintf(buf, 16, "%u.%u", version >> 16, version & 0xFFFF);
	return buf;
}

const char *ic_status_text(uint32_t status, char buf[64])
{
	static const struct {
		uint32_t status;
		const char *text;
	} words[] = {
		{ IC_E_FAIL, "failed, or its daemon did not answer in time" },
		{ IC_E_NO_MORE_ITEMS, "no such item" },
		{ IC_E_NOT_SUPPORTED, "not supported" },
		{ IC_E_MACHINE_LOCKED, "machine locked" },
		{ IC_E_NOT_CONNECTED, "device not connected" },
		{ IC_E_INVALID_ARG, "invalid argument" },
		{ IC_E_GUID_NOT_FOUND, "no such adapter" },
		{ IC_E_EXISTS, "already exists" },
		{ IC_E_DISK_FULL, "disk full" },
	};

	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].status == status) {
			snprintf(buf, 64, "0x%08x: %s", status, words[i].text);
			return buf;
		}
	snprintf(buf, 64, "0x%08x", status);
	return buf;
}

void ic_violation(struct ic *ic, const char *what)
{
	/* A guest that floods us must not fill the log: after the first ones, every power of two. */
	if (++ic->violations > 32 && (ic->violations & (ic->violations - 1)))
		return;
	log_warn("%s: the guest broke the protocol (%" PRIu64 "): %s", ic->d->name, ic->violations, what);
	ctl_event("guest-violation", ic->d->name, json_pack("{s:s}", "what", what));
}

static uint8_t hex(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

void ic_guid(const char *text, struct hvw_guid *out)
{
	static const uint8_t place[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

	for (unsigned int i = 0; i < 16; i++) {
		if (*text == '-')
			text++;
		out->b[place[i]] = (__u8)(hex(text[0]) << 4 | hex(text[1]));
		text += 2;
	}
}

/* --- requests ------------------------------------------------------------------------------------------------------ */

bool ic_idle(const struct ic *ic)
{
	return !ic->first;
}

/* Takes the head off before its owner is told: the owner may ask again at once. */
static void end_head(struct ic *ic, int err, const struct ic_answer *answer)
{
	struct ic_request *r = ic->first;

	ic->first = r->next;
	loop_timer_cancel(&ic->timer);
	r->done(ic, err, answer, r->arg);
	free(r);
}

static void end_all(struct ic *ic)
{
	while (ic->first)
		end_head(ic, -ENOTCONN, NULL);
}

static void timed_out(void *arg)
{
	struct ic *ic = arg;

	ic->timeouts++;
	log_info("%s: the guest has not answered in time", ic->d->name);
	end_head(ic, -ETIMEDOUT, NULL);
	pump(ic);
}

static int send_msg(struct ic *ic, uint16_t type, uint32_t framework, uint32_t message, uint64_t id, const void *body, size_t len)
{
	uint8_t buf[sizeof(struct ic_hdr) + IC_BODY_MAX];
	struct ic_hdr h = {
		.framework = { (__u16)(framework >> 16), (__u16)framework },
		.type = type,
		.message = { (__u16)(message >> 16), (__u16)message },
		.size = (__u16)len,
		.flags = IC_FLAG_TRANSACTION | IC_FLAG_REQUEST,
	};

	memcpy(buf, &h, sizeof(h));
	memcpy(buf + sizeof(h), body, len);
	return vmb_send_pipe(ic->ch, id, buf, sizeof(h) + len);
}

static bool send_head(struct ic *ic)
{
	struct ic_request *r = ic->first;
	int err = send_msg(ic, ic->class->msg_type, ic->framework, ic->message, ++ic->next_id, r->body, r->len);

	if (err == -EAGAIN) {
		ic->room_waits++;
		return false;
	}
	if (err) {
		end_head(ic, err, NULL);
		return true;
	}
	ic->requests++;
	r->id = ic->next_id;
	if (r->timeout_ns)
		loop_timer_set(&ic->timer, r->timeout_ns);
	return false;
}

/* Sends the head, unless it is with the guest already; goes on to the next when it could never be sent. */
static void pump(struct ic *ic)
{
	while (ic->is_agreed && ic->first && ic->first->id == NO_REQUEST)
		if (!send_head(ic))
			break;
}

int ic_ask(struct ic *ic, const void *body, size_t len, uint64_t timeout_ns, ic_done_fn done, void *arg)
{
	struct ic_request *r, **at;

	if (!ic->is_agreed)
		return -ENOTCONN;
	if (len > IC_BODY_MAX)
		return -EMSGSIZE;
	r = malloc(sizeof(*r) + len);
	if (!r)
		return -ENOMEM;
	*r = (struct ic_request){ .timeout_ns = timeout_ns, .done = done, .arg = arg, .len = len };
	memcpy(r->body, body, len);
	for (at = &ic->first; *at; at = &(*at)->next)
		;
	*at = r;
	/* From the loop: whoever asks does not have to expect the answer to a send that fails in the middle of asking. */
	vmb_poll(ic->ch);
	return 0;
}

int ic_verb_ask(struct ic *ic, struct ctl_request *req, const void *body, size_t len, uint64_t timeout_ns, ic_done_fn done,
		void *arg)
{
	int err = ic_ask(ic, body, len, timeout_ns, done, arg);

	if (err == -ENOTCONN)
		ctl_why(req, "%s", ic->refused ? "the guest accepted none of the versions offered" :
			vmb_is_open(ic->ch) ? "the guest has not answered the offer of versions (is its daemon running?)" :
					      "the guest's driver has not opened the channel");
	return err ? err : CTL_LATER;
}

void ic_finish_status(struct ctl_request *req, int err, const struct ic_answer *answer, json_t *reply)
{
	char words[64];

	if (!err && answer->status) {
		ctl_why(req, "the guest answered %s", ic_status_text(answer->status, words));
		err = answer->status == IC_E_NO_MORE_ITEMS ? -ENOENT : answer->status == IC_E_EXISTS ? -EEXIST :
		      answer->status == IC_E_DISK_FULL ? -ENOSPC : -EIO;
		reply = reply ? reply : json_object();
		json_object_set_new(reply, "status", json_integer(answer->status));
	} else if (err == -ETIMEDOUT) {
		ctl_why(req, "the guest did not answer in time");
	} else if (err == -ENOTCONN) {
		ctl_why(req, "the guest closed the channel before it answered");
	}
	ctl_finish(req, err, reply);
}

/* --- negotiation (2.6) --------------------------------------------------------------------------------------------- */

static size_t put_versions(uint8_t *to, const struct ic_versions *list)
{
	struct ic_version v;

	for (unsigned int i = 0; i < list->count; i++) {
		v = (struct ic_version){ (__u16)(list->v[i] >> 16), (__u16)list->v[i] };
		memcpy(to + i * sizeof(v), &v, sizeof(v));
	}
	return list->count * sizeof(v);
}

static void negotiate(struct ic *ic)
{
	uint8_t body[sizeof(struct ic_negotiate) + 2 * IC_VERSIONS_MAX * sizeof(struct ic_version)];
	struct ic_negotiate n = {
		.framework_count = (__u16)ic->framework_offered.count, .message_count = (__u16)ic->message_offered.count,
	};
	size_t len = sizeof(n);
	int err;

	memcpy(body, &n, sizeof(n));
	len += put_versions(body + len, &ic->framework_offered);
	len += put_versions(body + len, &ic->message_offered);
	ic->is_agreed = ic->refused = false;
	err = send_msg(ic, IC_MSG_NEGOTIATE, 0, 0, ++ic->next_id, body, len);
	ic->negotiating = !err;
	ic->negotiate_id = ic->next_id;
	if (!err)
		ic->negotiations++;
	else if (err != -EAGAIN)
		log_warn("%s: versions cannot be offered: errno %d", ic->d->name, -err);
}

static void tell_agreed(struct ic *ic)
{
	char f[16], m[16];

	ic_version_text(ic->framework, f);
	ic_version_text(ic->message, m);
	log_info("%s: the guest speaks %s over %s", ic->d->name, m, f);
	ctl_event("negotiated", ic->d->name, json_pack("{s:s, s:s}", "framework", f, "message", m));
	if (ic->class->agreed)
		ic->class->agreed(ic);
}

static void take_negotiation(struct ic *ic, const struct ic_answer *a)
{
	const char *what;
	int got = ic_parse_negotiation(a, &ic->framework_offered, &ic->message_offered, &ic->framework, &ic->message, &what);

	if (got < 0) {
		ic_violation(ic, what);
		return;
	}
	ic->negotiating = false;
	ic->is_agreed = got;
	ic->refused = !got;
	if (got) {
		tell_agreed(ic);
		return;
	}
	log_warn("%s: the guest accepts none of the versions offered", ic->d->name);
	ctl_event("negotiated", ic->d->name, json_pack("{s:b}", "refused", 1));
}

int ic_do_renegotiate(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct ic *ic = device_ic(d);

	if (!vmb_is_open(ic->ch))
		return -ENOTCONN;
	if (ic->negotiating || ic->first) {
		ctl_why(req, "a request is with the guest");
		return -EBUSY;
	}
	negotiate(ic);
	return ic->negotiating ? 0 : -EAGAIN;
}

/* --- packets ------------------------------------------------------------------------------------------------------- */

static void take_answer(struct ic *ic, const struct vmb_packet *p, const struct ic_answer *a)
{
	if (!ic->first || ic->first->id == NO_REQUEST || (p->trans_id != ic->first->id && p->trans_id != ANY_ID)) {
		/* An answer to a request that was given up is no mistake of the guest's; one to a request never made is. */
		if (p->trans_id && p->trans_id <= ic->next_id)
			ic->late++;
		else
			ic_violation(ic, "an answer nobody asked for");
		return;
	}
	if (a->type != ic->class->msg_type) {
		ic_violation(ic, "the answer's type is not that of the request");
		return;
	}
	ic->answers++;
	end_head(ic, 0, a);
}

static void take_packet(struct ic *ic, const struct vmb_packet *p)
{
	struct ic_answer a;
	const char *what;

	if (p->type != VM_PKT_DATA_INBAND) {
		ic_violation(ic, "packet is not in-band data");
		return;
	}
	if (ic_parse_answer(p->data, p->len, &a, &what))
		ic_violation(ic, what);
	else if (ic->negotiating)
		take_negotiation(ic, &a);
	else
		take_answer(ic, p, &a);
}

static void on_ready(struct vmb_channel *ch)
{
	struct ic *ic = vmb_priv(ch);
	struct vmb_packet p;
	int got;

	while ((got = vmb_recv(ch, &p)) == 1)
		take_packet(ic, &p);
	if (got < 0) {
		ic->violations++;
		return;
	}
	if (!ic->negotiating && !ic->is_agreed && !ic->refused)
		negotiate(ic);
	pump(ic);
}

static int on_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct ic *ic = vmb_priv(ch);

	ic->negotiating = ic->is_agreed = ic->refused = false;
	return 0;
}

static void on_close(struct vmb_channel *ch)
{
	struct ic *ic = vmb_priv(ch);

	ic->negotiating = ic->is_agreed = ic->refused = false;
	end_all(ic);
	if (ic->class->closed)
		ic->class->closed(ic);
}

static const struct vmb_ops ops = { .open = on_open, .ready = on_ready, .close = on_close };

/* --- life ---------------------------------------------------------------------------------------------------------- */

static int take_versions(struct opts *o, const char *key, const char *def, struct ic_versions *out)
{
	const char *text = opts_str(o, key, def);

	if (ic_parse_versions(text, out))
		return 0;
	complain("a device option does not fit", "write versions as 1.0+3.0", "%s=%s", key, text);
	return -EINVAL;
}

/* Some guest programs look for the instance real hosts use (9.5); a second device of a type needs another one. */
static void choose_instance(struct device *d, struct opts *o, const struct ic_class *class)
{
	struct hvw_guid given;

	if (!opts_guid(o, "instance", &given) && !strcmp(d->name, d->type->name))
		ic_guid(class->instance_guid, &d->instance);
}

int ic_create(struct ic *ic, struct device *d, struct opts *o, const struct ic_class *class, void *priv)
{
	struct vmb_offer_spec spec = {
		.name = d->name, .flags = VMBUS_OFFER_ENUMERATE | VMBUS_OFFER_NAMED_PIPE, .user = { 4 }, /* message mode */
	};
	int err;

	*ic = (struct ic){ .d = d, .class = class, .priv = priv };
	loop_timer_init(&ic->timer, timed_out, ic);
	err = take_versions(o, "framework", class->framework, &ic->framework_offered);
	err = err ? err : take_versions(o, "versions", class->versions, &ic->message_offered);
	choose_instance(d, o, class);
	if (!opts_done(o) || err)
		return -EINVAL;
	ic_guid(class->class_guid, &spec.type);
	spec.instance = d->instance;
	ic->ch = vmb_offer(&spec, &ops, ic);
	if (ic->ch)
		return 0;
	complain("a device cannot be offered", "choose another instance=", "%s: another channel has this instance, or memory is out",
		 d->name);
	return -EBUSY;
}

void ic_destroy(struct ic *ic)
{
	vmb_rescind(ic->ch);
	end_all(ic);
	loop_timer_cancel(&ic->timer);
}

void ic_reset(struct ic *ic)
{
	ic->negotiating = ic->is_agreed = ic->refused = false;
	end_all(ic);
}

void ic_counters(const struct ic *ic, json_t *out)
{
	char text[16];

	json_object_set_new(out, "open", json_boolean(vmb_is_open(ic->ch)));
	json_object_set_new(out, "agreed", json_boolean(ic->is_agreed));
	if (ic->is_agreed) {
		json_object_set_new(out, "framework", json_string(ic_version_text(ic->framework, text)));
		json_object_set_new(out, "message", json_string(ic_version_text(ic->message, text)));
	}
#define COUNTER(name) json_object_set_new(out, #name, json_integer((json_int_t)ic->name))
	COUNTER(negotiations);
	COUNTER(requests);
	COUNTER(answers);
	COUNTER(timeouts);
	COUNTER(late);
	COUNTER(violations);
	COUNTER(room_waits);
#undef COUNTER
}
