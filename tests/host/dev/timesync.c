// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time synchronisation (docs/wire/03-integration-components.md 5). A sync makes the guest step its clock, a sample lets it slew.
 * The guest's reference clock stands still in a pause: when it fell behind since the last message, the next one is a sync.
 * The host's clock can be shifted (offset=), so that a guest that follows it can be told from one that does not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/args.h"
#include "dev/ic.h"
#include "machine/machine.h"

struct timesync {
	struct ic ic;
	struct loop_timer tick;
	uint64_t interval_ns;
	int64_t offset_100ns;
	uint64_t syncs, samples;
	uint64_t told_time, told_reference; /* of the last message */
	bool sync_on_open, padded;
};

#define STEP_100NS 10000000 /* what a sample would leave to slewing for too long */

static uint64_t host_time(const struct timesync *t)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 10000000 + (uint64_t)now.tv_nsec / 100 + IC_TIME_EPOCH + (uint64_t)t->offset_100ns;
}

static int ask(struct timesync *t, uint8_t flags, ic_done_fn done, void *arg)
{
	uint8_t body[32] = { 0 };
	struct ic_timesync4 v4 = { .parent_time = host_time(t), .vm_reference = machine_reference_time(), .flags = flags, .stratum = 1 };
	struct ic_timesync v1 = { .parent_time = v4.parent_time, .flags = flags };
	size_t len;

	if (t->ic.message >= IC_VERSION(4, 0)) {
		memcpy(body, &v4, sizeof(v4));
		len = t->padded ? IC_TIMESYNC4_PADDED : sizeof(v4);
	} else {
		memcpy(body, &v1, sizeof(v1));
		len = t->padded ? IC_TIMESYNC_PADDED : sizeof(v1);
	}
	t->told_time = v4.parent_time;
	t->told_reference = v4.vm_reference;
	*(flags == IC_TIME_SYNC ? &t->syncs : &t->samples) += 1;
	return ic_ask(&t->ic, body, len, 0, done, arg);
}

static void ignore_answer(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	if (!err && a->status)
		ic_violation(ic, "time message answered with an error");
}

static bool fell_behind(const struct timesync *t)
{
	const uint64_t time = host_time(t) - t->told_time, reference = machine_reference_time() - t->told_reference;

	return t->sync_on_open && t->told_time && time - reference + STEP_100NS > 2 * (uint64_t)STEP_100NS;
}

/* 5.4: samples go on as long as the guest answers; a paused guest gets one, not hundreds. */
static void tick(void *arg)
{
	struct timesync *t = arg;

	loop_timer_set(&t->tick, t->interval_ns);
	if (ic_idle(&t->ic) && !machine_paused())
		ask(t, fell_behind(t) ? IC_TIME_SYNC : IC_TIME_SAMPLE, ignore_answer, NULL);
}

static void agreed(struct ic *ic)
{
	struct timesync *t = ic->priv;

	if (t->sync_on_open)
		ask(t, IC_TIME_SYNC, ignore_answer, NULL);
	if (t->interval_ns)
		loop_timer_set(&t->tick, t->interval_ns);
}

static void closed(struct ic *ic)
{
	struct timesync *t = ic->priv;

	loop_timer_cancel(&t->tick);
}

static const struct ic_class class = {
	.class_guid = "9527e630-d0ae-497b-adce-e80ab0175caf", .instance_guid = "2dd1ce17-079e-403c-b352-a1921ee207ee",
	.msg_type = IC_MSG_TIMESYNC, .framework = "1.0+3.0", .versions = "1.0+3.0+4.0", .agreed = agreed, .closed = closed,
};

/* --- verbs --------------------------------------------------------------------------------------------------------- */

static void verb_answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct timesync *t = ic->priv;
	json_t *reply = json_object();
	char version[16];

	json_object_set_new(reply, "version", json_string(ic_version_text(t->ic.message, version)));
	ic_finish_status(arg, err, a, reply);
}

