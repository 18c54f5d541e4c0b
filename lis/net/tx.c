// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: sending (docs/wire/05-network.md 4).
 *
 * A frame that fits a section of the send buffer is copied there, several to a section while more are coming. A longer
 * one goes by page buffers, its header in the open section if there is one, else in an object of its own. The host is
 * told (vmbus_kick()) when no more are coming.
 *
 * While the host has TX_BUSY requests of the queue or more, an open section waits for further frames although none is
 * announced: until it is full, a frame goes by page buffers, or completions leave fewer than that. The host has one
 * request to work on then instead of many.
 */
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <asm/io.h>
#include "netvsc.h"

#define TX_STOP_PERCENT 10
#define TX_WAKE_PERCENT 20
#define TX_BUSY 8 /* requests in flight that keep the host busy for a while */
#define TX_HOLD_MAX (HZ / 50) /* a host that lost completions must not delay frames for ever */

/* ---- how full the ring is ---- */

static bool nv_tx_room(const struct nv_queue *q, u32 percent)
{
	const struct vmbus_channel *c = q->channel;

	return hv_get_bytes_to_write(&c->outbound) > c->outbound.size / 100 * percent &&
	       READ_ONCE(c->requestor.in_flight) < c->requestor.size - c->requestor.size / 100 * percent;
}

static bool nv_tx_none_in_flight(const struct nv_queue *q)
{
	return !READ_ONCE(q->channel->requestor.in_flight);
}

/* The queue's lock is held. Whoever polls next wakes it when there is room. */
static void nv_tx_stop(struct nv_queue *q, struct netdev_queue *txq)
{
	netif_tx_stop_queue(txq);
	vmbus_kick(q->channel);
	q->stats.tx_stopped++;
	hv_set_pending_send_size(q->channel, q->channel->outbound.size / 100 * TX_WAKE_PERCENT);
	/* Completions may have come before the queue was stopped: then nobody polls unless told. */
	if (nv_tx_room(q, TX_WAKE_PERCENT) || nv_tx_none_in_flight(q))
		napi_schedule(&q->napi);
}

/* ---- the open section ---- */

static struct rndis_batch_limits nv_tx_limits(const struct nv_net *nv)
{
	struct rndis_batch_limits l;

	l.section_size = nv->send.sections.size;
	l.max_packets = nv->max_packets;
	l.align = nv->align;
	return l;
}

static u8 *nv_section(const struct nv_net *nv, u32 index)
{
	return (u8 *)nv->send.mem + index * nv->send.sections.size;
}

/* A host may take a subchannel away and leave the rest. ret: what sending on the queue's channel returned. */
static void nv_tx_look_at(struct nv_queue *q, int ret)
{
	if (ret == -ENODEV && READ_ONCE(q->nv->live) && !nv_is_gone(q->nv))
		schedule_work(&q->nv->recover_work);
}

/*
 * Send the open section, if any; the host hears of it by vmbus_kick(). Return: 0, -EAGAIN when it stays, or -ENODEV:
 * it is lost then.
 */
static int nv_tx_flush(struct nv_queue *q)
{
	struct rndis_batch *b = &q->batch;
	union nvsp_msg m;
	int ret;

	if (!b->open)
		return 0;
	q->nv->section_info[b->section].packets = b->packets;
	q->nv->section_info[b->section].bytes = b->bytes;
	nvsp_build_rndis(&m, false, b->section, b->used);
	ret = vmbus_sendpacket_more(q->channel, &m, sizeof(m), (u64)b->section << 3 | NV_REQUEST_SECTION,
				    VM_PKT_DATA_INBAND, VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED);
	if (ret == -EAGAIN) {
		q->stats.tx_full++;
		return ret;
	}
	if (ret) {
		nv_section_put(q->nv, b->section);
		q->stats.tx_errors += b->packets;
		nv_tx_look_at(q, ret);
	}
	q->stats.tx_batched += b->packets > 1;
	b->open = false;
	WRITE_ONCE(q->held, false);
	return ret;
}

static bool nv_tx_host_is_busy(const struct nv_queue *q)
{
	return READ_ONCE(q->channel->requestor.in_flight) >= TX_BUSY;
}

/*
 * May the open section wait? Not with interrupts off: a line of netconsole's may be the machine's last, and nobody
 * polls any more. The queue's lock is held.
 */
