// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: receiving (docs/wire/05-network.md 3, 8).
 *
 * Offsets, lengths and what travels beside a frame are copied and checked before they are used. The frame itself is
 * copied once, out of the receive buffer; the host may change it while we do, which is no more than sending another.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <asm/barrier.h>
#include "netvsc.h"

#define RX_LINEAR_MAX 2048 /* longer frames go into pages, so that no allocation needs more than one */
#define RX_HEAD 256 /* of those, what is linear */

/* Everything of a queue that receives, sized by the receive buffer. */
int nv_rx_alloc(struct nv_queue *q)
{
	u32 count = q->nv->recv.sections.count;

	q->debts = kvcalloc(count, sizeof(*q->debts), GFP_KERNEL);
	q->fragments = kmalloc_array(RNDIS_RSC_FRAGMENTS_MAX, sizeof(*q->fragments), GFP_KERNEL);
	q->debt_at = 0;
	q->debt_count = 0;
	if (!q->debts || !q->fragments) {
		nv_rx_free(q);
		return -ENOMEM;
	}
	/* The first queue is polled already: what it looks at is there before it looks. */
	smp_store_release(&q->debt_size, count);
	return 0;
}

void nv_rx_free(struct nv_queue *q)
{
	kvfree(q->debts);
	kfree(q->fragments);
	q->debts = NULL;
	q->fragments = NULL;
	q->debt_size = 0;
	q->debt_count = 0;
}

/* ---- completing transfers ---- */

/* The host hears of it at the end of the poll. */
static int nv_rx_send_completion(struct nv_queue *q, u64 trans_id, bool good)
{
	struct nvsp_rndis_pkt_complete m;

	nvsp_build_rndis_complete(&m, good);
	return vmbus_sendpacket_more(q->channel, &m, sizeof(m), trans_id, VM_PKT_COMP, 0);
}

/**
 * nv_rx_pay_debts() - send the completions that found no room
 * @q: a queue
 *
 * The queue's NAPI. Stops at the first that finds no room.
 */
void nv_rx_pay_debts(struct nv_queue *q)
{
	struct nv_debt *d;

	while (q->debt_count) {
		d = &q->debts[q->debt_at];
		if (nv_rx_send_completion(q, d->trans_id, d->good) == -EAGAIN)
			return;
		q->debt_at = q->debt_at + 1 < q->debt_size ? q->debt_at + 1 : 0;
		WRITE_ONCE(q->debt_count, q->debt_count - 1);
	}
}

/* Complete a transfer now or later. False when it must stay on the ring: the host has more transfers than sections. */
static bool nv_rx_complete(struct nv_queue *q, u64 trans_id, bool good)
{
	struct nv_debt *d;

	if (!q->debt_count && nv_rx_send_completion(q, trans_id, good) != -EAGAIN)
		return true;
	if (q->debt_count >= q->debt_size)
		return false;
	d = &q->debts[(q->debt_at + q->debt_count) % q->debt_size];
	d->trans_id = trans_id;
	d->good = good;
	WRITE_ONCE(q->debt_count, q->debt_count + 1);
	q->stats.completions_deferred++;
	return true;
}

/* ---- building a frame ---- */

/* Reads fragments of the receive buffer as one stream. */
struct nv_stream {
	const u8 *base;
	const struct rndis_fragment *at;
	u32 done; /* of the fragment in hand */
};

static void nv_stream_read(struct nv_stream *s, u8 *to, u32 len)
{
	u32 n;

	while (len) {
		n = min(len, s->at->len - s->done);
		memcpy(to, s->base + s->at->offset + s->done, n);
		to += n;
		len -= n;
		s->done += n;
		if (s->done == s->at->len) {
			s->at++;
			s->done = 0;
		}
	}
}

static bool nv_rx_fill_pages(struct sk_buff *skb, struct nv_stream *s, u32 len)
{
	struct page *page;
	u32 n, i;

	for (i = 0; len; i++, len -= n) {
		n = min_t(u32, len, PAGE_SIZE);
		if (i == MAX_SKB_FRAGS)
			return false;
		page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
		if (!page)
			return false;
		nv_stream_read(s, page_address(page), n);
		skb_add_rx_frag(skb, i, page, 0, n, PAGE_SIZE);
	}
	return true;
}

static struct sk_buff *nv_rx_build(struct nv_queue *q, struct nv_stream *s, u32 len)
{
	u32 head = len <= RX_LINEAR_MAX ? len : RX_HEAD;
	struct sk_buff *skb = napi_alloc_skb(&q->napi, head);

	if (!skb)
		return NULL;
	nv_stream_read(s, skb_put(skb, head), head);
	if (nv_rx_fill_pages(skb, s, len - head))
		return skb;
	dev_kfree_skb_any(skb);
	return NULL;
}

