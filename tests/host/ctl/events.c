// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: numbered, the last ones kept, told to those who subscribed, waited for (protocol.md). They count from the start of
 * the host, also those before the first client and without a control socket.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "core/device.h"
#include "core/log.h"
#include "core/loop.h"
#include "private.h"

#define KEPT 4096

static json_t *kept[KEPT]; /* by sequence number modulo KEPT */
static json_int_t newest;
static uint64_t began_ns;

struct waiter {
	struct ctl_request *req;
	char *name, *device;
	json_t *match; /* members of "data" that must be equal; may be NULL */
	struct loop_timer timer;
	struct waiter *next;
};

static struct waiter *waiters;

static void __attribute__((constructor)) remember_begin(void)
{
	began_ns = loop_now_ns();
}

json_int_t ctl_events_seq(void)
{
	return newest;
}

/* --- waiting ----------------------------------------------------------------------------------------------------- */

static bool matches(const struct waiter *w, const json_t *event)
{
	const char *device = json_string_value(json_object_get(event, "device"));
	json_t *data = json_object_get(event, "data"), *value;
	const char *key;

	if (strcmp(w->name, json_string_value(json_object_get(event, "event"))))
		return false;
	if (w->device && (!device || strcmp(w->device, device)))
		return false;
	json_object_foreach(w->match, key, value)
		if (!json_equal(json_object_get(data, key), value))
			return false;
	return true;
}

static void unlink_waiter(struct waiter *w)
{
	struct waiter **at;

	for (at = &waiters; *at != w; at = &(*at)->next)
		;
	*at = w->next;
	loop_timer_cancel(&w->timer);
}

static void free_waiter(struct waiter *w)
{
	json_decref(w->match);
	free(w->name);
	free(w->device);
	free(w);
}

static void finish_waiter(struct waiter *w, int err, const json_t *event)
{
	json_t *reply = json_object();

	if (event)
		json_object_set(reply, "found", (json_t *)event);
	unlink_waiter(w);
	ctl_on_leave(w->req, NULL, NULL);
	ctl_finish(w->req, err, reply);
	free_waiter(w);
}

static void waited_too_long(void *arg)
{
	struct waiter *w = arg;

	ctl_why(w->req, "no event '%s' came in time", w->name);
	finish_waiter(w, -ETIMEDOUT, NULL);
}

static void waiter_left(void *arg)
{
	finish_waiter(arg, -ECANCELED, NULL);
}

static void wake_waiters(const json_t *event)
{
	struct waiter *w, *next;

	for (w = waiters; w; w = next) {
		next = w->next;
		if (matches(w, event))
			finish_waiter(w, 0, event);
	}
}

/* --- events ------------------------------------------------------------------------------------------------------ */

static void tell(struct ctl_client *c, void *arg)
{
	const char *line = arg;

	/* A client that is too far behind sees a gap in the numbers and can ask for what it missed. */
	ctl_client_tell(c, line, strlen(line));
}

void ctl_event(const char *name, const char *device, json_t *data)
{
	json_t *event = json_pack("{s:s, s:I, s:f}", "event", name, "seq", newest + 1, "time",
				  (double)(loop_now_ns() - began_ns) / 1e9);
	char *line;

	if (!event) {
		log_error("event %s is lost: out of memory", name);
		json_decref(data);
		return;
	}
	if (device)
		json_object_set_new(event, "device", json_string(device));
	if (data)
		json_object_set_new(event, "data", data);
	newest++;
	json_decref(kept[newest % KEPT]);
	kept[newest % KEPT] = event;
	line = json_dumps(event, JSON_COMPACT);
	if (line)
		ctl_each_subscriber(tell, line);
	log_debug("event %s", line ? line : name);
	free(line);
	/* Kept alive: a verb run from here may push it out of the ring. */
	json_incref(event);
	wake_waiters(event);
	json_decref(event);
}

/* The first number still kept that is above `since`. */
static json_int_t first_after(json_int_t since)
{
	json_int_t oldest = newest >= KEPT ? newest - KEPT + 1 : 1;

	return since + 1 > oldest ? since + 1 : oldest;
}