static bool nv_tx_hold(struct nv_queue *q)
{
	if (!q->batch.open || irqs_disabled() || q->channel->rescind || !nv_tx_host_is_busy(q))
		return false;
	if (!q->held)
		q->held_since = jiffies;
	else if (time_after(jiffies, q->held_since + TX_HOLD_MAX))
		return false;
	WRITE_ONCE(q->held, true);
	/* Either the poller that takes the deciding completion sees the mark, or it is seen here that it was taken. */
	smp_mb();
	if (nv_tx_host_is_busy(q)) {
		q->stats.tx_held++;
		return true;
	}
	WRITE_ONCE(q->held, false);
	return false;
}

static bool nv_tx_batch_open(struct nv_queue *q)
{
	struct rndis_batch *b = &q->batch;
	u32 section = nv_section_get(q);

	if (section == NVSP_NO_SECTION) {
		q->stats.tx_no_section++;
		return false;
	}
	memset(b, 0, sizeof(*b));
	b->open = true;
	b->section = section;
	return true;
}

/*
 * Tell the queue's limits of a frame before the host has it: its completion may come at once. What was told and not
 * sent counts for the next one.
 */
static void nv_tx_tell(struct nv_queue *q, struct netdev_queue *txq, u32 len)
{
	u32 known = min(q->told, len);

	q->told -= known;
	if (len > known)
		netdev_tx_sent_queue(txq, len - known);
}

static u32 nv_tx_frames(const struct sk_buff *skb)
{
	return skb_is_gso(skb) ? max_t(u32, skb_shinfo(skb)->gso_segs, 1) : 1;
}

/*
 * Copy a frame into the open section, or a new one. Return: 0, the skb is gone; -ENOSPC when it cannot go that way;
 * -EAGAIN, -ENODEV.
 */
static int nv_tx_copy(struct nv_queue *q, struct netdev_queue *txq, struct sk_buff *skb, const struct rndis_tx *tx)
{
	struct rndis_batch_limits limits = nv_tx_limits(q->nv);
	u32 head = rndis_tx_header_len(tx), len = head + skb->len;
	u32 pad = rndis_pad(len, limits.align);
	static const struct rndis_batch empty;
	struct rndis_batch *b = &q->batch;
	int ret;
	u8 *to;

	if (!rndis_batch_fits(&empty, &limits, len + pad))
		return -ENOSPC;
	if (b->open && !rndis_batch_fits(b, &limits, len + pad)) {
		ret = nv_tx_flush(q);
		if (ret)
			return ret;
	}
	if (!b->open && !nv_tx_batch_open(q))
		return -ENOSPC;
	to = nv_section(q->nv, b->section) + b->used;
	rndis_build_packet(to, tx, skb->len, pad);
	skb_copy_bits(skb, 0, to + head, skb->len);
	memset(to + len, 0, pad);
	b->used += len + pad;
	b->packets++;
	b->bytes += skb->len;
	nv_tx_tell(q, txq, skb->len);
	nv_count_tx(q, nv_tx_frames(skb), skb->len);
	q->stats.tx_copied++;
	skb_tx_timestamp(skb);
	dev_consume_skb_any(skb);
	return 0;
}

/* ---- page buffers ---- */

/* List the pages of guest memory [phys, phys + len). Return the count, or -E2BIG. */
static int nv_tx_list(struct hv_page_buffer *pages, int at, phys_addr_t phys, u32 len)
{
	u32 n;

	for (; len; len -= n, phys += n, at++) {
		if (at == NV_PAGES_MAX)
			return -E2BIG;
		pages[at].offset = phys & (HVW_PAGE_SIZE - 1);
		pages[at].pfn = phys / HVW_PAGE_SIZE;
		n = min_t(u32, len, HVW_PAGE_SIZE - pages[at].offset);
		pages[at].len = n;
	}
	return at;
}

static int nv_tx_list_skb(struct hv_page_buffer *pages, int at, const struct sk_buff *skb)
{
	int i;

	at = nv_tx_list(pages, at, virt_to_phys(skb->data), skb_headlen(skb));
	for (i = 0; i < skb_shinfo(skb)->nr_frags && at >= 0; i++) {
		const skb_frag_t *f = &skb_shinfo(skb)->frags[i];

		at = nv_tx_list(pages, at, page_to_phys(skb_frag_page(f)) + skb_frag_off(f), skb_frag_size(f));
	}
	return at;
}