/* The frame, when the program lets it go to the stack. */
static struct sk_buff *nv_rx_program(struct nv_queue *q, struct nv_stream *s, u32 len)
{
	struct page *page;

	if (len > nv_xdp_room()) {
		q->stats.rx_length_errors++;
		q->stats.rx_dropped++;
		return NULL;
	}
	page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
	if (!page) {
		q->stats.rx_alloc_failed++;
		q->stats.rx_dropped++;
		return NULL;
	}
	nv_stream_read(s, (u8 *)page_address(page) + nv_xdp_headroom(), len);
	return nv_xdp_frame(q, page, len);
}

/* In a coalesced frame the host leaves the header's sum to us (8.1). */
static void nv_rx_ip_sum(struct sk_buff *skb)
{
	struct iphdr *ip = (struct iphdr *)skb->data;
	u32 len;

	if (skb->protocol != htons(ETH_P_IP) || skb_headlen(skb) < sizeof(*ip))
		return;
	len = ip->ihl * 4;
	if (len < sizeof(*ip) || skb_headlen(skb) < len)
		return;
	ip->check = 0;
	ip->check = ip_fast_csum((u8 *)ip, ip->ihl);
}

static void nv_rx_note(struct nv_queue *q, struct sk_buff *skb, const struct rndis_rx *rx)
{
	struct net_device *ndev = q->nv->ndev;
	const u32 ip_left = RNDIS_CSUM_RX_IP_OK | RNDIS_CSUM_RX_IP_VALUE_INVALID;

	skb->protocol = eth_type_trans(skb, ndev);
	skb_checksum_none_assert(skb);
	if (rx->have & RNDIS_HAVE_CSUM) {
		if ((rx->csum & ip_left) == ip_left)
			nv_rx_ip_sum(skb);
		if (ndev->features & NETIF_F_RXCSUM && rx->csum & (RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_UDP_OK))
			skb->ip_summed = CHECKSUM_UNNECESSARY;
	}
	if (rx->have & RNDIS_HAVE_HASH && ndev->features & NETIF_F_RXHASH)
		skb_set_hash(skb, rx->hash, PKT_HASH_TYPE_L4);
	skb_record_rx_queue(skb, q->index);
}

static void nv_rx_count(struct nv_queue *q, u32 len, bool multicast)
{
	struct nv_queue_stats *s = &q->stats;

	u64_stats_update_begin(&s->rx.syncp);
	s->rx.packets++;
	s->rx.bytes += len;
	u64_stats_update_end(&s->rx.syncp);
	s->rx_multicast += multicast;
}

/* A frame in memory of its own. NULL when it was dropped, or was not for the stack; that is counted. */
static struct sk_buff *nv_rx_take(struct nv_queue *q, struct nv_stream *s, u32 len)
{
	struct sk_buff *skb;

	if (!rcu_access_pointer(q->nv->xdp_prog)) {
		skb = nv_rx_build(q, s, len);
		if (!skb) {
			q->stats.rx_alloc_failed++;
			q->stats.rx_dropped++;
		}
		return skb;
	}
	skb = nv_rx_program(q, s, len);
	/* A program may leave less than a header. */
	if (skb && skb->len < ETH_HLEN) {
		dev_kfree_skb_any(skb);
		skb = NULL;
	}
	if (!skb)
		nv_rx_count(q, len, false);
	return skb;
}

/* Give a frame to the stack. False when the host's data make none. */
static bool nv_rx_frame(struct nv_queue *q, const struct rndis_fragment *f, u32 count, u32 len,
			const struct rndis_rx *rx)
{
	struct nv_stream s = { q->nv->recv.mem, f, 0 };
	struct sk_buff *skb;

	if (len < ETH_HLEN) {
		q->stats.rx_length_errors++;
		return false;
	}
	if (!netif_running(q->nv->ndev)) {
		q->stats.rx_dropped++;
		return true;
	}
	skb = nv_rx_take(q, &s, len);
	if (!skb)
		return true;
	nv_rx_note(q, skb, rx);
	nv_rx_count(q, len, skb->pkt_type == PACKET_MULTICAST);
	q->stats.rx_coalesced += count > 1;
	if (rx->have & RNDIS_HAVE_VLAN)
		skb = kit_vlan_received(skb, rx->vlan_tci);
	if (skb)
		napi_gro_receive(&q->napi, skb);
	else
		q->stats.rx_dropped++;
	return true;
}

/* ---- one range ---- */

/* Read header and per-packet information of the packet message at offset. */
static int nv_rx_parse(struct nv_queue *q, const u8 *msg, u32 len, struct rndis_rx *rx)
{
	struct rndis_packet p;
	u8 ppi[RNDIS_PPI_MAX];
	int ret;

	if (len < sizeof(p))
		return -EINVAL;
	memcpy(&p, msg, sizeof(p));
	ret = rndis_check_packet(&p, len, rx);
	if (ret || !rx->ppi_len)
		return ret;
	memcpy(ppi, msg + rx->ppi_offset, rx->ppi_len);
	return rndis_take_ppi(ppi, rx->ppi_len, rx);
}

