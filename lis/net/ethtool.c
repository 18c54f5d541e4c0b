// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: ethtool. All of it under RTNL.
 */
#include <linux/ethtool.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "netvsc.h"

static void nv_get_drvinfo(struct net_device *ndev, struct ethtool_drvinfo *info)
{
	struct nv_net *nv = netdev_priv(ndev);

	snprintf(info->driver, sizeof(info->driver), "hv_netvsc");
	snprintf(info->version, sizeof(info->version), "%s", LIS_VERSION);
	snprintf(info->fw_version, sizeof(info->fw_version), "NVSP %u.%u", nv->version >> 16, nv->version & 0xFFFF);
	snprintf(info->bus_info, sizeof(info->bus_info), "%s", dev_name(&nv->dev->device));
}

static u32 nv_get_msglevel(struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);

	return nv->msg_enable;
}

static void nv_set_msglevel(struct net_device *ndev, u32 level)
{
	struct nv_net *nv = netdev_priv(ndev);

	nv->msg_enable = level;
}

static int nv_get_link_ksettings(struct net_device *ndev, struct ethtool_link_ksettings *cmd)
{
	struct nv_net *nv = netdev_priv(ndev);
	u32 speed = READ_ONCE(nv->link_speed);

	ethtool_link_ksettings_zero_link_mode(cmd, supported);
	ethtool_link_ksettings_zero_link_mode(cmd, advertising);
	cmd->base.speed = speed ? speed : SPEED_UNKNOWN;
	cmd->base.duplex = DUPLEX_FULL;
	cmd->base.port = PORT_OTHER;
	cmd->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

/* ---- counters ---- */

static int nv_get_sset_count(struct net_device *ndev, int set)
{
	return set == ETH_SS_STATS ? nv_stats_count(netdev_priv(ndev)) : -EOPNOTSUPP;
}

static void nv_get_strings(struct net_device *ndev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		nv_stats_names(netdev_priv(ndev), data);
}

static void nv_get_ethtool_stats(struct net_device *ndev, struct ethtool_stats *stats, u64 *data)
{
	nv_stats_values(netdev_priv(ndev), data);
}

/* ---- channels and rings ---- */

static void nv_get_channels(struct net_device *ndev, struct ethtool_channels *ch)
{
	struct nv_net *nv = netdev_priv(ndev);

	ch->max_combined = min(nv->queue_max, max_t(u32, nv->host_queues, 1));
	ch->combined_count = nv->queue_count;
}

static int nv_set_channels(struct net_device *ndev, struct ethtool_channels *ch)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct nv_settings set = nv->set;
	int ret;

	if (!ch->combined_count || ch->rx_count || ch->tx_count || ch->other_count)
		return -EINVAL;
	if (ch->combined_count == nv->queue_count)
		return 0;
	set.queues = ch->combined_count;
	ret = nv_reconnect(nv, &set, ndev->mtu);
	if (ret || nv->queue_count == ch->combined_count)
		return ret;
	netdev_warn(ndev, "the host granted %u channels of %u\n", nv->queue_count, ch->combined_count);
	return 0;
}

static void nv_get_ringparam(struct net_device *ndev, struct ethtool_ringparam *ring,
			     struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct nv_net *nv = netdev_priv(ndev);

	ring->rx_max_pending = (nv->version <= NVSP_VERSION_2 ? NVSP_RECV_BUF_MAX_2 : NVSP_RECV_BUF_MAX) /
			       NV_RECV_SECTION;
	ring->tx_max_pending = NVSP_SEND_BUF_MAX / NV_SEND_SECTION;
	ring->rx_pending = nv->set.recv_sections;
	ring->tx_pending = nv->set.send_sections;
}

static int nv_set_ringparam(struct net_device *ndev, struct ethtool_ringparam *ring,
			    struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct nv_settings set = nv->set;

	set.recv_sections = max_t(u32, ring->rx_pending, NV_RECV_SECTIONS_MIN);
	set.send_sections = max_t(u32, ring->tx_pending, NV_SEND_SECTIONS_MIN);
	if (set.recv_sections == nv->set.recv_sections && set.send_sections == nv->set.send_sections)
		return 0;
	return nv_reconnect(nv, &set, ndev->mtu);
}

/* ---- receive side scaling ---- */

static u32 nv_get_rxfh_indir_size(struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);

	return nv->table_entries;
}

static u32 nv_get_rxfh_key_size(struct net_device *ndev)
{
	return NDIS_RSS_KEY_LEN;
}

static int nv_get_rxfh(struct net_device *ndev, struct ethtool_rxfh_param *rxfh)
{
	struct nv_net *nv = netdev_priv(ndev);

	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		memcpy(rxfh->indir, nv->set.table, nv->table_entries * sizeof(u32));
	if (rxfh->key)
		memcpy(rxfh->key, nv->set.key, NDIS_RSS_KEY_LEN);
	return 0;
}

/* Apply new settings of receive side scaling; what the host refuses is not kept. */
static int nv_change_rss(struct nv_net *nv, const struct nv_settings *set)
{
	struct nv_settings old = nv->set;
	int ret;

	nv->set = *set;
	if (nv->queue_count < 2)
		return 0;
	ret = nv_set_rss(nv);
	if (ret) {
		nv->set = old;
		nv_set_rss(nv);
	}
	return ret;
}

