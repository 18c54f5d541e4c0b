// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: counters, per queue and in sum (docs/wire/05-network.md 11).
 */
#include <linux/ethtool.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "netvsc.h"

void nv_count_tx(struct nv_queue *q, u32 packets, u32 bytes)
{
	u64_stats_update_begin(&q->stats.tx.syncp);
	q->stats.tx.packets += packets;
	q->stats.tx.bytes += bytes;
	u64_stats_update_end(&q->stats.tx.syncp);
}

static void nv_counts_read(const struct nv_counts *c, u64 *packets, u64 *bytes)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&c->syncp);
		*packets = c->packets;
		*bytes = c->bytes;
	} while (u64_stats_fetch_retry(&c->syncp, start));
}

/**
 * nv_get_stats64() - ndo_get_stats64
 *
 * Any context that may be interrupted. What a VF carried is the VF's count; it is folded in by nv_vf_stats().
 */
void nv_get_stats64(struct net_device *ndev, struct rtnl_link_stats64 *s)
{
	struct nv_net *nv = netdev_priv(ndev);
	u64 packets, bytes;
	u32 i;

	for (i = 0; i < nv->queue_max; i++) {
		const struct nv_queue_stats *qs = &nv->queues[i].stats;

		nv_counts_read(&qs->rx, &packets, &bytes);
		s->rx_packets += packets;
		s->rx_bytes += bytes;
		nv_counts_read(&qs->tx, &packets, &bytes);
		s->tx_packets += packets;
		s->tx_bytes += bytes;
		s->multicast += qs->rx_multicast;
		s->rx_dropped += qs->rx_dropped;
		s->rx_errors += qs->rx_errors;
		s->rx_length_errors += qs->rx_length_errors;
		s->tx_dropped += qs->tx_dropped;
		s->tx_errors += qs->tx_errors;
	}
	nv_vf_stats(nv, s);
}

/* ---- ethtool -S ---- */

/* Sums over all queues. */
static const struct {
	const char *name;
	u32 offset;
} nv_sums[] = {
#define NV_SUM(field) { #field, offsetof(struct nv_queue_stats, field) }
	NV_SUM(rx_coalesced),
	NV_SUM(rx_alloc_failed),
	NV_SUM(tx_copied),
	NV_SUM(tx_by_page),
	NV_SUM(tx_partial),
	NV_SUM(tx_batched),
	NV_SUM(tx_held),
	NV_SUM(tx_linearized),
	NV_SUM(tx_no_section),
	NV_SUM(tx_full),
	NV_SUM(tx_stopped),
	NV_SUM(tx_woken),
	NV_SUM(xdp_dropped),
	NV_SUM(xdp_aborted),
	NV_SUM(xdp_sent),
	NV_SUM(xdp_redirected),
	NV_SUM(completions_deferred),
	NV_SUM(bad_messages),
#undef NV_SUM
};

static const char *const nv_queue_names[] = { "tx_queue_%u_packets", "tx_queue_%u_bytes", "rx_queue_%u_packets",
					      "rx_queue_%u_bytes" };

/* By the names scripts know them by. */
static const char *const nv_vf_names[NV_VF_STATS] = { "vf_rx_packets", "vf_rx_bytes", "vf_tx_packets", "vf_tx_bytes",
						      "vf_tx_dropped" };

int nv_stats_count(struct nv_net *nv)
{
	return ARRAY_SIZE(nv_sums) + 2 + NV_VF_STATS + nv->queue_count * ARRAY_SIZE(nv_queue_names);
}

void nv_stats_names(struct nv_net *nv, u8 *data)
{
	u32 i, q;

	for (i = 0; i < ARRAY_SIZE(nv_sums); i++)
		ethtool_puts(&data, nv_sums[i].name);
	ethtool_puts(&data, "tx_timeouts");
	ethtool_puts(&data, "bad_control_messages");
	for (i = 0; i < NV_VF_STATS; i++)
		ethtool_puts(&data, nv_vf_names[i]);
	for (q = 0; q < nv->queue_count; q++) {
		for (i = 0; i < ARRAY_SIZE(nv_queue_names); i++)
			ethtool_sprintf(&data, nv_queue_names[i], q);
	}
}

static u64 nv_sum(const struct nv_net *nv, u32 offset)
{
	u64 sum = 0;
	u32 q;

	for (q = 0; q < nv->queue_max; q++)
		sum += *(const u64 *)((const u8 *)&nv->queues[q].stats + offset);
	return sum;
}

void nv_stats_values(struct nv_net *nv, u64 *data)
{
	u32 i, q;

	for (i = 0; i < ARRAY_SIZE(nv_sums); i++)
		*data++ = nv_sum(nv, nv_sums[i].offset);
	*data++ = nv->tx_timeouts;
	*data++ = nv->bad_messages;
	nv_vf_values(nv, data);
	data += NV_VF_STATS;
	for (q = 0; q < nv->queue_count; q++) {
		nv_counts_read(&nv->queues[q].stats.tx, data, data + 1);
		nv_counts_read(&nv->queues[q].stats.rx, data + 2, data + 3);
		data += 4;
	}
}
