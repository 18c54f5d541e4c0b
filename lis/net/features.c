// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the interface's features, from what the host can do (docs/wire/05-network.md 7.4).
 */
#include <linux/kernel.h>
#include "netvsc.h"

#define NV_GSO_MAX 62780 /* what hosts take at most; also without their saying so */

static netdev_features_t nv_features_host(const struct nv_net *nv)
{
	const struct ndis_abilities *a = &nv->abilities;
	netdev_features_t f = 0;

	/* UDP that the host cannot sum is summed by nv_tx_prepare(). */
	if (a->tcp4_csum)
		f |= NETIF_F_IP_CSUM;
	if (a->tcp6_csum)
		f |= NETIF_F_IPV6_CSUM;
	if (f)
		f |= NETIF_F_RXCSUM;
	if (a->lso4)
		f |= NETIF_F_TSO;
	if (a->lso6)
		f |= NETIF_F_TSO6;
	if (a->rsc)
		f |= NETIF_F_LRO;
	return f;
}

static void nv_features_gso(struct nv_net *nv)
{
	u32 max = NV_GSO_MAX;

	if (nv->abilities.lso_max && nv->abilities.lso_max < max)
		max = nv->abilities.lso_max;
	netif_set_tso_max_size(nv->ndev, max);
}

/* A new interface: everything the host can do is on. */
void nv_features_init(struct nv_net *nv)
{
	struct net_device *ndev = nv->ndev;
	netdev_features_t f = nv_features_host(nv) | NETIF_F_SG | NETIF_F_RXHASH;

	kit_set_hw_features(ndev, f);
	/* Tags are beside the frame on this wire; they cannot be anywhere else. */
	ndev->features = f | NETIF_F_HIGHDMA | NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX;
	ndev->vlan_features = ndev->features & ~(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX);
	nv_features_gso(nv);
}

/* Connected anew: the host may be another one. Under RTNL; what the user switched off stays off. */
void nv_features_update(struct nv_net *nv)
{
	struct net_device *ndev = nv->ndev;

	kit_set_hw_features(ndev, nv_features_host(nv) | NETIF_F_SG | NETIF_F_RXHASH);
	nv_features_gso(nv);
	/* A feature that is not there any more goes by ndo_fix_features; those that came back are taken up again. */
	netdev_update_features(ndev);
}

netdev_features_t nv_fix_features(struct net_device *ndev, netdev_features_t features)
{
	const netdev_features_t host = NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_RXCSUM | NETIF_F_TSO |
				       NETIF_F_TSO6 | NETIF_F_LRO;
	struct nv_net *nv = netdev_priv(ndev);

	/* A program wants frames that fit a page. The sum of a coalesced frame is the host's word, or wrong (8.5). */
	if (rcu_access_pointer(nv->xdp_prog) || !(features & NETIF_F_RXCSUM))
		features &= ~NETIF_F_LRO;
	return features & ~(host & ~nv_features_host(nv));
}

/* Under RTNL. */
int nv_set_features(struct net_device *ndev, netdev_features_t features)
{
	struct nv_net *nv = netdev_priv(ndev);
	int ret;

	nv_vf_set_features(nv, features);
	if (!((ndev->features ^ features) & NETIF_F_LRO) || !nv->connected || !netif_device_present(ndev))
		return 0;
	ret = nv_set_offloads(nv, features & NETIF_F_LRO);
	if (ret)
		netdev_err(ndev, "the host did not change coalescing: %d\n", ret);
	return ret;
}