/* offset= in seconds, negative allowed: the clock the guest is told from now on is so much ahead of ours. */
static int take_offset(struct timesync *t, const json_t *args, struct ctl_request *req)
{
	const json_t *value = json_object_get(args, "offset");
	char *end = NULL;
	double seconds = 0;

	if (!value)
		return 0;
	if (json_is_number(value))
		seconds = json_number_value(value);
	else if (json_is_string(value))
		seconds = strtod(json_string_value(value), &end);
	else
		end = (char *)"?";
	if ((end && *end) || !(seconds > -3e9 && seconds < 3e9)) {
		ctl_why(req, "offset= is no number of seconds");
		return -EINVAL;
	}
	t->offset_100ns = (int64_t)(seconds * 1e7);
	return 0;
}

static int verb(struct device *d, const json_t *args, struct ctl_request *req, uint8_t flags)
{
	struct timesync *t = d->priv;
	int err = take_offset(t, args, req);

	if (err)
		return err;
	err = ask(t, flags, verb_answered, req);
	if (err == -ENOTCONN)
		ctl_why(req, "the guest has not agreed to a version yet");
	return err ? err : CTL_LATER;
}

static int do_sync(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return verb(d, args, req, IC_TIME_SYNC);
}

static int do_sample(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return verb(d, args, req, IC_TIME_SAMPLE);
}

static int do_probe(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return verb(d, args, req, IC_TIME_PROBE);
}

static int do_interval(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct timesync *t = d->priv;
	uint64_t ms;
	int err = ctl_need_num(req, args, "ms", 0, 86400000, &ms);

	if (err)
		return err;
	t->interval_ns = ms * NS_PER_MS;
	loop_timer_cancel(&t->tick);
	if (ms && t->ic.is_agreed)
		loop_timer_set(&t->tick, t->interval_ns);
	return 0;
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

static int create(struct device *d, struct opts *o)
{
	struct timesync *t = calloc(1, sizeof(*t));
	uint64_t ahead, behind;
	int err;

	if (!t)
		return -ENOMEM;
	d->priv = t;
	t->interval_ns = opts_num(o, "interval", 5000, 0, 86400000) * NS_PER_MS;
	t->sync_on_open = opts_bool(o, "sync", true);
	t->padded = opts_bool(o, "padded", true);
	ahead = opts_num(o, "ahead", 0, 0, 3000000000);
	behind = opts_num(o, "behind", 0, 0, 3000000000);
	t->offset_100ns = ((int64_t)ahead - (int64_t)behind) * 10000000;
	loop_timer_init(&t->tick, tick, t);
	err = ic_create(&t->ic, d, o, &class, t);
	if (err)
		free(t);
	return err;
}

static void destroy(struct device *d)
{
	struct timesync *t = d->priv;

	ic_destroy(&t->ic);
	loop_timer_cancel(&t->tick);
	free(t);
}

static void reset(struct device *d)
{
	struct timesync *t = d->priv;

	ic_reset(&t->ic);
	loop_timer_cancel(&t->tick);
	t->told_time = 0;
}

static void counters(struct device *d, json_t *out)
{
	const struct timesync *t = d->priv;

	ic_counters(&t->ic, out);
	json_object_set_new(out, "syncs", json_integer((json_int_t)t->syncs));
	json_object_set_new(out, "samples", json_integer((json_int_t)t->samples));
	json_object_set_new(out, "offset", json_real((double)t->offset_100ns / 1e7));
}

static const struct device_verb verbs[] = {
	{ "sync", "[offset=SECONDS]: the guest is to step its clock to ours plus offset (kept for what follows)", do_sync },
	{ "sample", "[offset=SECONDS]: a sample, which the guest may slew to", do_sample },
	{ "probe", "[offset=SECONDS]: a message the guest only acknowledges", do_probe },
	{ "interval", "ms=N: samples come so often; 0: none", do_interval },
	IC_HELP_VERBS,
	{ 0 },
};

static struct device_type type = {
	.name = "timesync", .help = "tells the guest the time",
	.keys = IC_KEYS "interval=MS        between two samples (5000), 0: none\n"
			"sync=off           no sync when the guest has agreed to a version, nor after a pause\n"
			"padded=off         bodies of 25 and 22 bytes instead of 28 and 24\n"
			"ahead=S, behind=S  the time told is so many seconds ahead of ours, or behind\n",
	.create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)
