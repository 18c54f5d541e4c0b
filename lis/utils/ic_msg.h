/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the frame around every request of the host's and every answer (docs/wire/03-integration-components.md 2), and
 * the two services that need no more than a look at the body: heartbeat (3) and shutdown (4).
 *
 * A packet is a private copy in a buffer of IC_PACKET_MAX bytes. The answer is made in place: it goes back with the
 * length that was received, or longer when the request was shorter than its answer is.
 */
#ifndef _LIS_IC_MSG_H
#define _LIS_IC_MSG_H

#include "pure.h"
#include <wire/ic.h>

#define IC_BODY(packet) ((u8 *)(packet) + sizeof(struct ic_packet_hdr))

/*
 * Is packet (len bytes received) a whole message? Return 0 with its type and the bytes of its body that were received,
 * or -EINVAL. The header's own size field is not believed: hosts fill it in many ways.
 */
int ic_check_packet(const void *packet, u32 len, u32 *type, u32 *body);

/*
 * Make the packet of len bytes the answer with this status and at least body bytes behind the header (bytes that were
 * not received are zeroed). Return the length to send. The packet has passed ic_check_packet().
 */
u32 ic_make_answer(void *packet, u32 len, u32 body, u32 status);

/* 3: count the beat. Return the status to answer. */
u32 ic_heartbeat(void *body, u32 len);

enum ic_shutdown_action {
	IC_DO_NOTHING = 0,
	IC_DO_POWEROFF = 1,
	IC_DO_REBOOT = 2,
	IC_DO_HIBERNATE = 3
};

/* 4: what a request under this version asks for; *status is what to answer before it is done. */
enum ic_shutdown_action ic_shutdown(const void *body, u32 len, u32 version, bool can_hibernate, u32 *status);

#endif
