// SPDX-License-Identifier: GPL-2.0-only
/*
 * Volume snapshots (docs/wire/03-integration-components.md 8): the host asks whether a hot backup is possible, has file systems
 * frozen and thawed. `backup` runs the usual order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/vss.h>

#include "ctl/args.h"
#include "dev/ic.h"

struct wish;

struct vss {
	struct ic ic;
	struct wish *backup; /* one at a time */
	uint64_t done[VSS_OPS], failed;
	bool frozen; /* the guest said that it is, and has not said that it thawed */
};

/* One verb: the op, or the rest of the ops of a backup. */
struct wish {
	struct vss *v;
	struct ctl_request *req;
	const uint8_t *ops; /* what is still to be done; ends with VSS_OPS */
	uint64_t limit_ns, began_ns, hold_ns;
	struct loop_timer hold;
	bool is_backup;
	int freeze_err; /* the freeze failed so, or with freeze_status; a thaw follows all the same */
	uint32_t freeze_status;
	json_t *reply;
};

static const char *op_text(uint8_t op)
{
	static const char *const words[] = { "create", "delete", "hot-backup", "get-dm-info", "backup-complete",
					     "freeze", "thaw", "auto-recover", "query-guest-cluster" };

	return op < VSS_OPS ? words[op] : "?";
}

static void next_op(void *arg);

static void end_wish(struct wish *w, int err, const struct ic_answer *a)
{
	const struct ic_answer failed_freeze = { .status = w->freeze_status };

	if (w->is_backup)
		w->v->backup = NULL;
	loop_timer_cancel(&w->hold);
	if (w->freeze_err || w->freeze_status)
		ic_finish_status(w->req, w->freeze_err, &failed_freeze, w->reply);
	else
		ic_finish_status(w->req, err, a, w->reply);
	free(w);
}

static void note(struct wish *w, uint8_t op, const struct ic_answer *a)
{
	const double seconds = (double)(loop_now_ns() - w->began_ns) / 1e9;
	const json_int_t flags = ic_parse_vss_flags(a);

	w->v->done[op]++;
	if (a->status)
		w->v->failed++;
	else if (op == VSS_FREEZE || op == VSS_THAW)
		w->v->frozen = op == VSS_FREEZE;
	ctl_event("vss-answer", w->v->ic.d->name, json_pack("{s:s, s:I, s:I, s:f}", "op", op_text(op), "status",
							   (json_int_t)a->status, "flags", flags, "seconds", seconds));
	json_object_set_new(w->reply, op_text(op), json_pack("{s:I, s:I, s:f}", "status", (json_int_t)a->status, "flags", flags,
							     "seconds", seconds));
}

/*
 * A freeze that failed or was given up may have frozen something already: in a backup the thaw is sent then, too, and the
 * freeze's failure is what the client is told.
 */
static bool goes_on(struct wish *w, uint8_t op, int err, const struct ic_answer *a)
{
	if (*w->ops == VSS_OPS || err == -ENOTCONN || w->freeze_err || w->freeze_status)
		return false;
	if (!err && !a->status)
		return true;
	if (op != VSS_FREEZE)
		return false;
	w->freeze_err = err;
	w->freeze_status = err ? 0 : a->status;
	return true;
}

static void answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct wish *w = arg;
	const uint8_t op = *w->ops++;

	if (!err)
		note(w, op, a);
	if (!goes_on(w, op, err, a))
		end_wish(w, err, a);
	else if (op == VSS_FREEZE && w->hold_ns && !w->freeze_err && !w->freeze_status)
		loop_timer_set(&w->hold, w->hold_ns);
	else
		next_op(w);
}

static int send_op(struct wish *w)
{
	struct vss_msg m = { .op = *w->ops };

	w->began_ns = loop_now_ns();
	return ic_ask(&w->v->ic, &m, sizeof(m), w->limit_ns, answered, w);
}

static void next_op(void *arg)
{
	struct wish *w = arg;
	int err = send_op(w);

	if (err)
		end_wish(w, err, NULL);
}

static int start(struct device *d, const json_t *args, struct ctl_request *req, const uint8_t *ops, uint64_t def_limit,
		 struct wish **backup)
{
	struct vss *v = d->priv;
	struct wish *w;
	uint64_t limit, hold;
	int err = ctl_arg_num(req, args, "timeout", def_limit, 1, 3600, &limit);

