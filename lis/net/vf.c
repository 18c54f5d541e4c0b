// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the virtual function that carries an adapter's frames while it is there (docs/wire/05-network.md 10).
 *
 * The function's own driver makes an interface of it. That one becomes the lower device of ours: what it receives is
 * ours, what we send goes by it while it is up and the host has been told. The host is told under RTNL, from the
 * notifier of interfaces or from the work item.
 */
#include <linux/if_arp.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "netvsc.h"

#define VF_JOIN_DELAY (HZ / 10) /* in which the interface gets its name */
#define VF_RETRY (HZ / 20)
#define VF_SWITCH_SECONDS 5

struct nv_vf_counts {
	u64 rx_packets, rx_bytes, tx_packets, tx_bytes, tx_dropped;
	struct u64_stats_sync syncp;
};

static LIST_HEAD(nv_nets); /* under RTNL */

/* ---- whose is it ---- */

/* The serial number is the name of the slot; without a slot the address has to do. */
static bool nv_vf_slot_matches(const struct nv_net *nv, const struct net_device *vf)
{
	const struct pci_dev *pdev = to_pci_dev(vf->dev.parent);
	u32 serial;

	if (!pdev->slot)
		return true;
	if (kstrtou32(pci_slot_name(pdev->slot), 10, &serial))
		return false;
	return serial == READ_ONCE(nv->vf_serial);
}

static bool nv_vf_matches(const struct nv_net *nv, const struct net_device *vf)
{
	return READ_ONCE(nv->vf_allocated) && dev_net(vf) == dev_net(nv->ndev) && nv_vf_slot_matches(nv, vf) &&
	       ether_addr_equal(vf->perm_addr, nv->ndev->perm_addr);
}

/* May this interface be a virtual function at all? */
static bool nv_vf_possible(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER && dev->addr_len == ETH_ALEN && dev->dev.parent &&
	       dev_is_pci(dev->dev.parent);
}

static struct nv_net *nv_vf_owner(const struct net_device *vf)
{
	struct nv_net *nv;

	list_for_each_entry(nv, &nv_nets, nets) {
		if (rtnl_dereference(nv->vf) == vf)
			return nv;
	}
	return NULL;
}

/* ---- data ---- */

static rx_handler_result_t nv_vf_receive(struct sk_buff **pskb)
{
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);
	struct nv_vf_counts *c;
	struct nv_net *nv;

	*pskb = skb;
	if (!skb)
		return RX_HANDLER_CONSUMED;
	nv = kit_rx_handler_data(skb->dev);
	c = this_cpu_ptr(nv->vf_counts);
	u64_stats_update_begin(&c->syncp);
	c->rx_packets++;
	c->rx_bytes += skb->len;
	u64_stats_update_end(&c->syncp);
	skb->dev = nv->ndev;
	return RX_HANDLER_ANOTHER;
}

static void nv_vf_sent(struct nv_net *nv, u32 len, bool good)
{
	struct nv_vf_counts *c = this_cpu_ptr(nv->vf_counts);

	u64_stats_update_begin(&c->syncp);
	c->tx_packets += good;
	c->tx_bytes += good ? len : 0;
	c->tx_dropped += !good;
	u64_stats_update_end(&c->syncp);
}

/**
 * nv_vf_xmit() - send by the virtual function, if there is one
 * @nv: the adapter
 * @skb: the frame
 *
 * From ndo_start_xmit. Return: true when the frame is gone that way; false when it is to go by the host.
 */
bool nv_vf_xmit(struct nv_net *nv, struct sk_buff *skb)
{
	struct net_device *vf;
	u32 len = skb->len;
	int ret;

	/* With interrupts off it is netpoll, which must not go through another queue. */
	if (!READ_ONCE(nv->vf_path) || irqs_disabled())
		return false;
	vf = rcu_dereference_bh(nv->vf);
	if (!vf || !netif_running(vf) || !netif_carrier_ok(vf))
		return false;
	skb->dev = vf;
	ret = dev_queue_xmit(skb);
	nv_vf_sent(nv, len, ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN);
	return true;
}

