/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what the files of hv_netvsc.ko share.
 *
 * Who runs what. One struct nv_net lives as long as its interface; it holds a queue for every channel there may be.
 * What is agreed with the host (version, buffers, open channels) is made by nv_connect() and taken down by
 * nv_disconnect(), in probe, remove and sleep, or under RTNL when a setting changes that the host learns only then.
 *
 * A channel's interrupt schedules its queue's NAPI, which takes everything off the ring: frames, completions, control
 * answers. ndo_start_xmit sends under the transmit queue's lock. A request belongs to the host while the channel's
 * request table holds it; whoever takes it out of the table, and nobody else, ends it.
 *
 * `live` says that frames may be sent: cleared, then netif_tx_disable() and synchronize_net(), and nobody sends any
 * more. What waits for the host also looks whether the channel is rescinded, and gives up then.
 */
#ifndef _LIS_NETVSC_H
#define _LIS_NETVSC_H

#include <linux/completion.h>
#include <linux/etherdevice.h>
#include <linux/hyperv.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "ndis_obj.h"
#include "rss_hash.h"
#include "nvsp_msg.h"
#include "rndis_msg.h"
#include "rndis_packet.h"

#define NV_QUEUES_MAX NVSP_CHANNELS_MAX
#define NV_QUEUES_DEFAULT 8
#define NV_PAGES_MAX 32 /* page buffers of one packet, the header's included */

/* 2: what a setting of n buffers means in bytes */
#define NV_RECV_SECTION 1728
#define NV_SEND_SECTION 6144
#define NV_RECV_SECTIONS_DEFAULT ((16U << 20) / NV_RECV_SECTION)
#define NV_SEND_SECTIONS_DEFAULT ((1U << 20) / NV_SEND_SECTION)
#define NV_RECV_SECTIONS_MIN 10
#define NV_SEND_SECTIONS_MIN 10

/*
 * Bytes a queue may always have under way. The limits learn from completions, which come one by one where the host is
 * quick, and would end at one frame at a time: each with its signal, its interrupt and its halt.
 */
#define NV_TX_LEAST (1024 * 1024)

#define NV_MTU_MIN 68
#define NV_MTU_MAX 65521
#define NV_MTU_MAX_1 1500 /* NVSP 1 */

/* What a request table entry is; the rest of its value says which. */
enum nv_request_kind {
	NV_REQUEST_TX = 0, /* a struct nv_tx */
	NV_REQUEST_SECTION = 1, /* a send section, index << 3 */
	NV_REQUEST_CONTROL = 2, /* the RNDIS request in hand */
	NV_REQUEST_NVSP = 3, /* the NVSP question in hand */
	NV_REQUEST_MASK = 7
};

/* A frame sent by page buffers. The header lies within one page, as the objects are aligned to their size. */
struct nv_tx {
	u8 header[128];
	struct sk_buff *skb;
	struct nv_tx *next; /* on the list of those taken from a host that is gone */
	u32 section; /* that goes with it, or NVSP_NO_SECTION */
	u32 packets;
	u32 bytes;
};

#define NV_TX_SIZE 256

/* What was sent with a section. */
struct nv_section {
	u32 packets;
	u32 bytes;
};

/* A shared buffer. */
struct nv_buffer {
	void *mem;
	u32 size;
	struct vmbus_gpadl gpadl;
	struct nvsp_sections sections;
	bool told; /* the host was told, and has not been told to forget */
};

/* A receive completion that found the ring full. */
struct nv_debt {
	u64 trans_id;
	bool good;
};

struct nv_counts {
	u64 packets;
	u64 bytes;
	struct u64_stats_sync syncp;
};

/* Counted by the queue's NAPI or under the transmit lock; read at any time. */
struct nv_queue_stats {
	struct nv_counts rx, tx;
	u64 rx_multicast, rx_dropped, rx_errors, rx_length_errors, rx_coalesced, rx_alloc_failed;
	u64 tx_dropped, tx_errors, tx_copied, tx_by_page, tx_partial, tx_batched, tx_held, tx_linearized, tx_no_section,
		tx_full, tx_stopped, tx_woken;
	u64 xdp_dropped, xdp_aborted, xdp_sent, xdp_redirected;
	u64 completions_deferred;
	u64 bad_messages; /* of the host's */
};

