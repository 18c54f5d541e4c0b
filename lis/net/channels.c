// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the channels of an adapter, opening and closing (docs/wire/05-network.md 5).
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include "netvsc.h"

#define SUB_SECONDS 10
#define PACKET_MAX 8192 /* a transfer of 562 ranges, and more */
#define REQUEST_BYTES 64 /* of the ring, that a request takes at least */

/*
 * Rings are contiguous memory, which may be hard to find once a machine has run for long. The primary's stay when the
 * adapter leaves the host to come back with other settings.
 */
static int nv_connect_ring(struct vmbus_channel *channel, u32 bytes, void *context)
{
	int ret = channel->ringbuffer_page ? 0 : vmbus_alloc_ring(channel, bytes, bytes);

	if (!ret)
		ret = vmbus_connect_ring(channel, nv_on_channel, context);
	if (ret)
		vmbus_free_ring(channel);
	return ret;
}

/* The adapter goes for good. Sleeps; its channels are closed. */
void nv_free_ring(struct nv_net *nv)
{
	vmbus_free_ring(nv_primary(nv));
}

/**
 * nv_open_channel() - open a channel as the one of a queue
 * @q: a queue without a channel
 * @channel: the adapter's primary, or a subchannel
 *
 * Sleeps. Return: 0 or -errno of vmbus_alloc_ring() or vmbus_connect_ring().
 */
int nv_open_channel(struct nv_queue *q, struct vmbus_channel *channel)
{
	/* Header page included: both rings together are a power of two, as the setting is. */
	u32 bytes = nv_ring_pages * PAGE_SIZE;
	int ret;

	channel->rqstor_size = bytes / REQUEST_BYTES;
	channel->next_request_id_callback = vmbus_next_request_id;
	channel->request_addr_callback = vmbus_request_addr;
	channel->max_pkt_size = PACKET_MAX;
	set_channel_read_mode(channel, HV_CALL_ISR);
	set_per_channel_state(channel, q);
	memset(&q->batch, 0, sizeof(q->batch));
	q->held = false;
	q->hung = 0;
	nv_rx_next(q);
	q->channel = channel;
	ret = nv_connect_ring(channel, bytes, q);
	if (ret) {
		q->channel = NULL;
		return ret;
	}
	/* Only now: the ring of a channel that did not open is gone, whoever might be polling it. */
	WRITE_ONCE(q->open, true);
	napi_enable(&q->napi);
	/* What was signalled before is found by looking. */
	local_bh_disable();
	nv_kick(q);
	local_bh_enable();
	return 0;
}

/* Caller holds channels_lock. */
static void nv_take_sub(struct nv_net *nv, struct vmbus_channel *channel)
{
	u32 index = channel->offermsg.offer.sub_channel_index;
	struct nv_queue *q;
	int ret;

	nv->subs_came++;
	if (!nv->subs_welcome || !index || index > nv->subs_wanted)
		return;
	q = &nv->queues[index];
	if (q->channel)
		return;
	ret = nv_rx_alloc(q);
	if (!ret)
		ret = nv_open_channel(q, channel);
	if (!ret)
		return;
	/* The host may offer it once more. */
	nv_rx_free(q);
	netdev_warn(nv->ndev, "subchannel %u cannot be opened: %d\n", index, ret);
}

/* The host offers a subchannel. Process context. */
static void nv_on_sub(struct vmbus_channel *channel)
{
	struct nv_queue *first = get_per_channel_state(channel->primary_channel);
	struct nv_net *nv;

	if (!first)
		return;
	nv = first->nv;
	mutex_lock(&nv->channels_lock);
	nv_take_sub(nv, channel);
	mutex_unlock(&nv->channels_lock);
	wake_up(&nv->wait);
}

static u32 nv_count_open(const struct nv_net *nv)
{
	u32 n = 0;

	while (n < nv->queue_max && nv->queues[n].open)
		n++;
	return n;
}

/* Ask for subchannels; the number granted. */
static u32 nv_ask_subs(struct nv_net *nv, u32 wanted)
{
	union nvsp_msg m;
	u32 granted;
	int ret;

	nvsp_build_subchannel(&m, wanted);
	ret = nv_ask(nv, &m, SUB_SECONDS);
	if (ret >= 0)
		ret = nvsp_check_subchannel(&m, ret, wanted, &granted);
	return ret ? 0 : granted;
}

static bool nv_subs_are_here(struct nv_net *nv, u32 granted)
{
	return READ_ONCE(nv->subs_came) >= granted || nv_is_gone(nv);
}

/**
 * nv_open_subs() - get a channel for each queue that is wanted and that the host has
 * @nv: an adapter whose primary channel works
 *
 * Sleeps. Sets queue_count; with one channel everything works, too.
 */
void nv_open_subs(struct nv_net *nv)
{
	u32 wanted = min3(nv->set.queues, nv->host_queues, nv->queue_max);
	u32 granted, seconds;

	nv->queue_count = 1;
	if (nv->version < NVSP_VERSION_5 || wanted < 2)
		return;
	mutex_lock(&nv->channels_lock);
	nv->subs_wanted = wanted - 1;
	nv->subs_came = 0;
	nv->subs_welcome = true;
	mutex_unlock(&nv->channels_lock);
	vmbus_set_sc_create_callback(nv_primary(nv), nv_on_sub);
	granted = nv_ask_subs(nv, wanted - 1);
	/* A rescind wakes nobody. */
	for (seconds = 0; seconds < SUB_SECONDS && !nv_subs_are_here(nv, granted); seconds++)
		wait_event_timeout(nv->wait, nv_subs_are_here(nv, granted), HZ);
	mutex_lock(&nv->channels_lock);
	nv->subs_welcome = false;
	nv->queue_count = nv_count_open(nv);
	mutex_unlock(&nv->channels_lock);
}

/**
 * nv_close_channels() - close all channels
 * @nv: an adapter nobody sends on
 *
 * Sleeps. The requests the host has not completed are put on nv->orphans.
 */
void nv_close_channels(struct nv_net *nv)
{
	u32 i;
	int ret;

	mutex_lock(&nv->channels_lock);
	nv->subs_welcome = false;
	mutex_unlock(&nv->channels_lock);
	for (i = 0; i < nv->queue_max; i++) {
		if (nv->queues[i].open)
			napi_disable(&nv->queues[i].napi);
	}
	/* A disabled poller may have to return yet: it looks at its ring, and has itself looked at later. */
	synchronize_net();
	for (i = 0; i < nv->queue_max; i++) {
		struct nv_queue *q = &nv->queues[i];

		if (!q->open)
			continue;
		cancel_delayed_work_sync(&q->look_work);
		WRITE_ONCE(q->open, false);
		nv_tx_collect(q);
	}
	ret = vmbus_disconnect_ring(nv_primary(nv));
	/* What the host keeps is lost. */
	if (ret && ret != -EINVAL)
		vmbus_free_ring(nv_primary(nv));
	for (i = 0; i < nv->queue_max; i++) {
		nv->queues[i].channel = NULL;
		nv_rx_free(&nv->queues[i]);
	}
}
