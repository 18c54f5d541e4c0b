/* SPDX-License-Identifier: GPL-2.0-only */
/* The network adapter's own state, shared by net.c (device), net_channel.c, net_rx.c, net_tx.c and net_sub.c. */
#ifndef HOST_NET_H
#define HOST_NET_H

#include "core/device.h"
#include "core/loop.h"
#include "vmbus/vmbus.h"

#include "net_backend.h"
#include "net_nvsp.h"
#include "net_oid.h"
#include "net_rndis.h"
#include "net_rsc.h"
#include "net_sections.h"

#define NET_QUEUES_MAX NVSP_CHANNELS_MAX
#define NET_CONTROL_SECTIONS 16 /* never used for data */
#define NET_BATCH 64 /* ranges in a transfer, unless a coalesced frame has more */
#define NET_RANGES_MAX NVSP_XFER_RANGES_MAX
_Static_assert(NET_RANGES_MAX <= VMB_XFER_MAX, "the bus takes as many ranges as the adapter batches");
#define NET_OUT_MAX 64 /* messages waiting for the guest; at half of it the guest is not listened to */
#define NET_SEND_SECTION 6144
#define NET_TX_MAX (256 * 1024) /* of one NVSP message */

enum net_drop {
	NET_DROP_LINK_DOWN,
	NET_DROP_NOT_READY, /* not initialised, filter 0, no receive buffer */
	NET_DROP_FILTER,
	NET_DROP_NO_BUFFER,
	NET_DROP_TOO_LONG,
	NET_DROP_RUNT,
	NET_DROP_SPOOFED,
	NET_DROP_OFFLOAD, /* what it asks for does not fit the frame */
	NET_DROP_OFFLOAD_OFF, /* asks for what the guest never switched on */
	NET_DROPS
};

struct net_counts {
	uint64_t tx_packets, tx_bytes, tx_messages, tx_lso, tx_csum;
	uint64_t rx_packets, rx_bytes, rx_transfers, rx_coalesced;
};

struct net;

struct net_queue {
	struct net *n;
	struct vmb_channel *ch; /* NULL: not offered */
	unsigned int index;
	bool open;
	bool due; /* of a slow host: it may take what is there, once */
	/* ranges for the next transfer */
	unsigned int batched;
	struct vmbus_xfer_range range[NET_RANGES_MAX];
	uint32_t section[NET_RANGES_MAX];
	/* a completion the ring had no room for */
	bool done_waits;
	uint64_t done_id;
	uint8_t done[NVSP_MESSAGE_LEN];
	size_t done_len;
	struct net_rsc *rsc; /* NULL unless the guest switched coalescing on */
	struct net_counts c;
};

/* A message for the guest that waits for a section or for room in the ring. */
struct net_out {
	bool control; /* RNDIS, through the receive buffer; else NVSP, in-band */
	bool want_completion;
	uint64_t trans_id;
	size_t len;
	uint8_t data[NET_REPLY_MAX];
};

struct net {
	struct device *d;
	unsigned int refs; /* the device, and every channel until it is gone */
	struct net_queue q[NET_QUEUES_MAX];
	unsigned int queues; /* open or allocated to the guest, the primary included */
	struct vmb_channel *doomed[NET_QUEUES_MAX]; /* subchannels of a primary that closed, to be rescinded */
	unsigned int dooms;
	struct loop_timer doom_timer;
	uint64_t slow_ns; /* looks at the guest's rings so seldom; 0: at once */
	struct loop_timer slow_timer;

	/* options */
	uint32_t newest; /* NVSP */
	uint32_t newest_mtu;
	unsigned int grant; /* subchannels, at most */
	bool option_udp, option_rsc;
	bool compact; /* RNDIS messages end with their frame */
	bool old_indicate;

	/* protocol */
	uint32_t version; /* 0: none yet */
	uint64_t caps;
	struct vmb_gpadl *recv, *send;
	uint32_t recv_gpadl, send_gpadl;
	uint16_t recv_id;
	struct nvsp_recv_section division;
	struct net_sections sections;
	unsigned int send_sections;
	struct net_adapter a;
	bool vf, vf_told, vf_path;
	uint32_t vf_serial;
	struct net_port function; /* up NULL: there is none */
	uint64_t vf_rx_packets, vf_rx_bytes, vf_tx_packets, vf_tx_bytes, vf_no_room, vf_switches;
	struct net_out out[NET_OUT_MAX];
	unsigned int out_first, out_count;
	unsigned int owed; /* sections coalesced frames will need */
	uint16_t rsc_id;
	bool starved; /* a back end was told there is no room */

	struct net_backend backend;
	struct net_gen *gen;

	/* counters */
	uint64_t rx_drop[NET_DROPS], tx_drop[NET_DROPS];
	uint64_t nonsense, bad_completions, refused_by_guest, malformed, seed_wrong, vlan_inline, vlan_tx, vlan_rx,
		segments;
	uint64_t rx_bad_sums;

	uint8_t tx[NET_TX_MAX];
	uint8_t segment[NVSP_MTU_MAX];
};

/* net_channel.c */
extern const struct vmb_ops net_channel_ops;
void net_protocol_reset(struct net *n);
/* In-band or control message for the guest; -EBUSY when too many wait already. */
int net_tell(struct net *n, bool control, uint64_t trans_id, const void *data, size_t len);
void net_indicate(struct net *n, uint32_t status, const uint32_t *value);
void net_tell_vf(struct net *n);
void net_put(struct net *n);
void net_slow_init(struct net *n);
/* From now on the guest's rings are looked at every ns only; 0: as it signals. */
void net_slow_set(struct net *n, uint64_t ns);

/* net_rx.c */
bool net_up(void *net, const struct net_frame *f);
void net_up_flush(void *net);
size_t net_up_mtu(void *net);
bool net_rx_control(struct net *n, const uint8_t *data, size_t len);
/* Sends what is batched; false when the ring has no room. */
bool net_rx_send(struct net_queue *q, uint32_t channel_type);
void net_rx_set_coalescing(struct net *n);
void net_rx_forget(struct net *n);
void net_rx_close(struct net_queue *q);
/* The guest gave sections back, or there is room in a ring. */
void net_rx_room(struct net *n);

/* net_vf.c: beside what net_vf.h has for the function */
void net_vf_switch(struct net *n, bool to_vf);
/* False: the frame is not for the function. Else *taken is as what net_port.up() returns. */
bool net_vf_up(struct net *n, const struct net_frame *f, bool *taken);
void net_vf_up_flush(struct net *n);

/* net_tx.c: the NVSP status */
uint32_t net_tx(struct net_queue *q, const struct nvsp_rndis_pkt *m, const struct vmb_sg *sg);

/* net_sub.c */
void net_sub_init(struct net *n);
uint32_t net_sub_allocate(struct net *n, uint32_t op, uint32_t asked, uint32_t *granted);
void net_sub_offer(struct net *n);
void net_sub_doom(struct net *n);
void net_sub_rescind(struct net *n);
/* Tell the guest to send by the first so many of its channels. As net_tell(). */
int net_sub_table(struct net *n, uint32_t queues);
void net_sub_opened(struct net *n);

#endif