/* What went by the virtual function so far. Any context that may be interrupted. */
static void nv_vf_sum(struct nv_net *nv, struct nv_vf_counts *sum)
{
	struct nv_vf_counts one;
	unsigned int start;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct nv_vf_counts *c = per_cpu_ptr(nv->vf_counts, cpu);

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one.rx_packets = c->rx_packets;
			one.rx_bytes = c->rx_bytes;
			one.tx_packets = c->tx_packets;
			one.tx_bytes = c->tx_bytes;
			one.tx_dropped = c->tx_dropped;
		} while (u64_stats_fetch_retry(&c->syncp, start));
		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
		sum->tx_dropped += one.tx_dropped;
	}
}

/* Added to the interface's own. */
void nv_vf_stats(struct nv_net *nv, struct rtnl_link_stats64 *s)
{
	struct nv_vf_counts sum;

	nv_vf_sum(nv, &sum);
	s->rx_packets += sum.rx_packets;
	s->rx_bytes += sum.rx_bytes;
	s->tx_packets += sum.tx_packets;
	s->tx_bytes += sum.tx_bytes;
	s->tx_dropped += sum.tx_dropped;
}

/* Alone, NV_VF_STATS of them, in the order of the names in stats.c. */
void nv_vf_values(struct nv_net *nv, u64 *data)
{
	struct nv_vf_counts sum;

	nv_vf_sum(nv, &sum);
	data[0] = sum.rx_packets;
	data[1] = sum.rx_bytes;
	data[2] = sum.tx_packets;
	data[3] = sum.tx_bytes;
	data[4] = sum.tx_dropped;
}

/* ---- the path ---- */

/*
 * Tell the host by which way frames are to come, and send by it. Under RTNL. The host's completion may be empty; when
 * it does not answer, or the adapter is not connected, nothing changes.
 */
static void nv_vf_switch(struct nv_net *nv, bool to_vf)
{
	union nvsp_msg m;
	int ret;

	if (nv->vf_path == to_vf || !nv->connected || nv_is_gone(nv) || nv->version < NVSP_VERSION_4)
		return;
	if (!to_vf) {
		WRITE_ONCE(nv->vf_path, false);
		synchronize_net();
	}
	nvsp_build_data_path(&m, to_vf);
	ret = nv_ask(nv, &m, VF_SWITCH_SECONDS);
	if (ret < 0) {
		netdev_err(nv->ndev, "the host did not switch the data path: %d\n", ret);
		return;
	}
	WRITE_ONCE(nv->vf_path, to_vf);
	netdev_info(nv->ndev, "data path is %s\n", to_vf ? "the VF" : "synthetic");
}

static void nv_vf_follow(struct nv_net *nv, struct net_device *vf)
{
	/* What comes by the function does not come by the program. */
	nv_vf_switch(nv, netif_running(vf) && netif_running(nv->ndev) && netif_device_present(nv->ndev) &&
			 !rcu_access_pointer(nv->xdp_prog));
}

/* Bring a function that has joined to where our interface is. Under RTNL. */
static void nv_vf_set_up(struct nv_net *nv, struct net_device *vf)
{
	struct net_device *ndev = nv->ndev;
	int ret;

	ret = dev_set_mtu(vf, ndev->mtu);
	if (ret)
		netdev_warn(vf, "does not take MTU %u: %d\n", ndev->mtu, ret);
	kit_follow_features(vf, ndev, ndev->features);
	netif_addr_lock_bh(ndev);
	dev_uc_sync(vf, ndev);
	dev_mc_sync(vf, ndev);
	netif_addr_unlock_bh(ndev);
	if (netif_running(ndev) && !netif_running(vf)) {
		ret = dev_open(vf, NULL);
		if (ret)
			netdev_warn(vf, "does not go up: %d\n", ret);
	}
	nv_vf_follow(nv, vf);
}

/* ---- joining and leaving, under RTNL ---- */

