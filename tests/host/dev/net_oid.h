/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: the adapter behind RNDIS: control messages, OIDs, what the guest set (docs/wire/05 6, 7). */
#ifndef HOST_NET_OID_H
#define HOST_NET_OID_H

#include "net_rss.h"

#define NET_MULTICAST_MAX 32
#define NET_REPLY_MAX 1024

/* One offload each way: what the guest switched on. */
struct net_offloads {
	bool ip4_tx, ip4_rx, tcp4_tx, tcp4_rx, udp4_tx, udp4_rx, tcp6_tx, tcp6_rx, udp6_tx, udp6_rx;
	bool lso4, lso6, rsc4, rsc6;
};

/* What a control message changed; the owner looks and clears. */
#define NET_CHANGED_FILTER 0x01
#define NET_CHANGED_RSS 0x02
#define NET_CHANGED_OFFLOAD 0x04
#define NET_CHANGED_MAC 0x08
#define NET_CHANGED_HALT 0x10
#define NET_CHANGED_INIT 0x20
#define NET_CHANGED_RESET 0x40

struct net_adapter {
	/* the host's facts */
	uint8_t permanent_mac[6];
	uint32_t mtu; /* with Ethernet header */
	uint64_t speed; /* bit/s */
	bool link;
	bool spoofing; /* the guest may take another MAC */
	bool can_csum, can_udp, can_lso, can_rsc, can_rss;
	unsigned int queues; /* what the host has to give */
	uint32_t nvsp; /* version agreed on */
	uint32_t ndis; /* major << 16 | minor */
	/* what the guest made of it */
	bool initialized;
	uint8_t mac[6];
	uint32_t filter;
	unsigned int multicast_count;
	uint8_t multicast[NET_MULTICAST_MAX][6];
	struct net_offloads on;
	struct net_rss rss;
	unsigned int changed;
	uint64_t requests, refused;
	/* for the statistics OIDs, kept by the owner */
	uint64_t tx_packets, rx_packets, tx_bytes, rx_bytes, tx_dropped, rx_dropped, rx_no_buffer;
};

/* As after power on; the host's facts stay. */
void net_adapter_reset(struct net_adapter *a);

/*
 * Does a control message; the length of the answer in reply (NET_REPLY_MAX bytes), 0 for none, -EPROTO for a message
 * that
 * cannot even be answered (too short to have a request id, or no control message at all).
 */
int net_control(struct net_adapter *a, const uint8_t *msg, size_t len, uint8_t *reply);

/* May a frame to this address go up to the guest? */
bool net_filter_passes(const struct net_adapter *a, const uint8_t *destination);

#endif
