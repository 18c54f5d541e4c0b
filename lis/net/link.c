// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the link's state and speed, as the host tells them (docs/wire/05-network.md 9).
 *
 * Changes are applied by one work item, two seconds apart at least: others watch the carrier, and a link that went down
 * and came back within a moment must be seen to have been down.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "netvsc.h"

#define LINK_INTERVAL (2 * HZ)

/* What the next run of the work item has to do. The lock is held. */
static bool nv_link_take(struct nv_net *nv, bool *blip, bool *renew)
{
	*blip = nv->link_blip;
	*renew = nv->link_renew;
	nv->link_blip = false;
	nv->link_renew = false;
	return nv->link_up;
}

static void nv_link_work(struct work_struct *work)
{
	struct nv_net *nv = container_of(work, struct nv_net, link_work.work);
	struct net_device *ndev = nv->ndev;
	bool up, blip, renew;

	spin_lock_bh(&nv->link_lock);
	up = nv_link_take(nv, &blip, &renew);
	spin_unlock_bh(&nv->link_lock);
	if (!up) {
		netif_carrier_off(ndev);
	} else if (!netif_carrier_ok(ndev)) {
		netif_carrier_on(ndev);
	} else if (blip) {
		netif_carrier_off(ndev);
	} else if (renew) {
		netdev_notify_peers(ndev);
	}
	if (blip && up)
		schedule_delayed_work(&nv->link_work, LINK_INTERVAL);
}

void nv_link_init(struct nv_net *nv)
{
	spin_lock_init(&nv->link_lock);
	INIT_DELAYED_WORK(&nv->link_work, nv_link_work);
}

/* The lock is held. Return whether there is something to do. */
static bool nv_link_note(struct nv_net *nv, u32 status, const void *info, u32 len)
{
	u32 speed;

	switch (status) {
	case RNDIS_STATUS_MEDIA_CONNECT:
		/* Said again while up: the guest has moved, its neighbours must learn where to. */
		nv->link_renew |= nv->link_up;
		nv->link_up = true;
		return true;
	case RNDIS_STATUS_MEDIA_DISCONNECT:
		nv->link_up = false;
		nv->link_blip = true;
		return true;
	case RNDIS_STATUS_NETWORK_CHANGE:
		nv->link_blip = true;
		return true;
	case RNDIS_STATUS_LINK_SPEED_CHANGE:
		if (len < sizeof(speed))
			return false;
		memcpy(&speed, info, sizeof(speed));
		WRITE_ONCE(nv->link_speed, speed / 10000);
		return false;
	default:
		return false;
	}
}

/**
 * nv_link_indicate() - the host tells of a change
 * @nv: the adapter
 * @status: what it tells
 * @info: private copy of the status buffer
 * @len: its bytes
 *
 * Softirq.
 */
void nv_link_indicate(struct nv_net *nv, u32 status, const void *info, u32 len)
{
	bool work;

	spin_lock(&nv->link_lock);
	work = nv_link_note(nv, status, info, len);
	spin_unlock(&nv->link_lock);
	if (work)
		schedule_delayed_work(&nv->link_work, 0);
}

/* The interface is there, or connected anew: show what the host said. Sleeps. */
void nv_link_start(struct nv_net *nv)
{
	schedule_delayed_work(&nv->link_work, 0);
}

void nv_link_end(struct nv_net *nv)
{
	cancel_delayed_work_sync(&nv->link_work);
}