static int nv_vf_join(struct nv_net *nv, struct net_device *vf)
{
	int ret = netdev_rx_handler_register(vf, nv_vf_receive, nv);

	if (ret) {
		netdev_err(vf, "cannot join %s: %d\n", nv->ndev->name, ret);
		return ret;
	}
	ret = netdev_master_upper_dev_link(vf, nv->ndev, NULL, NULL, NULL);
	if (ret) {
		netdev_rx_handler_unregister(vf);
		netdev_err(vf, "cannot be the lower device of %s: %d\n", nv->ndev->name, ret);
		return ret;
	}
	/* No address of its own, please. */
	vf->flags |= IFF_SLAVE;
	dev_hold(vf);
	rcu_assign_pointer(nv->vf, vf);
	netdev_info(nv->ndev, "VF %s joined\n", vf->name);
	schedule_delayed_work(&nv->vf_work, VF_JOIN_DELAY);
	return 0;
}

static void nv_vf_leave(struct nv_net *nv, struct net_device *vf)
{
	nv_vf_switch(nv, false);
	netdev_info(nv->ndev, "VF %s left\n", vf->name);
	RCU_INIT_POINTER(nv->vf, NULL);
	synchronize_net();
	/* Addresses that count as given to this one would not be given to the next. */
	dev_uc_unsync(vf, nv->ndev);
	dev_mc_unsync(vf, nv->ndev);
	netdev_rx_handler_unregister(vf);
	netdev_upper_dev_unlink(vf, nv->ndev);
	vf->flags &= ~IFF_SLAVE;
	dev_put(vf);
}

static void nv_vf_find(struct nv_net *nv)
{
	struct net_device *dev;

	for_each_netdev(dev_net(nv->ndev), dev) {
		if (!nv_vf_possible(dev) || nv_vf_owner(dev) || !nv_vf_matches(nv, dev))
			continue;
		nv_vf_join(nv, dev);
		return;
	}
}

static void nv_vf_work(struct work_struct *work)
{
	struct nv_net *nv = container_of(work, struct nv_net, vf_work.work);
	struct net_device *vf;

	/* Who removes the adapter waits for us, perhaps with RTNL. */
	if (!rtnl_trylock()) {
		schedule_delayed_work(&nv->vf_work, VF_RETRY);
		return;
	}
	vf = rtnl_dereference(nv->vf);
	if (vf)
		nv_vf_set_up(nv, vf);
	else if (READ_ONCE(nv->vf_allocated) && !list_empty(&nv->nets))
		nv_vf_find(nv); /* not before the interface is there, nor when it goes */
	rtnl_unlock();
}

static void nv_vf_appears(struct net_device *vf)
{
	struct nv_net *nv;

	list_for_each_entry(nv, &nv_nets, nets) {
		if (!rtnl_dereference(nv->vf) && nv_vf_matches(nv, vf)) {
			nv_vf_join(nv, vf);
			return;
		}
	}
}

