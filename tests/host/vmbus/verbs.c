// SPDX-License-Identifier: GPL-2.0-only
/* What the control socket may do to the bus (ctl/protocol.md), and its counters. */
#include <errno.h>
#include <string.h>

#include <ctl/ctl.h>

#include "bus.h"

static void guid_text(const struct hvw_guid *g, char *text, size_t len)
{
	const uint8_t *b = g->b;

	snprintf(text, len, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[3], b[2], b[1], b[0],
		 b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static void add(json_t *o, const char *key, uint64_t value)
{
	json_object_set_new(o, key, json_integer((json_int_t)value));
}

static void add_counts(json_t *o, const struct channel_counts *c)
{
	add(o, "packets_in", c->packets_in);
	add(o, "packets_out", c->packets_out);
	add(o, "bytes_in", c->bytes_in);
	add(o, "bytes_out", c->bytes_out);
	add(o, "signals", c->signals);
	add(o, "interrupts", c->interrupts);
	add(o, "superfluous_signals", c->superfluous);
	add(o, "missed_data_signals", c->missed_data);
	add(o, "missed_room_signals", c->missed_room);
	add(o, "opens", c->opens);
	add(o, "blocked", c->blocked);
	add(o, "nonsense", c->nonsense);
}

static json_t *channel_json(const struct vmb_channel *ch)
{
	json_t *o = json_object();
	char text[40];

	json_object_set_new(o, "name", json_string(ch->spec.name));
	guid_text(&ch->spec.type, text, sizeof(text));
	json_object_set_new(o, "type", json_string(text));
	guid_text(&ch->spec.instance, text, sizeof(text));
	json_object_set_new(o, "instance", json_string(text));
	add(o, "sub", ch->spec.sub_index);
	json_object_set_new(o, "state", json_string(channel_state_name(ch)));
	add(o, "relid", ch->relid);
	if (ch->state == CH_OPEN) {
		add(o, "connection", ch->connection_id);
		add(o, "target_vp", ch->target_vp);
		add(o, "ring_in", ch->in.r.size);
		add(o, "ring_out", ch->out.r.size);
	}
	if (ch->monitor_id >= 0)
		add(o, "monitor", (uint64_t)ch->monitor_id);
	add_counts(o, &ch->count);
	return o;
}

static json_t *bus_json(void)
{
	json_t *o = json_object(), *gone = json_object();
	char text[16];

	snprintf(text, sizeof(text), "%u.%u", bus.version >> 16, bus.version & 0xFFFF);
	json_object_set_new(o, "version", bus.version ? json_string(text) : json_null());
	add(o, "messages_in", bus.count.messages_in);
	add(o, "messages_out", bus.count.messages_out);
	add(o, "posts_refused", bus.count.refused);
	add(o, "guest_errors", bus.count.errors);
	add(o, "contacts", bus.count.contacts);
	add(o, "unloads", bus.count.unloads);
	add(o, "gpadls", bus.gpadls);
	add(o, "gpadl_bytes", bus.gpadl_bytes);
	add_counts(gone, &bus.count.gone);
	json_object_set_new(o, "gone", gone);
	return o;
}

void vmb_counters_json(json_t *reply)
{
	json_t *list = json_array();
	struct vmb_channel *ch;

	for (ch = bus.first; ch; ch = ch->next)
		json_array_append_new(list, channel_json(ch));
	json_object_set_new(reply, "bus", bus_json());
	json_object_set_new(reply, "channels", list);
}

static struct vmb_channel *find(const json_t *args, struct ctl_request *req)
{
	const char *name = json_string_value(json_object_get(args, "name"));
	struct vmb_channel *ch;

	if (!name) {
		ctl_why(req, "\"name\": which channel? See \"channels\"");
		return NULL;
	}
	for (ch = bus.first; ch; ch = ch->next)
		if (!ch->leaving && !strcmp(ch->spec.name, name))
			return ch;
	ctl_why(req, "there is no channel '%s'", name);
	return NULL;
}

static int verb_rescind(const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct vmb_channel *ch = find(args, req);

	if (!ch)
		return -ENOENT;
	offer_pull(ch, json_is_true(json_object_get(args, "again")));
	return 0;
}

static int verb_offer(const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct vmb_channel *ch = find(args, req);

	if (!ch)
		return -ENOENT;
	if (!ch->pulled && !ch->released) {
		ctl_why(req, "'%s' is offered already", ch->spec.name);
		return -EEXIST;
	}
	ch->offer_again = true;
	ch->released = false;
	offer_if_possible(ch);
	return 0;
}

static int verb_trace(const json_t *args, json_t *reply, struct ctl_request *req)
{
	const char *file = json_string_value(json_object_get(args, "file"));

	if (!file) {
		trace_stop();
		return 0;
	}
	return trace_start(file);
}

static int verb_trace_flush(const json_t *args, json_t *reply, struct ctl_request *req)
{
	trace_flush();
	return 0;
}

static int verb_faults(const json_t *args, json_t *reply, struct ctl_request *req)
{
	const char *spec = json_string_value(json_object_get(args, "spec"));

	if (spec && !strcmp(spec, "off")) {
		fault_send_messages();
		fault_stop();
	} else if (spec && fault_start(spec) < 0) {
		return -EINVAL;
	}
	fault_json(reply);
	return 0;
}

void verbs_register(void)
{
	ctl_verb("channel-rescind", "NAME [again=true]: takes the channel away from the guest; the device stays", verb_rescind);
	ctl_verb("channel-offer", "NAME: offers a channel again that was taken away", verb_offer);
	ctl_verb("trace", "[file=PATH]: writes a trace from now on; without a file: ends it", verb_trace);
	ctl_verb("trace-flush", "writes out what the trace has so far", verb_trace_flush);
	ctl_verb("faults", "[spec=seed=N,...|off]: fault mode from now on; tells what was done", verb_faults);
}
