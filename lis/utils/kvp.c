// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: key-value pairs and addresses, by a daemon (docs/wire/03 6, 7.1). The conversion is kvp_convert.c's.
 */
#include <linux/string.h>
#include "kvp_convert.h"
#include "utils.h"

struct kvp_state {
	struct kvp_request request;
	bool old_daemon;
};

static u32 kvp_request(struct ic_service *svc, u8 *body, u32 len, u32 *status)
{
	struct kvp_state *k = svc->state;

	*status = kvp_to_daemon(body, len, &k->request, (struct kvp_daemon_msg *)svc->ask.data);
	if (*status != IC_S_OK)
		return 0;
	/* It knows nothing of addresses. */
	if (k->old_daemon && k->request.op >= KVP_GET_IP) {
		*status = IC_E_NOT_SUPPORTED;
		return 0;
	}
	svc->answer_size = k->request.answer_size;
	return sizeof(struct kvp_daemon_msg);
}

static int kvp_hello(struct ic_service *svc, const void *msg, void *reply)
{
	const struct kvp_daemon_msg *in = msg;
	struct kvp_daemon_msg *out = reply;
	struct kvp_state *k = svc->state;

	if (in->h.hdr.op != KVP_DAEMON_REGISTER && in->h.hdr.op != KVP_DAEMON_REGISTER_OLD)
		return -EINVAL;
	k->old_daemon = in->h.hdr.op == KVP_DAEMON_REGISTER_OLD;
	memset(out, 0, sizeof(*out));
	out->h.hdr.op = in->h.hdr.op;
	memcpy(out->u.version, LIS_VERSION, sizeof(LIS_VERSION));
	dev_info(&svc->dev->device, "KVP: userspace daemon registered\n");
	return sizeof(*out);
}

static u32 kvp_answer(struct ic_service *svc, const void *msg)
{
	struct kvp_state *k = svc->state;

	return kvp_from_daemon(&k->request, k->old_daemon, msg, IC_BODY(svc->packet));
}

static const struct ic_daemon_class kvp_daemon = {
	.node = "vmbus/hv_kvp",
	.msg_size = sizeof(struct kvp_daemon_msg),
	.write_size = sizeof(struct kvp_daemon_msg),
	.longer_too = true,
	.gates = true,
	.hello = kvp_hello,
	.answer = kvp_answer,
};

const struct ic_class kvp_class = {
	.name = "KVP",
	.msg_type = IC_MSG_KVP,
	.packet_max = IC_PACKET_MAX,
	.state_size = sizeof(struct kvp_state),
	.daemon = &kvp_daemon,
	.request = kvp_request,
};