static int get_since(struct ctl_request *req, const json_t *args, json_int_t def, json_int_t *since)
{
	uint64_t n;
	int err = ctl_arg_num(req, args, "since", (uint64_t)def, 0, INT64_MAX, &n);

	*since = (json_int_t)n;
	return err;
}

static int do_events(const json_t *args, json_t *reply, struct ctl_request *req)
{
	json_t *list = json_array();
	json_int_t since, n;
	int err = get_since(req, args, 0, &since);

	if (err) {
		json_decref(list);
		return err;
	}
	n = first_after(since);
	json_object_set_new(reply, "lost", json_integer(n - since - 1 > 0 ? n - since - 1 : 0));
	for (; n <= newest; n++)
		json_array_append(list, kept[n % KEPT]);
	json_object_set_new(reply, "seq", json_integer(newest));
	json_object_set_new(reply, "events", list);
	return 0;
}

static int do_subscribe(const json_t *args, json_t *reply, struct ctl_request *req)
{
	int err = do_events(args, reply, req);

	if (err)
		return err;
	/* Without since= only what is new is wanted. */
	if (!json_object_get(args, "since")) {
		json_object_del(reply, "events");
		json_object_del(reply, "lost");
	}
	ctl_client_set_subscribed(ctl_client_of(req), true);
	return 0;
}

static int do_unsubscribe(const json_t *args, json_t *reply, struct ctl_request *req)
{
	ctl_client_set_subscribed(ctl_client_of(req), false);
	return 0;
}

static const json_t *find_kept(const struct waiter *w, json_int_t since)
{
	for (json_int_t n = first_after(since); n <= newest; n++)
		if (matches(w, kept[n % KEPT]))
			return kept[n % KEPT];
	return NULL;
}

static struct waiter *waiter_new(struct ctl_request *req, const json_t *args)
{
	const char *device = json_string_value(json_object_get(args, "device"));
	struct waiter *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->req = req;
	w->name = strdup(json_string_value(json_object_get(args, "event")));
	w->device = device ? strdup(device) : NULL;
	w->match = json_deep_copy(json_object_get(args, "match"));
	return w;
}

static int check_wait(const json_t *args, struct ctl_request *req)
{
	const json_t *match = json_object_get(args, "match"), *device = json_object_get(args, "device");

	if (!json_is_string(json_object_get(args, "event")))
		ctl_why(req, "it needs event=NAME");
	else if (device && !json_is_string(device))
		ctl_why(req, "device= is no name");
	else if (match && !json_is_object(match))
		ctl_why(req, "match= is no object");
	else
		return 0;
	return -EINVAL;
}

static int do_wait(const json_t *args, json_t *reply, struct ctl_request *req)
{
	const json_t *event;
	struct waiter *w;
	json_int_t since;
	uint64_t seconds;
	int err = check_wait(args, req);

	err = err ? err : get_since(req, args, newest, &since);
	err = err ? err : ctl_arg_num(req, args, "timeout", 0, 0, 1000000, &seconds);
	if (err)
		return err;
	w = waiter_new(req, args);
	if (!w || !w->name)
		return -ENOMEM;
	event = find_kept(w, since);
	if (event) {
		json_object_set(reply, "found", (json_t *)event);
		free_waiter(w);
		return 0;
	}
	w->next = waiters;
	waiters = w;
	loop_timer_init(&w->timer, waited_too_long, w);
	if (seconds)
		loop_timer_set(&w->timer, seconds * NS_PER_S);
	ctl_on_leave(req, waiter_left, w);
	return CTL_LATER;
}

void ctl_events_init(void)
{
	ctl_verb("events", "[since=SEQ]: the events kept, those after SEQ only", do_events);
	ctl_verb("subscribe", "[since=SEQ]: tell me every event from now on; first those kept after SEQ", do_subscribe);
	ctl_verb("unsubscribe", "no more events", do_unsubscribe);
	ctl_verb("wait", "event=NAME [device=NAME] [match={...}] [since=SEQ] [timeout=SECONDS]: answers when it happens", do_wait);
}

void ctl_events_exit(void)
{
	while (waiters)
		finish_waiter(waiters, -ECANCELED, NULL);
	for (unsigned int i = 0; i < KEPT; i++) {
		json_decref(kept[i]);
		kept[i] = NULL;
	}
}
