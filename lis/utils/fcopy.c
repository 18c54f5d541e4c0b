// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: files from the host, written by a daemon (docs/wire/03 7.3, 9). The order of messages is fcopy_check.c's.
 */
#include <linux/string.h>
#include "fcopy_check.h"
#include "utils.h"

static u32 fcopy_request(struct ic_service *svc, u8 *body, u32 len, u32 *status)
{
	return fcopy_check(svc->state, body, len, svc->ask.data, status);
}

static int fcopy_hello(struct ic_service *svc, const void *msg, void *reply)
{
	struct fcopy_state *f = svc->state;
	u32 version;

	memcpy(&version, msg, sizeof(version));
	if (version != FCOPY_DAEMON_VERSION_0 && version != FCOPY_DAEMON_VERSION_1)
		return -EINVAL;
	/* Whatever an earlier daemon wrote is not this one's. */
	f->open = false;
	dev_info(&svc->dev->device, "FCP: userspace daemon ver. %u registered\n", version);
	if (version == FCOPY_DAEMON_VERSION_0)
		return 0;
	memcpy(reply, &version, sizeof(version));
	return sizeof(version);
}

static u32 fcopy_done(struct ic_service *svc, const void *msg)
{
	u32 status;

	memcpy(&status, msg, sizeof(status));
	fcopy_answered(svc->state, status);
	return status;
}

static void fcopy_unread(struct ic_service *svc)
{
	fcopy_withdrawn(svc->state);
}

static u32 fcopy_give_up(struct ic_service *svc, void *msg)
{
	return fcopy_abandon(svc->state, msg);
}

static const struct ic_daemon_class fcopy_daemon = {
	.node = "vmbus/hv_fcopy",
	.msg_size = FCOPY_MSG_MAX,
	.write_size = sizeof(u32),
	.hello = fcopy_hello,
	.answer = fcopy_done,
	.unread = fcopy_unread,
	.abandon = fcopy_give_up,
};

const struct ic_class fcopy_class = {
	.name = "file copy",
	.msg_type = IC_MSG_FCOPY,
	.packet_max = 8192,
	.state_size = sizeof(struct fcopy_state),
	.daemon = &fcopy_daemon,
	.request = fcopy_request,
};