struct bpf_prog;
struct kit_xdp_rxq;
struct nv_net;
struct nv_vf_counts;

struct nv_queue {
	struct nv_net *nv;
	struct vmbus_channel *channel; /* NULL until opened */
	struct napi_struct napi;
	u16 index;
	bool open;

	/* under the transmit queue's lock */
	struct rndis_batch batch;
	bool held; /* the batch waits for completions; the queue's NAPI looks at it without the lock */
	unsigned long held_since; /* jiffies */
	u32 hung; /* watchdog's calls since the last completion */
	u32 told; /* bytes the queue limits were told of and the host did not get */

	/* NAPI only */
	u32 rx_next; /* ranges done of the transfer at the ring's head */
	bool rx_failed; /* one of them was bad */
	struct rndis_rsc rsc;
	struct rndis_rx rsc_first;
	struct rndis_fragment *fragments;
	struct nv_debt *debts; /* a ring of debt_size */
	u32 debt_size, debt_at, debt_count;
	u32 tx_done_packets, tx_done_bytes; /* of this poll */
	u32 idle_polls; /* in a row, that waited for room in the ring and got nothing done */
	bool xdp_flush; /* something of this poll was redirected */

	struct delayed_work look_work; /* polls again */
	struct nv_queue_stats stats;
} ____cacheline_aligned_in_smp;

/* The RNDIS request in hand. */
struct nv_control {
	struct mutex lock;
	void *page; /* what the host reads */
	u32 next_id;
	u32 id;
	spinlock_t answer_lock; /* id and what is below */
	bool waiting;
	int error;
	u32 status;
	u32 answer_type;
	u32 info_len;
	u8 info[RNDIS_CONTROL_MAX];
	struct rndis_control answer;
	struct completion sent;
	struct completion answered;
	bool dead; /* the host owes a completion of the page: it cannot be used again */
	u8 copy[RNDIS_CONTROL_MAX]; /* NAPI of the first queue: the message in hand */
};

/* The NVSP question in hand. */
struct nv_question {
	struct mutex lock;
	struct completion done;
	u32 len;
	union nvsp_msg answer;
};

/* Settings that outlive a connection. */
struct nv_settings {
	u32 queues; /* wanted */
	u32 recv_sections;
	u32 send_sections;
	u32 hash_info; /* NDIS_HASH_... */
	u32 table[NDIS_RSS_TABLE_ENTRIES];
	u32 table_queues; /* the number of queues the table was made for; 0: as the user set it */
	u8 key[NDIS_RSS_KEY_LEN];
};

struct nv_net {
	struct hv_device *dev;
	struct net_device *ndev;
	u32 msg_enable;

	/* agreed by nv_connect() */
	u32 version;
	u32 max_packets;
	u32 align;
	struct ndis_abilities abilities;
	u32 host_mtu; /* the largest the host takes, as agreed */
	u32 host_queues; /* receive queues the host has */
	u32 table_entries;
	struct nv_buffer recv, send;
	unsigned long *section_map;
	struct nv_section *section_info;
	bool connected;
	bool live;
	bool leaving; /* the host, or the stack */
	bool silent; /* the host let a wait run out */
	u32 queue_max; /* queues there are */
	u32 queue_count; /* channels in use */
	struct nv_queue *queues;
	u32 send_table[NVSP_SEND_TABLE_COUNT];
	bool send_table_set;
	u32 send_spread; /* as nvsp_table_spread() says of it */
	struct rss_hash rss; /* by the key the host has */

	struct mutex channels_lock; /* who opens subchannels */
	bool subs_welcome;
	u32 subs_wanted, subs_came;
	wait_queue_head_t wait; /* for subchannels, and for all quiet */

	struct nv_control control;
	struct nv_question question;
	struct nv_settings set;

	/* link.c */
	spinlock_t link_lock; /* what is below, but speed and work */
	bool link_shown; /* the work item may run */
	unsigned long link_next; /* jiffies: not before may the carrier change */
	bool link_up; /* as the host says */
	bool link_blip; /* it was down in between, or the network changed */
	bool link_renew; /* tell the neighbours */
	u32 link_speed; /* Mbit/s, 0 unknown */
	struct delayed_work link_work;

