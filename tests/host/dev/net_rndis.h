/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: RNDIS packet messages, read and written (docs/wire/05 6, 8). */
#ifndef HOST_NET_RNDIS_H
#define HOST_NET_RNDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/rndis.h>

/* Per-packet info: what is there, and its value. */
struct rndis_info {
	bool has_csum, has_lso, has_vlan, has_hash, has_pktid;
	uint32_t csum, lso, vlan, hash;
	struct rndis_pktid pktid;
	unsigned int others; /* elements of other kinds */
};

/*
 * The next message in [at, len) of a buffer with one or more of them: 1 and its type and bytes, *at moved behind it; 0
 * at
 * the end; -EPROTO when its header does not fit. Less than a header of zeroes at the end is padding.
 */
struct rndis_piece {
	uint32_t type;
	const uint8_t *msg;
	size_t len;
};
int rndis_next(const uint8_t *buf, size_t len, size_t *at, struct rndis_piece *out);

/* A packet message: its frame and infos. -EPROTO when an offset, length or element does not fit. */
struct rndis_frame {
	const uint8_t *data;
	size_t len;
	struct rndis_info info;
};
int rndis_parse_packet(const uint8_t *msg, size_t len, struct rndis_frame *out);

/*
 * The head of a packet message for data_len bytes of frame. With `room` 0 the message ends with the frame; else it says
 * that it is `room` bytes long, and the frame begins RNDIS_RX_HEADROOM bytes into it, as hosts do. Returns how many
 * bytes
 * of head there are before the frame; `head` has RNDIS_RX_HEADROOM bytes. 0 when it does not fit into room.
 */
size_t rndis_build_head(uint8_t *head, const struct rndis_info *info, size_t data_len, size_t room);

/* The VLAN tag control word of 802.1Q, and back. */
uint16_t rndis_vlan_to_tci(uint32_t ppi);
uint32_t rndis_vlan_from_tci(uint16_t tci);

/*
 * INDICATE STATUS; with `old`, the buffer is not counted in the message's length. Bytes written to out (32 are
 * enough).
 */
size_t rndis_build_indicate(uint8_t *out, uint32_t status, const uint32_t *value, bool old);

#endif