/* A table like the first one is to follow the number of queues as that does. */
static bool nv_spread_evenly(const struct nv_net *nv, const u32 *table)
{
	u32 i;

	for (i = 0; i < nv->table_entries; i++) {
		if (table[i] != i % nv->queue_count)
			return false;
	}
	return true;
}

static int nv_set_rxfh(struct net_device *ndev, struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct nv_settings set = nv->set;
	u32 i;

	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP)
		return -EOPNOTSUPP;
	for (i = 0; rxfh->indir && i < nv->table_entries; i++) {
		if (rxfh->indir[i] >= nv->queue_count)
			return -EINVAL;
		set.table[i] = rxfh->indir[i];
	}
	if (rxfh->indir)
		set.table_queues = nv_spread_evenly(nv, set.table) ? nv->queue_count : 0;
	if (rxfh->key)
		memcpy(set.key, rxfh->key, NDIS_RSS_KEY_LEN);
	return nv_change_rss(nv, &set);
}

/* Which hash bit decides whether ports count for this kind of flow; 0: they never do. */
static u32 nv_hash_bit(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
		return NDIS_HASH_TCP_IPV4;
	case UDP_V4_FLOW:
		return NDIS_HASH_UDP_IPV4;
	case TCP_V6_FLOW:
		return NDIS_HASH_TCP_IPV6;
	case UDP_V6_FLOW:
		return NDIS_HASH_UDP_IPV6;
	default:
		return 0;
	}
}

static int nv_get_rxfh_fields(struct net_device *ndev, struct ethtool_rxfh_fields *f)
{
	struct nv_net *nv = netdev_priv(ndev);

	f->data = RXH_IP_SRC | RXH_IP_DST;
	if (nv->set.hash_info & nv_hash_bit(f->flow_type))
		f->data |= RXH_L4_B_0_1 | RXH_L4_B_2_3;
	return 0;
}

static int nv_set_rxfh_fields(struct net_device *ndev, const struct ethtool_rxfh_fields *f,
			      struct netlink_ext_ack *extack)
{
	const u32 ports = RXH_L4_B_0_1 | RXH_L4_B_2_3, addresses = RXH_IP_SRC | RXH_IP_DST;
	struct nv_net *nv = netdev_priv(ndev);
	struct nv_settings set = nv->set;
	u32 bit = nv_hash_bit(f->flow_type);

	if (!bit || (f->data != addresses && f->data != (addresses | ports)))
		return -EOPNOTSUPP;
	set.hash_info = f->data & ports ? set.hash_info | bit : set.hash_info & ~bit;
	return nv_change_rss(nv, &set);
}

static u32 nv_get_rx_ring_count(struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);

	return nv->queue_count;
}

KIT_LINK_KSETTINGS_ADAPTER(nv_get_link_ksettings);
KIT_RINGPARAM_ADAPTER(nv_get_ringparam, nv_set_ringparam);
KIT_RXFH_ADAPTER(nv_get_rxfh_indir_size, nv_get_rxfh, nv_set_rxfh);
KIT_RXNFC_ADAPTER(nv_get_rx_ring_count, nv_get_rxfh_fields, nv_set_rxfh_fields);

/* ---- registers: what is agreed with the host ---- */

#define NV_REGS 8

static int nv_get_regs_len(struct net_device *ndev)
{
	return NV_REGS * sizeof(u32);
}

static void nv_get_regs(struct net_device *ndev, struct ethtool_regs *regs, void *to)
{
	struct nv_net *nv = netdev_priv(ndev);
	u32 *r = to;

	regs->version = 1;
	r[0] = nv->version;
	r[1] = nv->recv.sections.size;
	r[2] = nv->recv.sections.count;
	r[3] = nv->send.sections.size;
	r[4] = nv->send.sections.count;
	r[5] = nv->max_packets;
	r[6] = nv->align;
	r[7] = nv->filter;
}

static const struct ethtool_ops nv_ethtool_ops = {
	.get_drvinfo = nv_get_drvinfo,
	.get_msglevel = nv_get_msglevel,
	.set_msglevel = nv_set_msglevel,
	.get_link = ethtool_op_get_link,
	KIT_LINK_KSETTINGS(nv_get_link_ksettings)
	KIT_TS_INFO
	.get_sset_count = nv_get_sset_count,
	.get_strings = nv_get_strings,
	.get_ethtool_stats = nv_get_ethtool_stats,
	KIT_CHANNELS(nv_get_channels, nv_set_channels)
	KIT_RINGPARAM(nv_get_ringparam, nv_set_ringparam)
	KIT_RXFH(nv_get_rxfh_indir_size, nv_get_rxfh_key_size, nv_get_rxfh, nv_set_rxfh)
	KIT_RXNFC(nv_get_rx_ring_count, nv_get_rxfh_fields, nv_set_rxfh_fields)
	.get_regs_len = nv_get_regs_len,
	.get_regs = nv_get_regs,
};
KIT_ETHTOOL_OPS_EXT(nv_ethtool_ops, nv_get_rxfh_indir_size, nv_get_rxfh_key_size, nv_get_rxfh, nv_set_rxfh,
		    nv_get_channels, nv_set_channels);

void nv_ethtool_init(struct net_device *ndev)
{
	kit_set_ethtool_ops(ndev, nv_ethtool_ops);
}
