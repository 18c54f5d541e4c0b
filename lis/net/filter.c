// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: which frames the host is to send (docs/wire/05-network.md 7.3).
 */
#include <linux/kernel.h>
#include "netvsc.h"

static u32 nv_filter_wanted(struct net_device *ndev)
{
	u32 filter;

	if (ndev->flags & IFF_PROMISC)
		return NDIS_PACKET_TYPE_PROMISCUOUS;
	filter = NDIS_PACKET_TYPE_DIRECTED;
	if (ndev->flags & IFF_BROADCAST)
		filter |= NDIS_PACKET_TYPE_BROADCAST;
	if (ndev->flags & IFF_ALLMULTI || !netdev_mc_empty(ndev))
		filter |= NDIS_PACKET_TYPE_ALL_MULTICAST;
	return filter;
}

/* Sleeps. An equal filter is not set again. */
static int nv_filter_set(struct nv_net *nv, u32 filter)
{
	int ret;

	if (nv->filter == filter)
		return 0;
	ret = nv_set(nv, OID_GEN_CURRENT_PACKET_FILTER, &filter, sizeof(filter));
	nv->filter = ret ? ~0U : filter;
	return ret;
}

static void nv_filter_work(struct work_struct *work)
{
	struct nv_net *nv = container_of(work, struct nv_net, filter_work);

	mutex_lock(&nv->filter_lock);
	if (!nv->filter_off && nv->connected)
		nv_filter_set(nv, nv_filter_wanted(nv->ndev));
	mutex_unlock(&nv->filter_lock);
}

void nv_filter_init(struct nv_net *nv)
{
	mutex_init(&nv->filter_lock);
	nv->filter_off = true;
	nv->filter = ~0U;
	INIT_WORK(&nv->filter_work, nv_filter_work);
}

/* ndo_set_rx_mode; must not sleep. */
void nv_filter_kick(struct nv_net *nv)
{
	schedule_work(&nv->filter_work);
}

/**
 * nv_filter_start() - let frames come
 * @nv: a connected adapter whose interface is going up
 *
 * Sleeps. Return: as nv_set().
 */
int nv_filter_start(struct nv_net *nv)
{
	int ret;

	mutex_lock(&nv->filter_lock);
	nv->filter_off = false;
	ret = nv_filter_set(nv, nv_filter_wanted(nv->ndev));
	if (ret)
		nv->filter_off = true;
	mutex_unlock(&nv->filter_lock);
	return ret;
}

/* Let no more come. Sleeps. Those under way still do. */
void nv_filter_stop(struct nv_net *nv)
{
	mutex_lock(&nv->filter_lock);
	nv->filter_off = true;
	if (nv->connected)
		nv_filter_set(nv, 0);
	mutex_unlock(&nv->filter_lock);
}

/* The interface goes: nobody asks for a filter any more. Sleeps. */
void nv_filter_end(struct nv_net *nv)
{
	cancel_work_sync(&nv->filter_work);
}
