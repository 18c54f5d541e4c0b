// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: agreeing with the host on an adapter, and leaving it (docs/wire/05-network.md 2, 6.3).
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "netvsc.h"

#define ASK_SECONDS 10
#define QUIET_SECONDS 10

/* ---- one question, one answer ---- */

/**
 * nv_answer() - the completion of what nv_ask() sent
 * @nv: the adapter
 * @msg: private copy of what came
 * @len: its bytes
 *
 * Softirq; the caller has taken the question's entry out of the request table.
 */
void nv_answer(struct nv_net *nv, const void *msg, u32 len)
{
	struct nv_question *qu = &nv->question;

	qu->len = min_t(u32, len, sizeof(qu->answer));
	memset(&qu->answer, 0, sizeof(qu->answer));
	memcpy(&qu->answer, msg, qu->len);
	complete(&qu->done);
}

static int nv_ask_locked(struct nv_net *nv, union nvsp_msg *m, unsigned int seconds)
{
	struct vmbus_channel *channel = nv_primary(nv);
	u64 id;
	int ret;

	reinit_completion(&nv->question.done);
	ret = vmbus_sendpacket_getid(channel, m, sizeof(*m), NV_REQUEST_NVSP, &id, VM_PKT_DATA_INBAND,
				     VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED);
	if (ret)
		return ret;
	ret = nv_wait(nv, &nv->question.done, seconds);
	if (ret) {
		/* If the entry is not there any more the poller has it: the answer comes this instant. */
		if (vmbus_request_addr_match(channel, id, NV_REQUEST_NVSP) == NV_REQUEST_NVSP)
			return ret;
		wait_for_completion(&nv->question.done);
	}
	*m = nv->question.answer;
	return nv->question.len;
}

/**
 * nv_ask() - send an NVSP message and take its completion
 * @nv: an adapter whose primary channel is open
 * @m: what to send; the answer on return
 * @seconds: how long to wait
 *
 * Sleeps. Return: the bytes of the answer (0 is possible), -ETIMEDOUT, -ENODEV when rescinded, or what
 * vmbus_sendpacket() returns.
 */
int nv_ask(struct nv_net *nv, union nvsp_msg *m, unsigned int seconds)
{
	int ret;

	mutex_lock(&nv->question.lock);
	ret = nv_ask_locked(nv, m, seconds);
	mutex_unlock(&nv->question.lock);
	return ret;
}

/* Send an NVSP message that asks for no completion. Any context. Return: as vmbus_sendpacket(). */
int nv_tell(struct nv_net *nv, union nvsp_msg *m)
{
	return vmbus_sendpacket(nv_primary(nv), m, sizeof(*m), 0, VM_PKT_DATA_INBAND, 0);
}

/* ---- the handshake ---- */

static int nv_agree_version(struct nv_net *nv)
{
	union nvsp_msg m;
	u32 version;
	int ret;

	for (version = nvsp_next_version(0); version; version = nvsp_next_version(version)) {
		nvsp_build_init(&m, version);
		ret = nv_ask(nv, &m, ASK_SECONDS);
		if (ret < 0)
			return ret;
		ret = nvsp_check_init(&m, ret);
		if (!ret) {
			nv->version = version;
			return 0;
		}
		if (ret != -EPROTO)
			return ret;
	}
	return -EPROTO;
}

static int nv_introduce(struct nv_net *nv, int mtu)
{
	union nvsp_msg m;
	int ret = 0;

	if (nv->version >= NVSP_VERSION_2) {
		nvsp_build_ndis_config(&m, nv->version, mtu, true);
		ret = nv_tell(nv, &m);
	}
	if (!ret) {
		nvsp_build_ndis_version(&m, nv->version);
		ret = nv_tell(nv, &m);
	}
	return ret;
}

static int nv_handshake(struct nv_net *nv, int mtu)
{
	int ret = nv_agree_version(nv);

	if (!ret)
		ret = nv_introduce(nv, mtu);
	if (!ret)
		ret = nv_buffers_create(nv);
	if (!ret)
		ret = nv_rx_alloc(&nv->queues[0]);
	if (!ret)
		ret = nv_rndis_init(nv);
	return ret;
}

/* On from the start, then as the user has it. */
static bool nv_wants_rsc(const struct nv_net *nv)
{
	return nv->ndev->reg_state == NETREG_UNINITIALIZED || nv->ndev->features & NETIF_F_LRO;
}

