/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: receive segment coalescing: consecutive TCP segments of a flow become one long one (docs/wire/05 8.5). */
#ifndef HOST_NET_RSC_H
#define HOST_NET_RSC_H

#include "net_offload.h"

/* With the IP header it stays below what an IP length can say. */
#define NET_RSC_MAX 62780

struct net_rsc {
	unsigned int segments; /* 0: empty */
	size_t len;
	struct net_layers l;
	uint32_t next_seq;
	uint32_t hash;
	bool hashed, tagged;
	uint16_t tci;
	uint8_t frame[ETH_HEADER + NET_RSC_MAX];
};

/*
 * May this frame, whose checksums net_sum_verify() found to be `sums`, be coalesced at all? Data of TCP with no flag
 * but ACK
 * and PSH, no IP option or extension, no fragment, checksums right.
 */
bool net_rsc_fits(const uint8_t *frame, const struct net_layers *l, uint32_t sums);

/* Starts with a frame that fits; r was empty. */
void net_rsc_start(struct net_rsc *r, const uint8_t *frame, const struct net_layers *l);
/*
 * Adds a frame that fits; false when it is not the next one of the same flow, or there is no room: r is to be
 * sent first.
 */
bool net_rsc_add(struct net_rsc *r, const uint8_t *frame, const struct net_layers *l);
/* True when it had PSH: nothing is gained by waiting for more. */
bool net_rsc_is_over(const struct net_rsc *r);
/* Makes lengths and the IPv4 header checksum true of the whole. The TCP checksum is not: say so in the PPI. */
void net_rsc_finish(struct net_rsc *r);

#endif
