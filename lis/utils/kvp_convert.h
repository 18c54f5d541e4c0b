/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: key-value pairs (docs/wire/03-integration-components.md 6, 7.1): a request of the host's becomes a message for
 * the daemon, the daemon's message becomes the answer to the host. Neither side is believed: sizes are bounded, texts
 * need not end, pools and types are checked, since a daemon uses them as they come.
 */
#ifndef _LIS_KVP_CONVERT_H
#define _LIS_KVP_CONVERT_H

#include "pure.h"
#include <wire/kvp.h>

/* The request a daemon has. */
struct kvp_request {
	u8 op;
	u8 pool;
	u32 answer_size; /* bytes of body an answer with content needs */
};

/*
 * A request of len bytes. Return IC_S_OK with *msg filled for the daemon, or the status to answer instead.
 */
u32 kvp_to_daemon(const void *body, u32 len, struct kvp_request *req, struct kvp_daemon_msg *msg);

/*
 * The daemon's answer to req: return the status for the host, and put what the answer holds into body (which has
 * req->answer_size bytes). old: a daemon of the first kind, which has no error code and says with an empty key that an
 * enumeration is over.
 */
u32 kvp_from_daemon(const struct kvp_request *req, bool old, const struct kvp_daemon_msg *msg, void *body);

/* Bytes of a daemon's text, at most room, without its NUL. */
u32 kvp_text_length(const void *text, u32 room);

/* A number in decimal digits; buf has 21 bytes. Return the digits. */
u32 kvp_decimal(u64 value, char *buf);

#endif
