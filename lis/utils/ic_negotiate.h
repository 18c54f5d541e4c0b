/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: agreeing on versions (docs/wire/03-integration-components.md 2.6, 2.7). The host lists what it speaks; the
 * guest picks.
 */
#ifndef _LIS_IC_NEGOTIATE_H
#define _LIS_IC_NEGOTIATE_H

#include "pure.h"
#include <wire/ic.h>

/* What a service speaks, IC_VERSION() best first, 0 at the end. */
struct ic_speaks {
	const u32 *frameworks;
	const u32 *messages;
};

struct ic_agreed {
	u32 framework; /* 0: nothing agreed */
	u32 message;
};

/* What each service speaks; IC_MSG_* to the lists of 2.7. NULL for a type this guest does not serve. */
const struct ic_speaks *ic_speaks(u32 msg_type);

/*
 * Answer the negotiation in packet (len bytes, body of them behind the header; it has passed ic_check_packet()) and
 * store what was agreed in *out. A list that is not whole, or has nothing we speak, is answered with counts of 0. The
 * buffer has IC_PACKET_MAX bytes. Return the length to send.
 */
u32 ic_negotiate(void *packet, u32 len, u32 body, const struct ic_speaks *speaks, struct ic_agreed *out);

#endif
