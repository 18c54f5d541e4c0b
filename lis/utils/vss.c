// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: live backup: a daemon freezes and thaws file systems (docs/wire/03 7.2, 8).
 *
 * A file system that stays frozen is a dead machine. So the driver remembers a freeze, and when the host is gone,
 * begins anew, or was told that the freeze failed, it has the daemon thaw without being asked to.
 */
#include <linux/string.h>
#include "utils.h"
#include "vss_check.h"

#define FREEZE_SECONDS 900

struct vss_state {
	u8 op; /* of the request in hand */
	bool frozen; /* or perhaps so */
};

static int vss_start(struct ic_service *svc)
{
	return vmbus_proto_version < VMBUS_VERSION_3_0 ? -ENODEV : 0;
}

static u32 vss_request(struct ic_service *svc, u8 *body, u32 len, u32 *status)
{
	struct vss_state *v = svc->state;

	svc->answer_size = sizeof(struct vss_msg);
	v->op = len ? body[0] : VSS_OPS;
	if (!vss_check(body, len, (struct vss_daemon_msg *)svc->ask.data, status)) {
		/* Only a body of this size has the field an answer may be about. */
		if (len >= sizeof(struct vss_msg))
			vss_answer(body, v->op, *status);
		return 0;
	}
	if (v->op == VSS_FREEZE) {
		v->frozen = true;
		svc->seconds = FREEZE_SECONDS;
	}
	return sizeof(struct vss_daemon_msg);
}

static int vss_hello(struct ic_service *svc, const void *msg, void *reply)
{
	const struct vss_daemon_msg *in = msg;
	struct vss_state *v = svc->state;
	u32 version = in->h.hdr.op;

	if (version != VSS_DAEMON_REGISTER && version != VSS_DAEMON_REGISTER_OLD)
		return -EINVAL;
	/* What an earlier daemon froze it has thawed when it ended, or nobody can. */
	v->frozen = false;
	dev_info(&svc->dev->device, "VSS: userspace daemon ver. %u registered\n", version);
	if (version == VSS_DAEMON_REGISTER_OLD)
		return 0;
	memcpy(reply, &version, sizeof(version));
	return sizeof(version);
}

static u32 vss_done(struct ic_service *svc, const void *msg)
{
	const struct vss_daemon_msg *in = msg;
	struct vss_state *v = svc->state;
	u32 status = in->h.error;

	/* A daemon that cannot freeze one file system thaws the others before it says so. */
	if (v->op == VSS_FREEZE)
		v->frozen = status == IC_S_OK;
	else if (v->op == VSS_THAW)
		v->frozen = false;
	vss_answer(IC_BODY(svc->packet), v->op, status);
	return status;
}

static void vss_unread(struct ic_service *svc)
{
	struct vss_state *v = svc->state;

	if (v->op == VSS_FREEZE)
		v->frozen = false;
}

static u32 vss_abandon(struct ic_service *svc, void *msg)
{
	struct vss_state *v = svc->state;
	struct vss_daemon_msg *out = msg;

	if (!v->frozen)
		return 0;
	v->frozen = false;
	memset(out, 0, sizeof(*out));
	out->h.hdr.op = VSS_THAW;
	return sizeof(*out);
}

static const struct ic_daemon_class vss_daemon = {
	.node = "vmbus/hv_vss",
	.msg_size = sizeof(struct vss_daemon_msg),
	.write_size = sizeof(struct vss_daemon_msg),
	.hello = vss_hello,
	.answer = vss_done,
	.unread = vss_unread,
	.abandon = vss_abandon,
};

const struct ic_class vss_class = {
	.name = "VSS",
	.msg_type = IC_MSG_VSS,
	.packet_max = 8192,
	.state_size = sizeof(struct vss_state),
	.daemon = &vss_daemon,
	.start = vss_start,
	.request = vss_request,
};