	err = err ? err : ctl_arg_num(req, args, "hold", 0, 0, 600000, &hold);
	if (err)
		return err;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	*w = (struct wish){ .v = v, .req = req, .ops = ops, .limit_ns = limit * NS_PER_S, .hold_ns = hold * NS_PER_MS };
	w->reply = json_object();
	w->is_backup = backup != NULL;
	loop_timer_init(&w->hold, next_op, w);
	err = send_op(w);
	if (!err && backup)
		*backup = w;
	if (!err)
		return CTL_LATER;
	if (err == -ENOTCONN)
		ctl_why(req, "the guest has not agreed to a version (is its daemon running?)");
	json_decref(w->reply);
	free(w);
	return err;
}

/* In the hold nothing is with the guest, so nobody else ends it. */
static void end_hold(struct vss *v)
{
	if (v->backup && loop_timer_is_set(&v->backup->hold))
		end_wish(v->backup, -ENOTCONN, NULL);
}

#define OP_VERB(fn, op, limit)                                                                              \
	static int fn(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)         \
	{                                                                                                   \
		static const uint8_t ops[] = { op, VSS_OPS };                                               \
		return start(d, args, req, ops, limit, NULL);                                                   \
	}

/* The guest's own limits (8): 15 minutes for a freeze, 30 s for all else. */
OP_VERB(do_create, VSS_CREATE, 60)
OP_VERB(do_delete, VSS_DELETE, 60)
OP_VERB(do_check, VSS_HOT_BACKUP, 60)
OP_VERB(do_info, VSS_GET_DM_INFO, 60)
OP_VERB(do_complete, VSS_BACKUP_COMPLETE, 60)
OP_VERB(do_freeze, VSS_FREEZE, 960)
OP_VERB(do_thaw, VSS_THAW, 60)
OP_VERB(do_recover, VSS_AUTO_RECOVER, 60)

static int do_backup(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	static const uint8_t ops[] = { VSS_HOT_BACKUP, VSS_FREEZE, VSS_THAW, VSS_BACKUP_COMPLETE, VSS_OPS };
	struct vss *v = d->priv;

	if (v->backup) {
		ctl_why(req, "a backup is under way");
		return -EBUSY;
	}
	return start(d, args, req, ops, 960, &v->backup);
}

static void closed(struct ic *ic)
{
	struct vss *v = ic->priv;

	end_hold(v);
	v->frozen = false;
}

static const struct ic_class class = {
	.class_guid = "35fa2e29-ea23-4236-96ae-3a6ebacba440", .instance_guid = "2450ee40-33bf-4fbd-892e-9fb06e9214cf",
	.msg_type = IC_MSG_VSS, .framework = "1.0+3.0", .versions = "4.0+5.0+6.0+7.0", .closed = closed,
};

static int create(struct device *d, struct opts *o)
{
	struct vss *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return -ENOMEM;
	d->priv = v;
	err = ic_create(&v->ic, d, o, &class, v);
	if (err)
		free(v);
	return err;
}

static void destroy(struct device *d)
{
	struct vss *v = d->priv;

	ic_destroy(&v->ic);
	end_hold(v);
	free(v);
}

static void reset(struct device *d)
{
	struct vss *v = d->priv;

	ic_reset(&v->ic);
	end_hold(v);
	v->frozen = false;
}

static void counters(struct device *d, json_t *out)
{
	const struct vss *v = d->priv;

	ic_counters(&v->ic, out);
	for (uint8_t op = 0; op < VSS_OPS; op++)
		json_object_set_new(out, op_text(op), json_integer((json_int_t)v->done[op]));
	json_object_set_new(out, "failed", json_integer((json_int_t)v->failed));
	json_object_set_new(out, "frozen", json_boolean(v->frozen));
}

static const struct device_verb verbs[] = {
	{ "check", "[timeout=S]: is a hot backup possible?", do_check },
	{ "create", "[timeout=S]: a snapshot set begins", do_create },
	{ "delete", "[timeout=S]: a snapshot set is given up", do_delete },
	{ "info", "[timeout=S]: the guest's disk layout, which Linux answers without one", do_info },
	{ "freeze", "[timeout=S]: file systems are frozen", do_freeze },
	{ "thaw", "[timeout=S]: and thawed", do_thaw },
	{ "complete", "[timeout=S]: the backup is complete", do_complete },
	{ "auto-recover", "[timeout=S]: sent by newer hosts", do_recover },
	{ "backup", "[hold=MS] [timeout=S]: check, freeze, hold, thaw, complete; ends at the first that fails", do_backup },
	IC_HELP_VERBS,
	{ 0 },
};

static struct device_type type = {
	.name = "vss", .help = "freezes and thaws the guest's file systems for a backup",
	.keys = IC_KEYS, .create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)