static bool nv_rx_packet(struct nv_queue *q, const struct vmbus_xfer_range *range)
{
	struct rndis_fragment f;
	struct rndis_rx rx;

	if (nv_rx_parse(q, (u8 *)q->nv->recv.mem + range->byte_offset, range->byte_count, &rx)) {
		/* A frame with a hole is none. */
		rndis_rsc_reset(&q->rsc);
		return false;
	}
	f.offset = range->byte_offset + rx.data_offset;
	f.len = rx.data_len;
	switch (rndis_rsc_step(&q->rsc, &rx)) {
	case RNDIS_RSC_ALONE:
	case RNDIS_RSC_SINGLE:
		return nv_rx_frame(q, &f, 1, f.len, &rx);
	case RNDIS_RSC_FIRST:
		q->rsc_first = rx;
		q->fragments[0] = f;
		return true;
	case RNDIS_RSC_MORE:
		q->fragments[q->rsc.count - 1] = f;
		return true;
	case RNDIS_RSC_WHOLE:
		q->fragments[q->rsc.count - 1] = f;
		return nv_rx_frame(q, q->fragments, q->rsc.count, q->rsc.bytes, &q->rsc_first);
	default:
		return false;
	}
}

static bool nv_rx_range(struct nv_queue *q, const struct vmbus_xfer_range *range, bool control)
{
	const struct nv_buffer *b = &q->nv->recv;

	if (!nvsp_range_ok(range, b->size, b->sections.size))
		return false;
	if (!control)
		return nv_rx_packet(q, range);
	/* Only the first queue has control messages. */
	if (q->index)
		return false;
	nv_control_receive(q->nv, (u8 *)b->mem + range->byte_offset, range->byte_count);
	return true;
}

/* A range at a time, so that a long transfer can be gone on with in the next poll. */
static bool nv_rx_ranges(struct nv_queue *q, const u8 *ranges, const struct nvsp_transfer *t, int budget, int *work)
{
	struct vmbus_xfer_range range;

	for (; q->rx_next < t->range_count; q->rx_next++) {
		if (*work >= budget)
			return false;
		memcpy(&range, ranges + q->rx_next * sizeof(range), sizeof(range));
		if (!nv_rx_range(q, &range, t->control)) {
			q->rx_failed = true;
			q->stats.rx_errors++;
		}
		++*work;
	}
	if (rndis_rsc_reset(&q->rsc)) {
		q->rx_failed = true;
		q->stats.rx_errors++;
	}
	return true;
}

/* The next packet begins with its first range. */
void nv_rx_next(struct nv_queue *q)
{
	q->rx_next = 0;
	q->rx_failed = false;
	rndis_rsc_reset(&q->rsc);
}

/* Without a receive buffer's id or room for its ranges there is nothing that could be completed (3.4). */
static bool nv_rx_transfer_check(struct nv_queue *q, const struct ring_packet *pkt, const void *at, const void *payload,
				 struct nvsp_transfer *t)
{
	u8 hdr[NVSP_TRANSFER_HDR], msg[NVSP_TRANSFER_PAYLOAD];
	u32 len = pkt->packet_len - pkt->header_len;

	if (pkt->header_len < sizeof(hdr) || len < sizeof(msg) || !smp_load_acquire(&q->debt_size))
		return false;
	memcpy(hdr, at, sizeof(hdr));
	memcpy(msg, payload, sizeof(msg));
	return !nvsp_check_transfer(hdr, pkt->header_len, msg, len, t);
}

/**
 * nv_rx_transfer() - receive what a transfer-page packet names
 * @q: a queue
 * @pkt: the packet at the head of its ring
 * @payload: its payload, in the ring
 * @budget: frames that may be received in this poll
 * @work: frames received so far; counted up
 *
 * The queue's NAPI. Return: true when the packet is done with; false when it is to be offered again.
 * Spec: docs/wire/05-network.md 3.
 */
bool nv_rx_transfer(struct nv_queue *q, const struct ring_packet *pkt, const void *payload, int budget, int *work)
{
	const u8 *at = (const u8 *)payload - pkt->header_len;
	struct nvsp_transfer t;

	if (!nv_rx_transfer_check(q, pkt, at, payload, &t)) {
		/* Also if it was good when it was begun with. */
		nv_rx_next(q);
		q->stats.bad_messages++;
		return true;
	}
	if (!nv_rx_ranges(q, at + NVSP_TRANSFER_HDR, &t, budget, work))
		return false;
	if (pkt->flags & VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED &&
	    !nv_rx_complete(q, pkt->trans_id, !q->rx_failed))
		return false;
	nv_rx_next(q);
	return true;
}
