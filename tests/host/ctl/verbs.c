// SPDX-License-Identifier: GPL-2.0-only
/* The verbs of the host itself: those others register by ctl_verb(), and what any host can tell (protocol.md). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "core/device.h"
#include "core/log.h"
#include "machine/machine.h"
#include "private.h"
#include "vmbus/vmbus.h"

static struct ctl_host_verb *verbs;

const struct ctl_host_verb *ctl_host_verbs(void)
{
	return verbs;
}

const struct ctl_host_verb *ctl_host_verb_find(const char *name)
{
	const struct ctl_host_verb *v;

	for (v = verbs; v && strcmp(v->name, name); v = v->next)
		;
	return v;
}

void ctl_verb(const char *name, const char *help, ctl_fn fn)
{
	struct ctl_host_verb **at, *v = (struct ctl_host_verb *)ctl_host_verb_find(name);

	if (v) {
		v->fn = fn;
		return;
	}
	v = calloc(1, sizeof(*v));
	if (!v || !(v->name = strdup(name)) || !(v->help = strdup(help))) {
		log_error("the verb %s is missing: out of memory", name);
		free(v ? v->name : NULL);
		free(v);
		return;
	}
	v->fn = fn;
	for (at = &verbs; *at && strcmp((*at)->name, name) < 0; at = &(*at)->next)
		;
	v->next = *at;
	*at = v;
}

static void add_verb(json_t *list, const char *device, const char *name, const char *help)
{
	json_t *entry = json_object();
	char run[2 * 80];

	snprintf(run, sizeof(run), "%s%s%s", device ? device : "", device ? "." : "", name);
	json_object_set_new(entry, "run", json_string(run));
	json_object_set_new(entry, "help", json_string(help));
	json_array_append_new(list, entry);
}

static json_t *all_verbs(void)
{
	json_t *list = json_array();

	for (const struct ctl_host_verb *v = verbs; v; v = v->next)
		add_verb(list, NULL, v->name, v->help);
	for (const struct device *d = device_first(); d; d = d->next)
		for (const struct device_verb *v = d->type->verbs; v && v->name; v++)
			add_verb(list, d->name, v->name, v->help);
	return list;
}

static int do_list(const json_t *args, json_t *reply, struct ctl_request *req)
{
	json_object_set_new(reply, "verbs", all_verbs());
	return 0;
}

static int do_help(const json_t *args, json_t *reply, struct ctl_request *req)
{
	json_t *list, *entry;
	char verb[160];
	size_t i;
	int err = ctl_arg_text(req, args, "verb", "", verb, sizeof(verb));

	if (err || !*verb)
		return err ? err : do_list(args, reply, req);
	list = all_verbs();
	err = -ENOSYS;
	json_array_foreach(list, i, entry)
		if (!strcmp(json_string_value(json_object_get(entry, "run")), verb)) {
			json_object_set(reply, "help", json_object_get(entry, "help"));
			err = 0;
		}
	json_decref(list);
	if (err)
		ctl_why(req, "there is no verb '%s'", verb);
	return err;
}

/* The GUID as it is written everywhere: the first three fields are little-endian numbers. */
static json_t *guid_json(const struct hvw_guid *g)
{
	char text[40];

	snprintf(text, sizeof(text), "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", g->b[3],
		 g->b[2], g->b[1], g->b[0], g->b[5], g->b[4], g->b[7], g->b[6], g->b[8], g->b[9], g->b[10], g->b[11],
		 g->b[12], g->b[13], g->b[14], g->b[15]);
	return json_string(text);
}

static int do_devices(const json_t *args, json_t *reply, struct ctl_request *req)
{
	json_t *list = json_array(), *entry;

	for (const struct device *d = device_first(); d; d = d->next) {
		entry = json_object();
		json_object_set_new(entry, "name", json_string(d->name));
		json_object_set_new(entry, "type", json_string(d->type->name));
		json_object_set_new(entry, "instance", guid_json(&d->instance));
		json_array_append_new(list, entry);
	}
	json_object_set_new(reply, "devices", list);
	return 0;
}

static char complaint[200];

/* The first one is the cause; what follows it is its consequence. */
static void keep_complaint(const char *what, const char *why, const char *next)
{
	if (!*complaint)
		snprintf(complaint, sizeof(complaint), "%s: %s; %s", what, why, next);
}

static int do_add(const json_t *args, json_t *reply, struct ctl_request *req)
{
	char text[4096];
	const struct device *d;
	int err = ctl_arg_text(req, args, "device", NULL, text, sizeof(text));

	if (err)
		return err;
	*complaint = 0;
	complain_divert(keep_complaint);
	err = device_create(text);
	complain_divert(NULL);
	if (err) {
		if (*complaint)
			ctl_why(req, "%s", complaint);
		return err;
	}
	for (d = device_first(); d->next; d = d->next)
		;
	json_object_set_new(reply, "device", json_string(d->name));
	return 0;
}

static int do_remove(const json_t *args, json_t *reply, struct ctl_request *req)
{
	char name[80];
	struct device *d;
	int err = ctl_arg_text(req, args, "device", NULL, name, sizeof(name));

	if (err)
		return err;
	d = device_find(name);
	if (!d) {
		ctl_why(req, "there is no device '%s'", name);
		return -ENODEV;
	}
	device_remove(d);
	return 0;
}

static json_t *machine_json(void)
{
	struct machine_counters m;
	json_t *out = json_object();

	machine_get_counters(&m);
#define COUNTER(name) json_object_set_new(out, #name, json_integer((json_int_t)m.name))
	COUNTER(exits);
	COUNTER(exits_io);
	COUNTER(exits_mmio);
	COUNTER(exits_hypercall);
	COUNTER(exits_msr);
	COUNTER(exits_synic);
	COUNTER(exits_halt);
	COUNTER(sint_raised);
	COUNTER(messages_posted);
	COUNTER(messages_to_guest);
	COUNTER(msis);
#undef COUNTER
	return out;
}

static int do_channels(const json_t *args, json_t *reply, struct ctl_request *req)
{
	vmb_counters_json(reply);
	return 0;
}

static int do_counters(const json_t *args, json_t *reply, struct ctl_request *req)
{
	json_t *devices = json_object(), *one;

	json_object_set_new(reply, "machine", machine_json());
	do_channels(args, reply, req);
	for (struct device *d = device_first(); d; d = d->next) {
		one = json_object();
		if (d->type->counters)
			d->type->counters(d, one);
		json_object_set_new(devices, d->name, one);
	}
	json_object_set_new(reply, "devices", devices);
	return 0;
}

void ctl_verbs_init(void)
{
	ctl_verb("list", "all verbs there are now", do_list);
	ctl_verb("help", "[verb=NAME]: what a verb wants", do_help);
	ctl_verb("devices", "the devices: name, type, instance", do_devices);
	ctl_verb("add", "device=TYPE[,KEY=VALUE...]: one more device, as after --device; answers with its name", do_add);
	ctl_verb("remove", "device=NAME: the device is rescinded and gone", do_remove);
	ctl_verb("channels", "the bus and all channels: state and counters", do_channels);
	ctl_verb("counters", "counters of machine, bus, channels and devices", do_counters);
}

void ctl_verbs_exit(void)
{
	struct ctl_host_verb *v;

	while ((v = verbs) != NULL) {
		verbs = v->next;
		free(v->name);
		free(v->help);
		free(v);
	}
}
