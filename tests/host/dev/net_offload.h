/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: Ethernet frames, their checksums and their segmentation (docs/wire/05 8.1, 8.2). */
#ifndef HOST_NET_OFFLOAD_H
#define HOST_NET_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETH_HEADER 14
#define ETH_ADDRESS 6
#define ETH_TYPE_IP4 0x0800
#define ETH_TYPE_ARP 0x0806
#define ETH_TYPE_VLAN 0x8100
#define ETH_TYPE_IP6 0x86DD
#define IP_TCP 6
#define IP_UDP 17
#define IP_ICMP 1
#define IP_ICMP6 58

/* Where the layers of a frame begin; 0 where there is none. The frame carries no VLAN tag. */
struct net_layers {
	uint16_t ethertype;
	uint8_t ip; /* 4, 6 or 0 */
	uint8_t proto; /* of what is at l4 */
	bool fragment;
	bool extended; /* IPv6 with extension headers */
	unsigned int l3;
	unsigned int l4;
	unsigned int payload; /* behind the TCP or UDP header */
	size_t end; /* of the IP packet; the frame may be longer, by padding */
};

/* False when the frame is shorter than an Ethernet header, or an IP header in it contradicts itself. */
bool net_layers(const uint8_t *frame, size_t len, struct net_layers *out);

/* The Internet checksum of data, over an earlier sum; not folded into its complement. In memory order. */
uint32_t net_sum(uint32_t sum, const void *data, size_t len);
uint16_t net_sum_done(uint32_t sum);
/* Sum of the pseudo header of the layers' addresses for len bytes of proto. */
uint32_t net_sum_pseudo(const uint8_t *frame, const struct net_layers *l, size_t len);
/* Fills the IPv4 header checksum and, unless it is a fragment, that of TCP, UDP, ICMP or ICMPv6. */
void net_sum_fill_all(uint8_t *frame, const struct net_layers *l);

/* Receive bits RNDIS_CSUM_RX_* that are true of this frame: each checksum was computed. */
uint32_t net_sum_verify(const uint8_t *frame, const struct net_layers *l);

enum net_offload_result {
	NET_OFFLOAD_OK,
	NET_OFFLOAD_SEED, /* done as asked, but the guest's pseudo-header sum was wrong, and so may the result be */
	NET_OFFLOAD_BAD /* what is asked for does not fit the frame; nothing was done */
};

/* What a transmit checksum PPI asks for: the sum over the guest's own pseudo-header seed, as hardware does it. */
enum net_offload_result net_sum_transmit(uint8_t *frame, size_t len, uint32_t ppi);

/* Large send: the frame in segments. */
struct net_lso {
	const uint8_t *frame;
	size_t len;
	struct net_layers l;
	unsigned int mss;
	size_t at; /* next byte of payload */
	unsigned int index;
};

/* Checks what the PPI says against the frame (which net_lso_next() goes on reading). */
enum net_offload_result net_lso_begin(struct net_lso *s, const uint8_t *frame, size_t len, uint32_t ppi);
/* Writes the next segment, headers and checksums whole; its length, or 0 when none is left or it does not fit. */
size_t net_lso_next(struct net_lso *s, uint8_t *out, size_t max);

#endif
