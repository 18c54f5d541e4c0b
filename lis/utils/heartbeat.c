// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: heartbeat: the host counts, and sees that somebody here still counts along (docs/wire/03 3).
 */
#include "utils.h"

static u32 heartbeat_request(struct ic_service *svc, u8 *body, u32 len, u32 *status)
{
	*status = ic_heartbeat(body, len);
	return 0;
}

const struct ic_class heartbeat_class = {
	.name = "heartbeat",
	.msg_type = IC_MSG_HEARTBEAT,
	.packet_max = 4096,
	.request = heartbeat_request,
};