/* The header goes first, unless it is in the section. */
static int nv_tx_describe(struct nv_queue *q, struct sk_buff *skb, struct hv_page_buffer *pages, struct nv_tx *t,
			  u32 head)
{
	int first = 0, count;

	if (t->section == NVSP_NO_SECTION)
		first = nv_tx_list(pages, 0, virt_to_phys(t->header), head);
	count = nv_tx_list_skb(pages, first, skb);
	if (count != -E2BIG)
		return count;
	if (skb_linearize(skb))
		return -ENOMEM;
	q->stats.tx_linearized++;
	return nv_tx_list_skb(pages, first, skb);
}

/*
 * Where the header goes: behind what is in the open section, which then travels along, or into the object; what is in
 * the section goes before then. Return: 0, or as nv_tx_flush().
 */
static int nv_tx_place_header(struct nv_queue *q, struct nv_tx *t, u32 head, u8 **to)
{
	struct rndis_batch_limits limits = nv_tx_limits(q->nv);
	struct rndis_batch *b = &q->batch;

	if (b->open && rndis_batch_fits(b, &limits, head)) {
		t->section = b->section;
		t->packets = b->packets + 1;
		t->bytes = b->bytes + t->skb->len;
		*to = nv_section(q->nv, b->section) + b->used;
		return 0;
	}
	t->section = NVSP_NO_SECTION;
	t->packets = 1;
	t->bytes = t->skb->len;
	*to = t->header;
	return nv_tx_flush(q);
}

static int nv_tx_send_pages(struct nv_queue *q, struct netdev_queue *txq, struct nv_tx *t, const struct rndis_tx *tx)
{
	struct hv_page_buffer pages[NV_PAGES_MAX];
	u32 head = rndis_tx_header_len(tx), len = t->skb->len;
	union nvsp_msg m;
	int count, ret;
	u8 *to;

	ret = nv_tx_place_header(q, t, head, &to);
	if (ret)
		return ret;
	rndis_build_packet(to, tx, len, 0);
	count = nv_tx_describe(q, t->skb, pages, t, head);
	if (count < 0)
		return count;
	nvsp_build_rndis(&m, false, t->section, q->batch.open ? q->batch.used + head : 0);
	nv_tx_tell(q, txq, len);
	skb_tx_timestamp(t->skb);
	ret = vmbus_sendpacket_pagebuffer(q->channel, pages, count, &m, sizeof(m), (u64)(unsigned long)t, true);
	if (ret) {
		q->told += len;
		q->stats.tx_full += ret == -EAGAIN;
	}
	return ret;
}

/* Send by page buffers. Return: 0, the skb is gone; -EAGAIN; -ENOMEM, -E2BIG, -ENODEV when it cannot be sent. */
static int nv_tx_pages(struct nv_queue *q, struct netdev_queue *txq, struct sk_buff *skb, const struct rndis_tx *tx)
{
	struct nv_tx *t = kmem_cache_alloc(nv_tx_cache, GFP_ATOMIC);
	u32 frames = nv_tx_frames(skb), len = skb->len;
	int ret;

	if (!t)
		return -ENOMEM;
	t->skb = skb;
	ret = nv_tx_send_pages(q, txq, t, tx);
	if (ret) {
		kmem_cache_free(nv_tx_cache, t);
		return ret;
	}
	/* Object and skb may be gone already, the section that went along is not ours any more. */
	q->stats.tx_partial += q->batch.open;
	q->batch.open = false;
	WRITE_ONCE(q->held, false);
	nv_count_tx(q, frames, len);
	q->stats.tx_by_page++;
	return 0;
}

/* ---- from the stack ---- */

static void nv_tx_drop(struct nv_queue *q, struct sk_buff *skb)
{
	q->stats.tx_dropped++;
	dev_kfree_skb_any(skb);
}

/*
 * The end of a call: nothing stays behind unless more is coming or it may wait (hold), and the next frame will find
 * room.
 */
