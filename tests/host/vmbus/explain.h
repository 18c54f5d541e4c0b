/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace (tracefmt.h) as text. Pure: bytes in, text out; the file may be anything at all. */
#ifndef HOST_VMBUS_EXPLAIN_H
#define HOST_VMBUS_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct explain_options {
	const char *channel;	/* only records of the channel of this name (and of the bus, with ""); NULL: all */
	unsigned int kinds;	/* a bit (1 << enum trace_kind) for each kind wanted; 0: all */
	unsigned int hex;	/* so many bytes of each message and packet in hexadecimal */
	bool totals;		/* a table by channel at the end */
};

/* How the file ended. */
enum explain_end {
	EXPLAIN_WHOLE,
	EXPLAIN_CUT,		/* in the middle of a block: the host still writes, or was stopped */
	EXPLAIN_NOT_PCAPNG,
	EXPLAIN_NOT_OURS,	/* pcapng of something else */
	EXPLAIN_BAD_BLOCK,	/* lengths that do not fit */
};

/* *at: how far it went. */
enum explain_end explain(const uint8_t *data, size_t len, const struct explain_options *o, FILE *out, size_t *at);

/* One control message, one packet: a line without its end. */
void explain_message(const uint8_t *msg, size_t len, FILE *out);
void explain_packet(const uint8_t *packet, size_t len, FILE *out);
/* "SCSI" ... for a class GUID in memory order, or NULL. */
const char *explain_class(const uint8_t *guid);

#endif