	/* filter.c */
	struct mutex filter_lock; /* who sets it */
	struct work_struct filter_work;
	u32 filter; /* as the host has it; ~0 unknown */
	bool filter_off; /* by nv_filter_stop() */

	/* vf.c */
	struct net_device __rcu *vf;
	bool vf_path; /* the host sends by the VF */
	bool vf_allocated;
	u32 vf_serial;
	struct delayed_work vf_work;
	struct nv_vf_counts __percpu *vf_counts;
	struct list_head nets; /* all of the module */

	/* xdp.c */
	struct bpf_prog __rcu *xdp_prog;
	struct kit_xdp_rxq *xdp_rxqs; /* one per queue */

	struct work_struct recover_work; /* a transmit queue hung */
	u64 tx_timeouts;
	u64 bad_messages;

	struct nv_tx *orphans;
};

static inline struct vmbus_channel *nv_primary(const struct nv_net *nv)
{
	return nv->dev->channel;
}

/* A host that let one wait run out is not given as long again while the adapter leaves it: a look without a signal. */
static inline unsigned int nv_patience(const struct nv_net *nv, unsigned int seconds)
{
	return READ_ONCE(nv->silent) && READ_ONCE(nv->leaving) ? 2 : seconds;
}

static inline bool nv_is_gone(const struct nv_net *nv)
{
	return READ_ONCE(nv_primary(nv)->rescind);
}

/* netvsc.c */
extern int nv_ring_pages;
extern struct kmem_cache *nv_tx_cache;
int nv_reconnect(struct nv_net *nv, const struct nv_settings *set, int mtu);

/* connect.c */
int nv_connect(struct nv_net *nv, int mtu);
void nv_disconnect(struct nv_net *nv);
int nv_ask(struct nv_net *nv, union nvsp_msg *m, unsigned int seconds);
int nv_tell(struct nv_net *nv, union nvsp_msg *m);
void nv_answer(struct nv_net *nv, const void *msg, u32 len);
bool nv_wait_quiet(struct nv_net *nv, unsigned int seconds);

/* channels.c */
int nv_open_channel(struct nv_queue *q, struct vmbus_channel *channel);
void nv_open_subs(struct nv_net *nv);
void nv_close_channels(struct nv_net *nv);
void nv_free_ring(struct nv_net *nv);

/* buffers.c */
int nv_buffers_create(struct nv_net *nv);
void nv_buffers_revoke(struct nv_net *nv);
void nv_buffers_teardown(struct nv_net *nv, bool closed);
void nv_buffers_free(struct nv_net *nv);
u32 nv_section_get(struct nv_queue *q);
void nv_section_put(struct nv_net *nv, u32 index);

/* control.c */
int nv_control_init(struct nv_net *nv);
void nv_control_free(struct nv_net *nv);
void nv_control_reset(struct nv_net *nv);
int nv_wait(struct nv_net *nv, struct completion *done, unsigned int seconds);
int nv_rndis_init(struct nv_net *nv);
void nv_rndis_halt(struct nv_net *nv);
int nv_query(struct nv_net *nv, u32 oid, const void *ask, u32 ask_len, void *answer, u32 *len);
int nv_set(struct nv_net *nv, u32 oid, const void *info, u32 len);
void nv_control_receive(struct nv_net *nv, const void *msg, u32 len);
void nv_control_sent(struct nv_net *nv);

/* settings.c: what queries and sets are for */
int nv_query_mac(struct nv_net *nv, u8 *mac);
void nv_query_max_frame(struct nv_net *nv);
int nv_query_link(struct nv_net *nv);
void nv_query_rss(struct nv_net *nv);
int nv_query_abilities(struct nv_net *nv);
int nv_set_offloads(struct nv_net *nv, bool rsc);
int nv_set_rss(struct nv_net *nv);
int nv_set_mac(struct nv_net *nv, const u8 *mac);
void nv_default_table(struct nv_net *nv);

/* tx.c */
netdev_tx_t nv_start_xmit(struct sk_buff *skb, struct net_device *ndev);
void nv_tx_completed(struct nv_queue *q, u64 addr, const void *msg, u32 len);
void nv_tx_release(struct nv_queue *q, bool wait);
void nv_tx_end(struct nv_net *nv);
void nv_tx_resume(struct nv_queue *q, bool wait);
void nv_tx_collect(struct nv_queue *q);
void nv_tx_free_orphans(struct nv_net *nv);
bool nv_tx_stuck(struct nv_queue *q);

