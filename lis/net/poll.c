// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what a channel's ring brings (docs/wire/05-network.md 3, 4, 5, 10).
 */
#include <linux/kernel.h>
#include "netvsc.h"

#define POLL_PACKETS 512 /* of any kind, before others have their turn */
#define POLL_IDLE_MAX 256 /* polls without a pause that get nothing done */
#define LOOK_MAX max(HZ / 20, 1) /* the longest pause */

/**
 * nv_on_channel() - a channel's callback
 * @context: the queue
 *
 * Hard interrupt. A poller that is disabled is not scheduled.
 */
void nv_on_channel(void *context)
{
	struct nv_queue *q = context;

	if (!napi_schedule_prep(&q->napi))
		return;
	hv_begin_read(&q->channel->inbound);
	__napi_schedule_irqoff(&q->napi);
}

/* As if the host had signalled. Bottom halves are off. */
void nv_kick(struct nv_queue *q)
{
	if (!napi_schedule_prep(&q->napi))
		return;
	hv_begin_read(&q->channel->inbound);
	__napi_schedule(&q->napi);
}

/* The private copy of a payload that is looked into; all of it for what must be whole. */
static u32 nv_copy(void *to, u32 room, const struct ring_packet *pkt, const void *data)
{
	u32 len = min(pkt->packet_len - pkt->header_len, room);

	memcpy(to, data, len);
	return len;
}

static void nv_completion(struct nv_queue *q, const struct ring_packet *pkt, const void *data)
{
	u8 msg[sizeof(union nvsp_msg)];
	u32 len = nv_copy(msg, sizeof(msg), pkt, data);
	u64 addr = vmbus_request_addr(q->channel, pkt->trans_id);

	if (addr == VMBUS_RQST_ERROR || addr == VMBUS_NO_RQSTOR) {
		q->stats.bad_messages++;
		return;
	}
	switch (addr & NV_REQUEST_MASK) {
	case NV_REQUEST_TX:
	case NV_REQUEST_SECTION:
		nv_tx_completed(q, addr, msg, len);
		break;
	case NV_REQUEST_CONTROL:
		nv_control_sent(q->nv);
		break;
	case NV_REQUEST_NVSP:
		nv_answer(q->nv, msg, len);
		break;
	}
}

static void nv_take_table(struct nv_net *nv, const u8 *msg, u32 len)
{
	u32 table[NVSP_SEND_TABLE_COUNT];
	u32 i;

	if (nvsp_check_table(msg, len, nv->version, table)) {
		nv->bad_messages++;
		return;
	}
	for (i = 0; i < NVSP_SEND_TABLE_COUNT; i++)
		WRITE_ONCE(nv->send_table[i], table[i]);
	WRITE_ONCE(nv->send_spread, nvsp_table_spread(table));
	WRITE_ONCE(nv->send_table_set, true);
}

static void nv_inband(struct nv_queue *q, const struct ring_packet *pkt, const void *data)
{
	struct nv_net *nv = q->nv;
	u8 msg[NVSP_INBAND_MAX];
	u32 len = nv_copy(msg, sizeof(msg), pkt, data), serial;
	bool flag;

	switch (nvsp_type(msg, len)) {
	case NVSP_SEND_INDIRECTION_TABLE:
		nv_take_table(nv, msg, len);
		break;
	case NVSP_SEND_VF_ASSOCIATION:
		if (!nvsp_check_vf(msg, len, &flag, &serial))
			nv_vf_association(nv, flag, serial);
		break;
	case NVSP_SWITCH_DATA_PATH:
		if (!nvsp_check_data_path(msg, len, &flag))
			nv_vf_data_path(nv, flag);
		break;
	default:
		q->stats.bad_messages++;
		break;
	}
}