static void nv_tx_finish(struct nv_queue *q, struct netdev_queue *txq, bool hold)
{
	bool last = !netdev_xmit_more() || netif_xmit_stopped(txq);
	bool full = q->batch.packets >= q->nv->max_packets;
	int ret = 0;

	if (full || netif_xmit_stopped(txq) || (last && !(hold && nv_tx_hold(q))))
		ret = nv_tx_flush(q);
	if (last)
		vmbus_kick(q->channel);
	if (ret == -EAGAIN || !nv_tx_room(q, TX_STOP_PERCENT)) {
		/* A stopped queue gets no further call that could send what is left. */
		nv_tx_flush(q);
		nv_tx_stop(q, txq);
	}
}

/* Not by a VF. The queue is open. */
static netdev_tx_t nv_tx_by_host(struct nv_queue *q, struct netdev_queue *txq, struct sk_buff *skb)
{
	struct rndis_tx tx;
	int ret;

	skb = nv_tx_prepare(q->nv, skb, &tx);
	if (!skb) {
		q->stats.tx_dropped++;
		nv_tx_finish(q, txq, true);
		return NETDEV_TX_OK;
	}
	ret = nv_tx_copy(q, txq, skb, &tx);
	if (ret == -ENOSPC)
		ret = nv_tx_pages(q, txq, skb, &tx);
	if (ret == -EAGAIN) {
		nv_tx_stop(q, txq);
		return NETDEV_TX_BUSY;
	}
	if (ret)
		nv_tx_drop(q, skb);
	nv_tx_look_at(q, ret);
	nv_tx_finish(q, txq, true);
	return NETDEV_TX_OK;
}

/**
 * nv_xmit() - ndo_start_xmit
 * @skb: a frame
 * @ndev: the interface
 *
 * Softirq or with bottom halves off, under the transmit queue's lock. Spec: docs/wire/05-network.md 4.
 */
static netdev_tx_t nv_xmit(struct sk_buff *skb, struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct nv_queue *q = &nv->queues[skb_get_queue_mapping(skb)];
	struct netdev_queue *txq = netdev_get_tx_queue(ndev, q->index);

	if (nv_vf_xmit(nv, skb)) {
		/* The path moved between two frames of one batch, or of those the host is to be told of together. */
		if (q->open && (q->batch.open || READ_ONCE(q->channel->outbound.owed)))
			nv_tx_finish(q, txq, false);
		return NETDEV_TX_OK;
	}
	if (q->open && nv->live)
		return nv_tx_by_host(q, txq, skb);
	nv_tx_drop(q, skb);
	return NETDEV_TX_OK;
}

KIT_START_XMIT_ADAPTER(nv_xmit);

netdev_tx_t nv_start_xmit(struct sk_buff *skb, struct net_device *ndev)
{
	return KIT_START_XMIT(nv_xmit)(skb, ndev);
}

/* ---- completions ---- */

/**
 * nv_tx_completed() - the host is done with a frame or a section
 * @q: the queue
 * @addr: what its request table had
 * @msg: private copy of the completion
 * @len: its bytes
 *
 * The queue's NAPI.
 */
void nv_tx_completed(struct nv_queue *q, u64 addr, const void *msg, u32 len)
{
	bool good = nvsp_sent_well(msg, len);
	u32 section, packets, bytes;
	struct nv_tx *t;

	if ((addr & NV_REQUEST_MASK) == NV_REQUEST_SECTION) {
		section = addr >> 3;
		packets = q->nv->section_info[section].packets;
		bytes = q->nv->section_info[section].bytes;
	} else {
		t = (struct nv_tx *)(unsigned long)addr;
		section = t->section;
		packets = t->packets;
		bytes = t->bytes;
		dev_consume_skb_any(t->skb);
		kmem_cache_free(nv_tx_cache, t);
	}
	if (section != NVSP_NO_SECTION)
		nv_section_put(q->nv, section);
	q->hung = 0;
	q->tx_done_packets += packets;
	q->tx_done_bytes += bytes;
	if (!good)
		q->stats.tx_errors += packets;
}

/* The queue's NAPI. wait: as for nv_tx_resume(). False: it is to be polled again. */
static bool nv_tx_lock(struct nv_queue *q, struct netdev_queue *txq, bool wait)
{
	if (wait) {
		__netif_tx_lock(txq, smp_processor_id());
		return true;
	}
	if (__netif_tx_trylock(txq))
		return true;
	napi_schedule(&q->napi);
	return false;
}