/* tx_offload.c */
struct sk_buff *nv_tx_prepare(struct nv_net *nv, struct sk_buff *skb, struct rndis_tx *tx);
u16 nv_pick_queue(struct nv_net *nv, struct sk_buff *skb);
netdev_features_t nv_features_check(struct sk_buff *skb, struct net_device *ndev, netdev_features_t features);

/* poll.c */
int nv_poll(struct napi_struct *napi, int budget);
void nv_look_work(struct work_struct *work);
void nv_on_channel(void *context);
void nv_kick(struct nv_queue *q);

/* rx.c */
int nv_rx_alloc(struct nv_queue *q);
void nv_rx_free(struct nv_queue *q);
void nv_rx_next(struct nv_queue *q);
bool nv_rx_transfer(struct nv_queue *q, const struct ring_packet *pkt, const void *payload, int budget, int *work);
void nv_rx_pay_debts(struct nv_queue *q);

/* filter.c */
void nv_filter_init(struct nv_net *nv);
void nv_filter_kick(struct nv_net *nv);
int nv_filter_start(struct nv_net *nv);
void nv_filter_stop(struct nv_net *nv);
void nv_filter_end(struct nv_net *nv);

/* link.c */
void nv_link_init(struct nv_net *nv);
void nv_link_indicate(struct nv_net *nv, u32 status, const void *info, u32 len);
void nv_link_start(struct nv_net *nv);
void nv_link_again(struct nv_net *nv, bool moved);
void nv_link_end(struct nv_net *nv);

/* stats.c */
void nv_get_stats64(struct net_device *ndev, struct rtnl_link_stats64 *s);
int nv_stats_count(struct nv_net *nv);
void nv_stats_names(struct nv_net *nv, u8 *data);
void nv_stats_values(struct nv_net *nv, u64 *data);
void nv_count_tx(struct nv_queue *q, u32 packets, u32 bytes);

/* ethtool.c */
void nv_ethtool_init(struct net_device *ndev);

/* features.c */
void nv_features_init(struct nv_net *nv);
void nv_features_update(struct nv_net *nv);
netdev_features_t nv_fix_features(struct net_device *ndev, netdev_features_t features);
int nv_set_features(struct net_device *ndev, netdev_features_t features);

/* vf.c */
int nv_vf_module_init(void);
void nv_vf_module_exit(void);
int nv_vf_init(struct nv_net *nv);
void nv_vf_free(struct nv_net *nv);
void nv_vf_add(struct nv_net *nv);
void nv_vf_remove(struct nv_net *nv);
void nv_vf_association(struct nv_net *nv, bool allocated, u32 serial);
void nv_vf_data_path(struct nv_net *nv, bool vf);
bool nv_vf_xmit(struct nv_net *nv, struct sk_buff *skb);
void nv_vf_stats(struct nv_net *nv, struct rtnl_link_stats64 *s);
#define NV_VF_STATS 5
void nv_vf_values(struct nv_net *nv, u64 *data);
void nv_vf_open(struct nv_net *nv);
void nv_vf_stop(struct nv_net *nv);
int nv_vf_set_mtu(struct nv_net *nv, int mtu);
void nv_vf_set_features(struct nv_net *nv, netdev_features_t features);
void nv_vf_rx_mode(struct nv_net *nv);
void nv_vf_pause(struct nv_net *nv);
void nv_vf_continue(struct nv_net *nv);
void nv_vf_program(struct nv_net *nv);

/* xdp.c */
int nv_xdp_init(struct nv_net *nv);
void nv_xdp_free(struct nv_net *nv);
bool nv_xdp_fits(int mtu);
u32 nv_xdp_headroom(void);
u32 nv_xdp_room(void);
int nv_xdp_set(struct net_device *ndev, struct bpf_prog *prog);
void nv_xdp_send(struct net_device *ndev, struct sk_buff *skb);
struct sk_buff *nv_xdp_frame(struct nv_queue *q, struct page *page, u32 len);
void nv_xdp_end(struct nv_queue *q);

#endif