/* Take packets off the ring. Return the frames received, or budget when there may be more. */
static int nv_drain(struct nv_queue *q, int budget)
{
	struct ring_packet pkt;
	const void *data;
	int work = 0, n;

	for (n = 0; n < POLL_PACKETS; n++) {
		if (!hv_pkt_peek(q->channel, &pkt, &data))
			return work;
		if (pkt.type == VM_PKT_DATA_USING_XFER_PAGES) {
			if (!nv_rx_transfer(q, &pkt, data, budget, &work))
				return budget;
		} else if (pkt.type == VM_PKT_COMP) {
			nv_completion(q, &pkt, data);
		} else if (pkt.type == VM_PKT_DATA_INBAND) {
			nv_inband(q, &pkt, data);
		} else {
			q->stats.bad_messages++;
		}
		hv_pkt_consume(q->channel, &pkt);
	}
	return budget;
}

static void nv_tx_done(struct nv_queue *q)
{
	if (q->tx_done_packets)
		netdev_tx_completed_queue(netdev_get_tx_queue(q->nv->ndev, q->index), q->tx_done_packets,
					  q->tx_done_bytes);
	q->tx_done_packets = 0;
	q->tx_done_bytes = 0;
}

/* A delayed work item: a pause of nv_poll_again() is over. */
void nv_look_work(struct work_struct *work)
{
	struct nv_queue *q = container_of(work, struct nv_queue, look_work.work);

	local_bh_disable();
	nv_kick(q);
	local_bh_enable();
}

/* Where the queue's reader is: within a packet, too. */
static u64 nv_poll_place(const struct nv_queue *q)
{
	return (u64)q->channel->inbound.priv_read_index << 32 | q->rx_next;
}

/*
 * The ring towards the host is full, and nobody tells when it has room: look again at once, but when nothing moves for
 * a while after a tick, and then after more and more. A host that never reads must not have a processor for itself.
 */
static int nv_poll_again(struct nv_queue *q, int budget, bool moved)
{
	u32 pause;

	if (!budget)
		return 0;
	q->idle_polls = moved ? 0 : q->idle_polls + 1;
	if (q->idle_polls < POLL_IDLE_MAX)
		return budget;
	pause = clamp_t(u32, (q->idle_polls - POLL_IDLE_MAX) / 8, 1, LOOK_MAX);
	if (!napi_complete_done(&q->napi, 0))
		return 0;
	schedule_delayed_work(&q->look_work, pause);
	/* What came unsignalled is looked at, unless no more completions can be owed. */
	if (hv_end_read(&q->channel->inbound) && q->debt_count < q->debt_size)
		nv_kick(q);
	return 0;
}

/**
 * nv_poll() - NAPI of a queue
 * @napi: the queue's
 * @budget: frames it may receive; with 0 (netpoll) only completions are taken
 *
 * Softirq. Return: the frames received, or budget when it is to be called again: more may be there, or nobody would
 * tell when the ring towards the host has room for what is owed.
 */
int nv_poll(struct napi_struct *napi, int budget)
{
	struct nv_queue *q = container_of(napi, struct nv_queue, napi);
	struct hv_ring_buffer_info *in;
	u32 debts;
	u64 place;
	int work;

	/* Old kernels' netpoll comes by without asking whether the poller is enabled. */
	if (!budget && !READ_ONCE(q->open))
		return 0;
	in = &q->channel->inbound;
	place = nv_poll_place(q);
	debts = q->debt_count;
	nv_rx_pay_debts(q);
	work = nv_drain(q, budget);
	hv_pkt_iter_close(q->channel);
	nv_xdp_end(q);
	nv_tx_done(q);
	nv_tx_release(q, budget);
	nv_tx_resume(q, budget);
	vmbus_kick(q->channel);
	if (waitqueue_active(&q->nv->wait))
		wake_up(&q->nv->wait);
	if (q->debt_count || nv_tx_stuck(q))
		return nv_poll_again(q, budget, place != nv_poll_place(q) || q->debt_count != debts);
	q->idle_polls = 0;
	if (work < budget && napi_complete_done(napi, work) && hv_end_read(in) && napi_schedule_prep(napi)) {
		hv_begin_read(in);
		__napi_schedule(napi);
	}
	return work;
}
