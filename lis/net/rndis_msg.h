/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: RNDIS control messages, built and checked (docs/wire/05-network.md 6, 9).
 */
#ifndef _LIS_RNDIS_MSG_H
#define _LIS_RNDIS_MSG_H

#include "pure.h"
#include <wire/rndis.h>

/* A request is built in one page; an answer is looked at this far. */
#define RNDIS_REQUEST_MAX 4096
#define RNDIS_CONTROL_MAX 4352

/* What a control message of the host's says; which fields count depends on the type. */
struct rndis_control {
	u32 type;
	u32 request_id; /* INIT_C, QUERY_C, SET_C, SET_EX_C, KEEPALIVE_C, KEEPALIVE */
	u32 status; /* of those answers, RESET_C and INDICATE */
	u32 info_offset; /* from the message's start: QUERY_C, SET_EX_C, INDICATE */
	u32 info_len;
	u32 max_packets; /* INIT_C */
	u32 align; /* INIT_C: bytes */
};

/* Build a request in RNDIS_REQUEST_MAX bytes. Return its length; 0 when info does not fit. */
u32 rndis_build_init(void *buf, u32 id);
u32 rndis_build_halt(void *buf, u32 id);
u32 rndis_build_query(void *buf, u32 id, u32 oid, const void *info, u32 info_len);
u32 rndis_build_set(void *buf, u32 id, u32 oid, const void *info, u32 info_len);
u32 rndis_build_keepalive_answer(void *buf, u32 id);

/*
 * Check a private copy of a control message; len is what was copied, at most RNDIS_CONTROL_MAX, whatever the message
 * says of its own length: hosts declare whole sub-allocations, and leave status buffers out. Return 0 with info within
 * len; -EOVERFLOW when the information is longer than what was copied (the rest of *out is good); -EINVAL; -ENOMSG for
 * a type a guest does not get.
 */
int rndis_check_control(const void *msg, u32 len, struct rndis_control *out);

/* Does this type of message answer a request of the guest's? */
bool rndis_is_answer(u32 type);

#endif