static int nv_vf_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *vf = netdev_notifier_info_to_dev(ptr);
	struct nv_net *nv;

	if (!nv_vf_possible(vf))
		return NOTIFY_DONE;
	if (event == NETDEV_REGISTER) {
		nv_vf_appears(vf);
		return NOTIFY_DONE;
	}
	nv = nv_vf_owner(vf);
	if (!nv)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UNREGISTER:
		nv_vf_leave(nv, vf);
		break;
	case NETDEV_UP:
	case NETDEV_CHANGE:
		nv_vf_follow(nv, vf);
		break;
	case NETDEV_GOING_DOWN:
	case NETDEV_DOWN:
		nv_vf_switch(nv, false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block nv_vf_notifier = {
	.notifier_call = nv_vf_event,
};

/* ---- what the host says, softirq ---- */

void nv_vf_association(struct nv_net *nv, bool allocated, u32 serial)
{
	WRITE_ONCE(nv->vf_serial, serial);
	WRITE_ONCE(nv->vf_allocated, allocated);
	/* The host says this as often as it likes. */
	if (net_ratelimit())
		netdev_info(nv->ndev, "VF slot %u %s\n", serial, allocated ? "added" : "removed");
	if (allocated)
		schedule_delayed_work(&nv->vf_work, VF_JOIN_DELAY);
}

/* The host takes the path away before it takes the function; giving it is for us to ask. */
void nv_vf_data_path(struct nv_net *nv, bool vf)
{
	if (!vf)
		WRITE_ONCE(nv->vf_path, false);
}

/* ---- our interface changes, under RTNL ---- */

void nv_vf_open(struct nv_net *nv)
{
	if (rtnl_dereference(nv->vf))
		schedule_delayed_work(&nv->vf_work, 0);
}

void nv_vf_stop(struct nv_net *nv)
{
	struct net_device *vf = rtnl_dereference(nv->vf);

	if (!vf)
		return;
	nv_vf_switch(nv, false);
	dev_close(vf);
}

int nv_vf_set_mtu(struct nv_net *nv, int mtu)
{
	struct net_device *vf = rtnl_dereference(nv->vf);

	return vf ? dev_set_mtu(vf, mtu) : 0;
}

/* The user switches features of our interface: what the function has of them follows. */
void nv_vf_set_features(struct nv_net *nv, netdev_features_t features)
{
	struct net_device *vf = rtnl_dereference(nv->vf);

	if (vf)
		kit_follow_features(vf, nv->ndev, features);
}

/* The address lists' lock is held. */
void nv_vf_rx_mode(struct nv_net *nv)
{
	struct net_device *vf;

	rcu_read_lock();
	vf = rcu_dereference(nv->vf);
	if (vf) {
		dev_uc_sync(vf, nv->ndev);
		dev_mc_sync(vf, nv->ndev);
	}
	rcu_read_unlock();
}

/* Before the adapter leaves the host for a while: that ends the path by the VF. */
void nv_vf_pause(struct nv_net *nv)
{
	nv_vf_switch(nv, false);
	WRITE_ONCE(nv->vf_path, false);
}

/* The adapter is connected anew. */
void nv_vf_continue(struct nv_net *nv)
{
	if (rtnl_dereference(nv->vf) || READ_ONCE(nv->vf_allocated))
		schedule_delayed_work(&nv->vf_work, 0);
}

/* A program came or went. */
void nv_vf_program(struct nv_net *nv)
{
	struct net_device *vf = rtnl_dereference(nv->vf);

	if (vf)
		nv_vf_follow(nv, vf);
}

/* ---- the adapter comes and goes ---- */

int nv_vf_init(struct nv_net *nv)
{
	int cpu;

	INIT_DELAYED_WORK(&nv->vf_work, nv_vf_work);
	INIT_LIST_HEAD(&nv->nets);
	nv->vf_counts = alloc_percpu(struct nv_vf_counts);
	if (!nv->vf_counts)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(nv->vf_counts, cpu)->syncp);
	return 0;
}

/* Under RTNL: the interface is about to be there. */
void nv_vf_add(struct nv_net *nv)
{
	list_add(&nv->nets, &nv_nets);
	nv_vf_continue(nv);
}

/* Nothing of the VF comes near the adapter after this. Sleeps, takes RTNL. */
void nv_vf_remove(struct nv_net *nv)
{
	struct net_device *vf;

	rtnl_lock();
	list_del_init(&nv->nets);
	WRITE_ONCE(nv->vf_allocated, false);
	vf = rtnl_dereference(nv->vf);
	if (vf)
		nv_vf_leave(nv, vf);
	rtnl_unlock();
	cancel_delayed_work_sync(&nv->vf_work);
}

void nv_vf_free(struct nv_net *nv)
{
	/* The host may have said something since. */
	cancel_delayed_work_sync(&nv->vf_work);
	free_percpu(nv->vf_counts);
}

int nv_vf_module_init(void)
{
	return register_netdevice_notifier(&nv_vf_notifier);
}

void nv_vf_module_exit(void)
{
	unregister_netdevice_notifier(&nv_vf_notifier);
}
