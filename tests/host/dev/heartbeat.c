// SPDX-License-Identifier: GPL-2.0-only
/*
 * Heartbeat (docs/wire/03-integration-components.md 3): a request every so often; the guest answers with the sequence number
 * plus one. When answers stay out, and when they come back, is an event.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dev/ic.h"
#include "machine/machine.h"

struct heartbeat {
	struct ic ic;
	struct loop_timer tick;
	uint64_t interval_ns, lost_ns;
	uint64_t sequence; /* of the last request */
	uint64_t last_answer_ns, beats, wrong;
	uint32_t state;
	bool lost, short_body;
};

static const char *state_text(uint32_t state)
{
	static const char *const words[] = { "unknown", "healthy", "critical", "stopped" };

	return state < 4 ? words[state] : "invalid";
}

static void alive(struct heartbeat *h, uint32_t state)
{
	const uint64_t now = loop_now_ns();

	h->beats++;
	if (h->lost)
		ctl_event("heartbeat-back", h->ic.d->name,
			  json_pack("{s:f, s:s}", "seconds", (double)(now - h->last_answer_ns) / 1e9, "state", state_text(state)));
	else if (h->beats == 1)
		ctl_event("heartbeat", h->ic.d->name, json_pack("{s:s}", "state", state_text(state)));
	else if (state != h->state)
		ctl_event("heartbeat-state", h->ic.d->name, json_pack("{s:s}", "state", state_text(state)));
	h->lost = false;
	h->state = state;
	h->last_answer_ns = now;
}

static void answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct heartbeat *h = arg;
	uint64_t sequence;
	uint32_t state;

	if (err)
		return;
	if (ic_parse_heartbeat(a, &sequence, &state)) {
		ic_violation(ic, "heartbeat answer too short");
		return;
	}
	if (a->status || sequence != h->sequence + 1) {
		h->wrong++;
		ic_violation(ic, a->status ? "heartbeat answered with an error" : "heartbeat sequence is not the next one");
		return;
	}
	h->sequence = sequence;
	alive(h, state);
}

static void check_lost(struct heartbeat *h)
{
	const uint64_t silent = loop_now_ns() - h->last_answer_ns;

	/* Who is held cannot answer; its time begins anew. */
	if (machine_paused())
		h->last_answer_ns = loop_now_ns();
	if (machine_paused() || h->lost || silent < h->lost_ns)
		return;
	h->lost = true;
	ctl_event("heartbeat-lost", h->ic.d->name, json_pack("{s:f}", "seconds", (double)silent / 1e9));
}

static void tick(void *arg)
{
	struct heartbeat *h = arg;
	struct ic_heartbeat body = { .sequence = h->sequence };

	loop_timer_set(&h->tick, h->interval_ns);
	/* One is enough: a guest that is slow is not helped by more. */
	if (ic_idle(&h->ic))
		ic_ask(&h->ic, &body, h->short_body ? IC_HEARTBEAT_SHORT : sizeof(body), 0, answered, h);
	check_lost(h);
}

static void agreed(struct ic *ic)
{
	struct heartbeat *h = ic->priv;

	h->last_answer_ns = loop_now_ns();
	h->lost = false;
	h->beats = 0;
	tick(h);
}

static void closed(struct ic *ic)
{
	struct heartbeat *h = ic->priv;

	loop_timer_cancel(&h->tick);
}

static const struct ic_class class = {
	.class_guid = "57164f39-9115-4e78-ab55-382f3bd5422d", .instance_guid = "fd149e91-82e0-4a7d-afa6-2a4166cbd7c0",
	.msg_type = IC_MSG_HEARTBEAT, .framework = "1.0+3.0", .versions = "1.0+3.0", .agreed = agreed, .closed = closed,
};

static int create(struct device *d, struct opts *o)
{
	struct heartbeat *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	d->priv = h;
	h->interval_ns = opts_num(o, "interval", 2000, 1, 3600000) * NS_PER_MS;
	h->lost_ns = opts_num(o, "lost", 10000, 1, 36000000) * NS_PER_MS;
	h->short_body = opts_bool(o, "short", false);
	loop_timer_init(&h->tick, tick, h);
	err = ic_create(&h->ic, d, o, &class, h);
	if (err)
		free(h);
	return err;
}

static void destroy(struct device *d)
{
	struct heartbeat *h = d->priv;

	ic_destroy(&h->ic);
	loop_timer_cancel(&h->tick);
	free(h);
}

static void reset(struct device *d)
{
	struct heartbeat *h = d->priv;

	ic_reset(&h->ic);
	loop_timer_cancel(&h->tick);
	h->sequence = 0;
}

static void counters(struct device *d, json_t *out)
{
	const struct heartbeat *h = d->priv;

	ic_counters(&h->ic, out);
	json_object_set_new(out, "beats", json_integer((json_int_t)h->beats));
	json_object_set_new(out, "wrong", json_integer((json_int_t)h->wrong));
	json_object_set_new(out, "sequence", json_integer((json_int_t)h->sequence));
	json_object_set_new(out, "lost", json_boolean(h->lost));
	json_object_set_new(out, "state", json_string(state_text(h->state)));
}

static const struct device_verb verbs[] = { IC_HELP_VERBS, { 0 } };

static struct device_type type = {
	.name = "heartbeat", .help = "asks the guest whether it lives",
	.keys = IC_KEYS "interval=MS        between two requests (2000)\n"
			"lost=MS            silence after which the guest counts as lost (10000)\n"
			"short=on           the 16-byte body of newer hosts instead of 40 bytes\n",
	.create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)