static int nv_inquire(struct nv_net *nv)
{
	int ret = nv_query_abilities(nv);

	if (!ret && nv_set_offloads(nv, nv_wants_rsc(nv)))
		/* What was not switched on is not there. */
		memset(&nv->abilities, 0, sizeof(nv->abilities));
	if (!ret)
		ret = nv_query_link(nv);
	if (ret)
		return ret;
	nv_query_max_frame(nv);
	nv_query_rss(nv);
	return 0;
}

static void nv_spread(struct nv_net *nv)
{
	nv_open_subs(nv);
	nv_default_table(nv);
	/* One queue will do when the host does not like the table. */
	if (nv->queue_count > 1 && nv_set_rss(nv))
		netdev_warn(nv->ndev, "the host refused the receive table, frames may come by one queue only\n");
}

/**
 * nv_connect() - open the channels and agree with the host
 * @nv: an adapter that is not connected
 * @mtu: of the interface
 *
 * Sleeps; under RTNL once the interface is registered. Nothing is sent or received until nv_filter_start().
 * Return: 0, or -errno with nothing left open. Spec: docs/wire/05-network.md 2, 6.3.
 */
int nv_connect(struct nv_net *nv, int mtu)
{
	int ret;

	nv->queue_count = 1;
	WRITE_ONCE(nv->leaving, false);
	nv->send_table_set = false;
	nv->filter = ~0U;
	nv->connected = true;
	ret = nv_open_channel(&nv->queues[0], nv_primary(nv));
	if (!ret)
		ret = nv_handshake(nv, mtu);
	if (!ret)
		ret = nv_inquire(nv);
	if (ret) {
		nv_disconnect(nv);
		return ret;
	}
	nv_spread(nv);
	return 0;
}

/* ---- leaving ---- */

static bool nv_quiet(const struct nv_net *nv)
{
	u32 i;

	for (i = 0; i < nv->queue_max; i++) {
		const struct nv_queue *q = &nv->queues[i];

		if (!q->open || q->channel->rescind)
			continue;
		if (READ_ONCE(q->channel->requestor.in_flight) || READ_ONCE(q->held) || READ_ONCE(q->debt_count) ||
		    hv_get_bytes_to_read(&q->channel->inbound))
			return false;
	}
	return true;
}

/* Pollers with completions to send look at the ring now and then; who waits for them looks himself. */
static void nv_look_at_debts(struct nv_net *nv)
{
	u32 i;

	local_bh_disable();
	for (i = 0; i < nv->queue_max; i++) {
		if (nv->queues[i].open && READ_ONCE(nv->queues[i].debt_count))
			nv_kick(&nv->queues[i]);
	}
	local_bh_enable();
}

/**
 * nv_wait_quiet() - wait until nothing is under way in either direction
 * @nv: an adapter nobody sends on, and whose filter is 0
 * @seconds: how long; less with a silent host
 *
 * Sleeps. Return: whether all is quiet; false at once when the adapter is rescinded: the host owes nothing then.
 */
bool nv_wait_quiet(struct nv_net *nv, unsigned int seconds)
{
	unsigned long end = jiffies + nv_patience(nv, seconds) * HZ;

	while (!nv_quiet(nv)) {
		if (nv_is_gone(nv))
			return false;
		if (time_after(jiffies, end)) {
			WRITE_ONCE(nv->silent, true);
			return false;
		}
		/* Pollers wake when they find somebody waiting; the limit is for the one that did not. */
		wait_event_timeout(nv->wait, nv_quiet(nv), max(HZ / 20, 1));
		nv_look_at_debts(nv);
	}
	return true;
}

/**
 * nv_disconnect() - leave the host, whatever it does
 * @nv: an adapter nobody sends on any more
 *
 * Sleeps. Afterwards no poller runs, and what was under way has been taken back. Settings and counters stay.
 * Spec: docs/wire/05-network.md 2 (teardown).
 */
void nv_disconnect(struct nv_net *nv)
{
	if (!nv->connected)
		return;
	WRITE_ONCE(nv->leaving, true);
	nv_wait_quiet(nv, QUIET_SECONDS);
	if (nv->max_packets)
		nv_rndis_halt(nv);
	nv->max_packets = 0;
	nv_buffers_revoke(nv);
	nv_buffers_teardown(nv, false);
	nv_close_channels(nv);
	nv_buffers_teardown(nv, true);
	nv_tx_free_orphans(nv);
	nv_buffers_free(nv);
	nv_control_reset(nv);
	nv->connected = false;
	WRITE_ONCE(nv->silent, false);
	WRITE_ONCE(nv->leaving, false);
}
