// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the link's state and speed, as the host tells them (docs/wire/05-network.md 9).
 *
 * Changes are applied by one work item, two seconds apart at least: others watch the carrier, and a link that went down
 * and came back within a moment must be seen to have been down. It runs between nv_link_start() and nv_link_end() only,
 * as the host says what it likes when it likes, and the interface must be there.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "netvsc.h"

#define LINK_INTERVAL (2 * HZ)

/* The lock is held. */
static void nv_link_schedule(struct nv_net *nv)
{
	if (nv->link_shown)
		schedule_delayed_work(&nv->link_work,
				      time_before(jiffies, nv->link_next) ? nv->link_next - jiffies : 0);
}

/* What the next run of the work item has to do. The lock is held. */
static bool nv_link_take(struct nv_net *nv, bool *blip, bool *renew)
{
	*blip = nv->link_blip;
	*renew = nv->link_renew;
	nv->link_blip = false;
	nv->link_renew = false;
	return nv->link_up;
}

/* Return whether the carrier changed. */
static bool nv_link_carrier(struct net_device *ndev, bool up)
{
	if (up == netif_carrier_ok(ndev))
		return false;
	if (up)
		netif_carrier_on(ndev);
	else
		netif_carrier_off(ndev);
	return true;
}

static void nv_link_work(struct work_struct *work)
{
	struct nv_net *nv = container_of(work, struct nv_net, link_work.work);
	bool up, blip, renew, changed;

	spin_lock_bh(&nv->link_lock);
	up = nv_link_take(nv, &blip, &renew);
	spin_unlock_bh(&nv->link_lock);
	/* The other half of a blip is the next run's. */
	blip = blip && up && netif_carrier_ok(nv->ndev);
	changed = nv_link_carrier(nv->ndev, up && !blip);
	if (!changed && up && renew)
		netdev_notify_peers(nv->ndev);
	spin_lock_bh(&nv->link_lock);
	if (changed)
		nv->link_next = jiffies + LINK_INTERVAL;
	if (blip)
		nv_link_schedule(nv);
	spin_unlock_bh(&nv->link_lock);
}

void nv_link_init(struct nv_net *nv)
{
	spin_lock_init(&nv->link_lock);
	INIT_DELAYED_WORK(&nv->link_work, nv_link_work);
	nv->link_next = jiffies;
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
	spin_lock(&nv->link_lock);
	if (nv_link_note(nv, status, info, len))
		nv_link_schedule(nv);
	spin_unlock(&nv->link_lock);
}

/* The adapter is connected anew: show what the host said. moved: the guest may be elsewhere, tell its neighbours. */
void nv_link_again(struct nv_net *nv, bool moved)
{
	spin_lock_bh(&nv->link_lock);
	nv->link_renew |= moved;
	nv_link_schedule(nv);
	spin_unlock_bh(&nv->link_lock);
}

static void nv_link_show(struct nv_net *nv, bool show)
{
	spin_lock_bh(&nv->link_lock);
	nv->link_shown = show;
	spin_unlock_bh(&nv->link_lock);
}

/* The interface is there. */
void nv_link_start(struct nv_net *nv)
{
	nv_link_show(nv, true);
	nv_link_again(nv, false);
}

/* The interface is to go. Sleeps; the work item does not run afterwards, whatever the host says. */
void nv_link_end(struct nv_net *nv)
{
	nv_link_show(nv, false);
	cancel_delayed_work_sync(&nv->link_work);
}
