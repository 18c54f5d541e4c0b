// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shutdown, restart and hibernation from the host (docs/wire/03-integration-components.md 4). The guest answers before it acts;
 * what it then does is seen on the machine.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/args.h"
#include "dev/ic.h"
#include "dev/text.h"

struct shutdown {
	struct ic ic;
	uint64_t asked, accepted, refused;
};

struct wish {
	struct shutdown *s;
	struct ctl_request *req;
	const char *action;
};

static void answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct wish *w = arg;

	if (!err) {
		*(a->status ? &w->s->refused : &w->s->accepted) += 1;
		ctl_event("shutdown-answer", ic->d->name,
			  json_pack("{s:s, s:I}", "action", w->action, "status", (json_int_t)a->status));
	}
	ic_finish_status(w->req, err, a, NULL);
	free(w);
}

static int fill(struct ctl_request *req, const json_t *args, uint32_t flags, struct ic_shutdown *m, uint64_t *limit)
{
	char text[1024];
	bool force;
	uint64_t timeout, reason, raw;
	int err = ctl_arg_bool(req, args, "force", false, &force);

	err = err ? err : ctl_arg_num(req, args, "delay", 0, 0, UINT32_MAX, &timeout);
	err = err ? err : ctl_arg_num(req, args, "reason", IC_SHUTDOWN_PLANNED, 0, UINT32_MAX, &reason);
	err = err ? err : ctl_arg_num(req, args, "flags", flags | (force ? IC_SHUTDOWN_FORCE : 0), 0, UINT32_MAX, &raw);
	err = err ? err : ctl_arg_num(req, args, "timeout", 60, 1, 3600, limit);
	err = err ? err : ctl_arg_text(req, args, "text", "", text, sizeof(text));
	if (err)
		return err;
	m->timeout = (uint32_t)timeout;
	m->reason = (uint32_t)reason;
	m->flags = (uint32_t)raw;
	err = text_to_utf16(text, m->text, sizeof(m->text));
	return err < 0 ? err : 0;
}

/* A guest that did not agree to the version would take restart for something else (2.7). */
static int check_version(const struct shutdown *s, struct ctl_request *req, uint32_t least, const char *action)
{
	char have[16], want[16];

	if (!s->ic.is_agreed || s->ic.message >= least)
		return 0;
	ctl_why(req, "%s needs version %s; the guest agreed to %s", action, ic_version_text(least, want),
		ic_version_text(s->ic.message, have));
	return -EOPNOTSUPP;
}

static int ask(struct device *d, const json_t *args, struct ctl_request *req, uint32_t flags, uint32_t least, const char *action)
{
	struct shutdown *s = d->priv;
	struct ic_shutdown m = { 0 };
	struct wish *w;
	uint64_t limit;
	int err = fill(req, args, flags, &m, &limit);

	err = err ? err : check_version(s, req, least, action);
	if (err)
		return err;
	w = malloc(sizeof(*w));
	if (!w)
		return -ENOMEM;
	*w = (struct wish){ s, req, action };
	s->asked++;
	err = ic_verb_ask(&s->ic, req, &m, sizeof(m), limit * NS_PER_S, answered, w);
	if (err != CTL_LATER)
		free(w);
	return err;
}

static int do_shutdown(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return ask(d, args, req, 0, IC_VERSION(1, 0), "shutdown");
}

static int do_reboot(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return ask(d, args, req, IC_SHUTDOWN_RESTART, IC_VERSION(3, 1), "reboot");
}

static int do_hibernate(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return ask(d, args, req, IC_SHUTDOWN_HIBERNATE, IC_VERSION(3, 2), "hibernate");
}

static const struct ic_class class = {
	.class_guid = "0e0b6031-5213-4934-818b-38d90ced39db", .instance_guid = "b6650ff7-33bc-4840-8048-e0676786f393",
	.msg_type = IC_MSG_SHUTDOWN, .framework = "1.0+3.0", .versions = "1.0+3.0+3.1+3.2",
};

static int create(struct device *d, struct opts *o)
{
	struct shutdown *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	d->priv = s;
	err = ic_create(&s->ic, d, o, &class, s);
	if (err)
		free(s);
	return err;
}

static void destroy(struct device *d)
{
	struct shutdown *s = d->priv;

	ic_destroy(&s->ic);
	free(s);
}

static void reset(struct device *d)
{
	ic_reset(device_ic(d));
}

static void counters(struct device *d, json_t *out)
{
	const struct shutdown *s = d->priv;

	ic_counters(&s->ic, out);
	json_object_set_new(out, "asked", json_integer((json_int_t)s->asked));
	json_object_set_new(out, "accepted", json_integer((json_int_t)s->accepted));
	json_object_set_new(out, "refused", json_integer((json_int_t)s->refused));
}

#define ARGS " [force=true] [delay=SECONDS] [reason=N] [text=TEXT] [flags=N] [timeout=SECONDS]: "
static const struct device_verb verbs[] = {
	{ "shutdown", ARGS "the guest is to power off; answers when it has accepted", do_shutdown },
	{ "reboot", ARGS "the guest is to restart", do_reboot },
	{ "hibernate", ARGS "the guest is to hibernate", do_hibernate },
	IC_HELP_VERBS,
	{ 0 },
};

static struct device_type type = {
	.name = "shutdown", .help = "shutdown, restart, hibernation from the host",
	.keys = IC_KEYS, .create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)
