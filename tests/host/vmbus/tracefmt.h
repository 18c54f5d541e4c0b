/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a trace file holds: pcapng (one section, one interface, link type USER0, nanoseconds), each packet one of our records:
 * this header, the channel's name, then the bytes of the message (from its 8-byte header on) or packet (from its descriptor
 * on, trailer left out). Little-endian.
 */
#ifndef HOST_VMBUS_TRACEFMT_H
#define HOST_VMBUS_TRACEFMT_H

#include <stdint.h>

#define TRACE_VERSION 1
#define TRACE_LINKTYPE 147 /* LINKTYPE_USER0 */
#define TRACE_IF_NAME "hvhost-vmbus"

enum trace_kind {
	TRACE_MESSAGE = 1,	/* arg: connection id (from the guest) or VP (to it) */
	TRACE_PACKET = 2,
	TRACE_SIGNAL = 3,	/* guest -> host; arg: how many came together */
	TRACE_INTERRUPT = 4,	/* host -> guest; arg: VP */
	TRACE_FAULT = 5,	/* a fault was made; the bytes are its name */
	TRACE_REFUSED = 6,	/* a post of the guest was refused; arg: status */
	TRACE_NOTE = 7,		/* text: a protocol error, a missed signal */
};

enum trace_dir { TRACE_FROM_GUEST = 0, TRACE_TO_GUEST = 1, TRACE_HOST = 2 };

struct trace_record {
	uint8_t version;
	uint8_t dir;
	uint8_t kind;
	uint8_t name_len;
	uint32_t relid; /* 0: none */
	uint32_t arg;
} __attribute__((packed));

/* pcapng blocks */
#define PCAPNG_SHB 0x0A0D0D0AU
#define PCAPNG_IDB 1U
#define PCAPNG_EPB 6U
#define PCAPNG_MAGIC 0x1A2B3C4DU
#define PCAPNG_OPT_END 0
#define PCAPNG_OPT_IF_NAME 2
#define PCAPNG_OPT_IF_TSRESOL 9
#define PCAPNG_OPT_USERAPPL 4
#define PCAPNG_MAX_BLOCK (1U << 20)

#endif
