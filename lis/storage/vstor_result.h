/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: what a completed request means (docs/wire/04-storage.md 5.4, 5.5).
 */
#ifndef _LIS_VSTOR_RESULT_H
#define _LIS_VSTOR_RESULT_H

#include "vstor_msg.h"

/* What the mid layer is told; the glue has the kernel's DID_ number of each. */
enum vstor_host_byte {
	VSTOR_SAY_OK, /* the SCSI status speaks for itself */
	VSTOR_SAY_NO_CONNECT,
	VSTOR_SAY_BUSY,
	VSTOR_SAY_TIMEOUT,
	VSTOR_SAY_RESET,
	VSTOR_SAY_REQUEUE,
	VSTOR_SAY_PASSTHROUGH, /* an error nobody shall retry */
	VSTOR_SAY_ERROR,
	VSTOR_SAY_COUNT
};

/* What else is to be done. */
#define VSTOR_EVENT_GONE 1 /* the LUN is no more */
#define VSTOR_EVENT_RESCAN 2 /* the LUN changed */

struct vstor_outcome {
	enum vstor_host_byte host;
	u8 status; /* SCSI status */
	u8 sense_len; /* valid bytes of the packet's sense data */
	u8 events;
	bool odd; /* a number of the host's was out of range and cut */
	u32 residual;
};

/*
 * Judge a completion of len bytes for a command of transfer_len bytes. A packet that is too short or no completion is
 * an error of the host's: the command fails so that it is tried again, and odd is set.
 */
void vstor_judge(const struct vstor_packet *p, u32 len, u16 version, u8 opcode, u32 transfer_len,
		 struct vstor_outcome *out);

/* Additional sense code and qualifier (code << 8 | qualifier) of len bytes of sense data; 0 when they hold none. */
u16 vstor_sense_code(const u8 *sense, u32 len);

#endif
