/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: RNDIS packet messages and what travels beside a frame (docs/wire/05-network.md 8).
 */
#ifndef _LIS_RNDIS_PACKET_H
#define _LIS_RNDIS_PACKET_H

#include "pure.h"
#include <wire/rndis.h>

/* ---- receive ---- */

/* Bits of rndis_rx.have: which per-packet information came. */
#define RNDIS_HAVE_CSUM 0x1
#define RNDIS_HAVE_VLAN 0x2
#define RNDIS_HAVE_HASH 0x4
#define RNDIS_HAVE_ID 0x8

/* The longest per-packet information that is looked into; hosts have at most 256 + 36 bytes of room for it. */
#define RNDIS_PPI_MAX 512

struct rndis_rx {
	u32 data_offset; /* of the frame, from the message's start */
	u32 data_len;
	u32 ppi_offset; /* of the per-packet information, from the message's start */
	u32 ppi_len;
	u32 have;
	u32 csum;
	u32 hash;
	u16 vlan_tci;
	u8 id_flags;
	u16 id;
};

/*
 * Check a private copy of a packet's header; range_len is what the transfer says it takes. Fills the offsets, which lie
 * within range_len, and no per-packet information. 0 or -EINVAL.
 */
int rndis_check_packet(const struct rndis_packet *p, u32 range_len, struct rndis_rx *out);

/* Take the per-packet information from a private copy of it. 0 or -EINVAL. */
int rndis_take_ppi(const u8 *ppi, u32 len, struct rndis_rx *out);

/* ---- coalesced frames (8.5): consecutive ranges of one transfer make one frame ---- */

struct rndis_fragment {
	u32 offset; /* in the receive buffer */
	u32 len;
};

struct rndis_rsc {
	bool open;
	u32 count;
	u32 bytes;
};

enum rndis_rsc_step {
	RNDIS_RSC_ALONE, /* a frame of its own */
	RNDIS_RSC_FIRST, /* keep it, and its per-packet information, as fragment 0 */
	RNDIS_RSC_MORE, /* keep it as fragment count - 1 */
	RNDIS_RSC_WHOLE, /* the same, and with it the frame is whole */
	RNDIS_RSC_SINGLE, /* first and last at once: keep it as fragment 0, the frame is whole */
	RNDIS_RSC_BAD /* belongs to nothing, or too many or too long: what was kept is dropped */
};

/*
 * What to do with a packet. Anything still open when a transfer ends is dropped: the caller calls rndis_rsc_reset().
 */
enum rndis_rsc_step rndis_rsc_step(struct rndis_rsc *r, const struct rndis_rx *rx);
/* Return whether something was dropped. */
bool rndis_rsc_reset(struct rndis_rsc *r);

/* ---- transmit ---- */

/* Header with every per-packet information a frame can have. */
#define RNDIS_TX_HEADER_MAX (sizeof(struct rndis_packet) + 3 * 16)

/* Bits of rndis_tx.want */
#define RNDIS_TX_CSUM 0x1
#define RNDIS_TX_LSO 0x2
#define RNDIS_TX_VLAN 0x4
#define RNDIS_TX_HASH 0x8

struct rndis_tx {
	u32 want; /* CSUM and LSO exclude each other */
	u32 csum;
	u32 lso;
	u32 hash;
	u16 vlan_tci;
};

/* Bytes of the header rndis_build_packet() will write. */
u32 rndis_tx_header_len(const struct rndis_tx *tx);
/* Write the header of a frame of data_len bytes, followed by pad bytes of nothing. Return its bytes. */
u32 rndis_build_packet(u8 *to, const struct rndis_tx *tx, u32 data_len, u32 pad);

static inline u32 rndis_tx_csum(bool ip6, bool udp, u32 offset)
{
	return (ip6 ? RNDIS_CSUM_TX_IP6 : RNDIS_CSUM_TX_IP4) | (udp ? RNDIS_CSUM_TX_UDP : RNDIS_CSUM_TX_TCP) |
	       (offset & RNDIS_CSUM_TX_OFFSET_MASK) << RNDIS_CSUM_TX_OFFSET_SHIFT;
}

static inline u32 rndis_tx_lso(bool ip6, u32 mss, u32 offset)
{
	return (ip6 ? RNDIS_LSO_IP6 : 0) | RNDIS_LSO_TYPE_2 | (mss & RNDIS_LSO_MSS_MASK) |
	       (offset & RNDIS_LSO_OFFSET_MASK) << RNDIS_LSO_OFFSET_SHIFT;
}

/* Between the tag of 802.1Q (priority, DEI, id from the top) and the host's word. */
u32 rndis_vlan_word(u16 tci);
u16 rndis_vlan_tci(u32 word);

/* ---- several messages in one send section (4) ---- */

struct rndis_batch {
	bool open;
	u32 section;
	u32 used; /* bytes in the section, a multiple of the alignment */
	u32 packets;
	u32 wire_packets; /* segments of large sends counted */
	u32 bytes;
};

struct rndis_batch_limits {
	u32 section_size;
	u32 max_packets;
	u32 align; /* a power of two */
};

static inline u32 rndis_pad(u32 len, u32 align)
{
	return -len & (align - 1);
}

/* May a message of len bytes (padded) follow what is in the batch, or begin one? */
bool rndis_batch_fits(const struct rndis_batch *b, const struct rndis_batch_limits *l, u32 len);

#endif
