/* SPDX-License-Identifier: GPL-2.0-only */
/* The in-process peer: what its files share. The guest's frames are hostile: net_layers() checks every length. */
#ifndef HOST_NET_PEER_H
#define HOST_NET_PEER_H

#include "core/loop.h"
#include "net_backend.h"
#include "net_offload.h"
#include <wire/nvsp.h>

#define PEER_CONNS 128
#define PEER_RECENT 16

#define PEER_PORT_ECHO 7
#define PEER_PORT_DISCARD 9
#define PEER_PORT_SOURCE 19
#define PEER_PORT_SINK 5009 /* the pattern is checked, the answer is one line: BYTES ok, or BYTES bad OFFSET */
#define PEER_PORT_SEND 5019 /* the guest sends a number and a newline, and gets so many bytes of the pattern */

/* A frame of the guest, taken apart. */
struct peer_rx {
	const struct net_frame *f;
	const uint8_t *frame;
	struct net_layers l;
};

struct peer_flow {
	uint8_t ip; /* 4 or 6 */
	uint8_t here[16], there[16];
	uint16_t here_port, there_port;
	uint8_t mac[6];
	bool tagged;
	uint16_t tci;
};

struct peer_conn {
	bool used, established, fin_received, fin_acked, ack_due, dirty, window_shut;
	bool left; /* the guest left the adapter, and has not been heard of since */
	struct peer_flow flow;
	uint16_t service;
	uint16_t mss;
	uint8_t scale; /* the guest's window */
	bool scaling;
	uint32_t iss, rcv_nxt;
	/* what we send, as positions in one long stream */
	uint64_t out_acked, out_next, out_max, out_end;
	bool out_closed, fin_sent;
	uint32_t window; /* the guest's, in bytes */
	uint32_t cwnd;
	unsigned int dups;
	uint64_t recover;
	uint64_t deadline; /* retransmission; 0: nothing is out */
	unsigned int backoff;
	uint64_t ended; /* when both sides were through */
	/* what we receive */
	uint64_t received, bad_at;
	bool bad;
	uint32_t crc;
	uint64_t retransmits, out_of_order;
	uint8_t *ring; /* echo */
	char text[64]; /* the line from the guest, or the answer for it */
	unsigned int text_len;
};

struct peer_recent {
	uint16_t port;
	uint64_t received, sent, bad_at, retransmits, out_of_order;
	uint32_t crc;
	bool bad, reset;
};

struct peer {
	struct net_port port;
	uint8_t mac[6], ip[4], ip6[16], guest_ip[4];
	unsigned int prefix;
	unsigned int loss; /* of 1000 */
	uint32_t random;
	struct loop_timer timer;
	uint8_t out[NVSP_MTU_MAX];
	uint16_t ip_id;
	/* counters */
	uint64_t frames, bad_sums, fragments, arp, echo, echo6, nd, udp_echo, udp_discard, udp_other, tcp_segments,
		dhcp, other, lost,
		no_room, sent, resets;
	uint32_t next_iss;
	struct peer_conn conn[PEER_CONNS];
	struct peer_recent recent[PEER_RECENT];
	unsigned int recents;
};

/* net_peer.c */
/* Begins a packet to the flow's guest in p->out: Ethernet and IP headers. Returns where the payload of IP goes. */
uint8_t *peer_begin(struct peer *p, const struct peer_flow *flow, uint8_t proto);
/* Room for that payload. */
size_t peer_max(const struct peer *p, const struct peer_flow *flow);
/* Lengths and checksums, and away. False when the guest has no room. */
bool peer_send(struct peer *p, const struct peer_flow *flow, size_t payload);
/* The flow of an answer to this frame. */
void peer_answer_flow(const struct peer_rx *rx, struct peer_flow *flow);

/* net_peer_dhcp.c: false when it is no request for us */
bool peer_dhcp(struct peer *p, const struct peer_rx *rx);

/* net_peer_tcp.c */
void peer_tcp(struct peer *p, const struct peer_rx *rx);
/* Acknowledgements and data that are due. */
void peer_tcp_flush(struct peer *p);
/* The guest has room again: every connection may have something. */
void peer_tcp_push(struct peer *p);
void peer_tcp_timer(struct peer *p);
/* The guest left the adapter. It may come back: a machine elsewhere knows nothing of that and keeps its connections. */
void peer_tcp_left(struct peer *p);
void peer_tcp_reset(struct peer *p);
json_t *peer_tcp_json(const struct peer *p);

#endif