/**
 * nv_tx_release() - send a section that waited, when the host has little left to do
 * @q: the queue, its completions taken
 * @wait: as for nv_tx_resume()
 *
 * The queue's NAPI, before the host is told of what was sent.
 */
void nv_tx_release(struct nv_queue *q, bool wait)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nv->ndev, q->index);

	smp_mb(); /* as in nv_tx_hold() */
	if (!READ_ONCE(q->held) || nv_tx_host_is_busy(q) || !nv_tx_lock(q, txq, wait))
		return;
	/* Stopping has the queue polled again: once is enough. */
	if (q->held && nv_tx_flush(q) == -EAGAIN && !netif_tx_queue_stopped(txq))
		nv_tx_stop(q, txq);
	__netif_tx_unlock(txq);
}

/**
 * nv_tx_end() - send what was left behind: held, or cut short by the queues' stop
 * @nv: an adapter whose queues are stopped for good
 *
 * Process context.
 */
void nv_tx_end(struct nv_net *nv)
{
	struct netdev_queue *txq;
	struct nv_queue *q;
	u32 i;

	for (i = 0; i < nv->queue_max; i++) {
		q = &nv->queues[i];
		txq = netdev_get_tx_queue(nv->ndev, i);
		local_bh_disable();
		__netif_tx_lock(txq, smp_processor_id());
		if (q->open) {
			nv_tx_flush(q);
			vmbus_kick(q->channel);
		}
		__netif_tx_unlock(txq);
		local_bh_enable();
	}
}

/**
 * nv_tx_resume() - go on with a stopped queue when there is room
 * @q: the queue
 * @wait: for whoever sends at present; not for netpoll, which may have interrupted just that
 *
 * The queue's NAPI.
 */
void nv_tx_resume(struct nv_queue *q, bool wait)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nv->ndev, q->index);

	if (!netif_tx_queue_stopped(txq) || !READ_ONCE(q->nv->live) || !nv_tx_room(q, TX_WAKE_PERCENT))
		return;
	if (!nv_tx_lock(q, txq, wait))
		return;
	if (netif_tx_queue_stopped(txq) && q->nv->live && nv_tx_flush(q) != -EAGAIN) {
		vmbus_kick(q->channel);
		hv_set_pending_send_size(q->channel, 0);
		q->stats.tx_woken++;
		netif_tx_wake_queue(txq);
	}
	__netif_tx_unlock(txq);
}

/* Is a queue stopped for want of room, with no completion to come that would have it looked at? The queue's NAPI. */
bool nv_tx_stuck(struct nv_queue *q)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nv->ndev, q->index);

	return READ_ONCE(q->nv->live) && netif_tx_queue_stopped(txq) && nv_tx_none_in_flight(q) &&
	       !q->channel->rescind;
}

/**
 * nv_tx_collect() - take back what the host has not completed
 * @q: a queue nobody sends on and nobody polls
 *
 * The memory stays the host's until the channel is closed: nv_tx_free_orphans() comes after that.
 */
void nv_tx_collect(struct nv_queue *q)
{
	struct request_table *table = &q->channel->requestor;
	struct nv_tx *t;
	u64 id, addr;
	u32 i;

	for (i = 0; i < table->size; i++) {
		id = request_table_id(table, i);
		if (!id)
			continue;
		addr = vmbus_request_addr(q->channel, id);
		if (addr == VMBUS_RQST_ERROR || (addr & NV_REQUEST_MASK) != NV_REQUEST_TX)
			continue;
		t = (struct nv_tx *)(unsigned long)addr;
		t->next = q->nv->orphans;
		q->nv->orphans = t;
	}
	q->batch.open = false;
	q->held = false;
	q->told = 0;
}

void nv_tx_free_orphans(struct nv_net *nv)
{
	struct nv_tx *t;
	u32 i;

	while ((t = nv->orphans) != NULL) {
		nv->orphans = t->next;
		dev_kfree_skb_any(t->skb);
		kmem_cache_free(nv_tx_cache, t);
	}
	for (i = 0; i < nv->queue_max; i++)
		netdev_tx_reset_queue(netdev_get_tx_queue(nv->ndev, i));
}
