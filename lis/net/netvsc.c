// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_netvsc, the synthetic network adapter (docs/wire/05-network.md).
 *
 * Interfaces coming, changing and going. netvsc.h says who runs what.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netdev_lock.h>
#include <net/xdp.h>
#include "netvsc.h"

#define NV_RING_PAGES_MIN 4
#define NV_RING_PAGES_MAX 512 /* both rings are one block: 4 MB is the largest there is everywhere */
#define NV_STOP_SECONDS 5
#define NV_HUNG_MAX 3 /* timeouts of a queue without a completion in between */

int nv_ring_pages = 128;
module_param_named(ring_size, nv_ring_pages, int, 0444);
MODULE_PARM_DESC(ring_size, "Ring buffer size (pages)");

static int debug = -1;
module_param(debug, int, 0444);
MODULE_PARM_DESC(debug, "Debug level (0=none,...,16=all)");

struct kmem_cache *nv_tx_cache;

/* The key in the specification of receive side scaling. */
static const u8 nv_default_key[NDIS_RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

/* ---- pausing and going on ---- */

/*
 * Nobody sends any more, and no more frames are to come. Under RTNL, or before the interface is registered.
 */
static void nv_quiesce(struct nv_net *nv)
{
	WRITE_ONCE(nv->live, false);
	WRITE_ONCE(nv->leaving, true);
	netif_tx_disable(nv->ndev);
	nv_tx_end(nv);
	synchronize_net();
	nv_filter_stop(nv);
}

static int nv_unquiesce(struct nv_net *nv)
{
	int ret = 0;

	WRITE_ONCE(nv->leaving, false);
	if (netif_running(nv->ndev))
		ret = nv_filter_start(nv);
	WRITE_ONCE(nv->live, true);
	return ret;
}

static void nv_show_queues(struct nv_net *nv)
{
	netif_set_real_num_tx_queues(nv->ndev, nv->queue_count);
	netif_set_real_num_rx_queues(nv->ndev, nv->queue_count);
}

/* Take the adapter from the stack and the host. Under RTNL. */
static void nv_detach(struct nv_net *nv)
{
	nv_vf_pause(nv);
	netif_device_detach(nv->ndev);
	nv_quiesce(nv);
	nv_disconnect(nv);
}

/* A host that is met anew takes the adapter to have the address it gave it. */
static void nv_keep_mac(struct nv_net *nv)
{
	int ret;

	if (ether_addr_equal(nv->ndev->dev_addr, nv->ndev->perm_addr))
		return;
	ret = nv_set_mac(nv, nv->ndev->dev_addr);
	if (ret)
		netdev_warn(nv->ndev, "the host does not take address %pM any more (%d): frames to it may not come\n",
			    nv->ndev->dev_addr, ret);
}

static int nv_attach(struct nv_net *nv, int mtu)
{
	int ret = nv_connect(nv, mtu);

	if (ret)
		return ret;
	nv_keep_mac(nv);
	nv_show_queues(nv);
	ret = nv_unquiesce(nv);
	if (ret) {
		nv_quiesce(nv);
		nv_disconnect(nv);
		return ret;
	}
	netif_device_attach(nv->ndev);
	nv_features_update(nv);
	nv_link_again(nv, false);
	nv_vf_continue(nv);
	return 0;
}

/**
 * nv_reconnect() - leave the host and come back with other settings
 * @nv: a registered adapter
 * @set: the settings
 * @mtu: of the interface from now on; the caller stores it
 *
 * Under RTNL. When the host does not like the settings those of before are taken up again. Return: 0 or -errno; the
 * interface stays detached only when the host does not take the old settings either.
 */
int nv_reconnect(struct nv_net *nv, const struct nv_settings *set, int mtu)
{
	struct nv_settings old = nv->set;
	int ret, back;

	if (!netif_device_present(nv->ndev) || nv_is_gone(nv))
		return -ENODEV;
	nv_detach(nv);
	nv->set = *set;
	ret = nv_attach(nv, mtu);
	if (!ret)
		return 0;
	nv->set = old;
	back = nv_attach(nv, nv->ndev->mtu);
	if (back)
		netdev_err(nv->ndev, "the host took neither the new settings (%d) nor the old ones (%d): no network until the module is reloaded\n",
			   ret, back);
	return ret;
}

/* ---- operations of the interface ---- */

static int nv_open(struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);
	int ret = nv_filter_start(nv);

	if (ret) {
		netdev_err(ndev, "the host does not let frames through: %d\n", ret);
		return ret;
	}
	WRITE_ONCE(nv->live, true);
	netif_tx_start_all_queues(ndev);
	nv_vf_open(nv);
	return 0;
}

static int nv_stop(struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);

	nv_vf_stop(nv);
	nv_quiesce(nv);
	/* What is still under way does no harm: it is dropped as it comes. */
	if (nv->connected && !nv_wait_quiet(nv, NV_STOP_SECONDS) && !nv_is_gone(nv))
		netdev_warn(ndev, "the host has not ended all transfers\n");
	WRITE_ONCE(nv->leaving, false);
	return 0;
}

static u16 nv_select_queue(struct net_device *ndev, struct sk_buff *skb, struct net_device *sb_dev)
{
	return nv_pick_queue(netdev_priv(ndev), skb);
}

static void nv_set_rx_mode(struct net_device *ndev)
{
	struct nv_net *nv = netdev_priv(ndev);

	nv_vf_rx_mode(nv);
	nv_filter_kick(nv);
}

static int nv_change_mtu(struct net_device *ndev, int mtu)
{
	struct nv_net *nv = netdev_priv(ndev);
	int ret;

	if (mtu < NV_MTU_MIN || mtu > (nv->version < NVSP_VERSION_2 ? NV_MTU_MAX_1 : NV_MTU_MAX))
		return -EINVAL;
	if (rtnl_dereference(nv->xdp_prog) && !nv_xdp_fits(mtu)) {
		netdev_err(ndev, "MTU %d is too large for the XDP program\n", mtu);
		return -EINVAL;
	}
	ret = nv_vf_set_mtu(nv, mtu);
	if (ret)
		return ret;
	ret = nv_reconnect(nv, &nv->set, mtu);
	/* Out of their range, hosts agree and stay at their own. */
	if (!ret && mtu > nv->host_mtu) {
		netdev_err(ndev, "MTU %d is not possible, the host takes frames of %u at most\n", mtu, nv->host_mtu);
		nv_reconnect(nv, &nv->set, ndev->mtu);
		ret = -EINVAL;
	}
	if (ret)
		nv_vf_set_mtu(nv, ndev->mtu);
	else
		WRITE_ONCE(ndev->mtu, mtu);
	return ret;
}

static int nv_set_mac_address(struct net_device *ndev, void *p)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct sockaddr *addr = p;
	int ret;

	ret = eth_prepare_mac_addr_change(ndev, p);
	if (ret)
		return ret;
	ret = nv_set_mac(nv, addr->sa_data);
	if (ret)
		return ret;
	eth_commit_mac_addr_change(ndev, p);
	return 0;
}

/* Is there a queue that only another agreement with the host cures? */
static bool nv_has_dead_queue(const struct nv_net *nv)
{
	const struct nv_queue *q;
	u32 i;

	for (i = 0; i < nv->queue_max; i++) {
		q = &nv->queues[i];
		if (q->open && (READ_ONCE(q->channel->rescind) || READ_ONCE(q->hung) >= NV_HUNG_MAX))
			return true;
	}
	return false;
}

/* The hung queue's lock is held. A poll cures what is only a lost signal or a slow host, the work item the rest. */
static void nv_tx_timeout(struct net_device *ndev, unsigned int txqueue)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct nv_queue *q = &nv->queues[txqueue];

	nv->tx_timeouts++;
	napi_schedule(&q->napi);
	if (++q->hung >= NV_HUNG_MAX)
		schedule_work(&nv->recover_work);
}

static void nv_recover_work(struct work_struct *work)
{
	struct nv_net *nv = container_of(work, struct nv_net, recover_work);

	rtnl_lock();
	if (netif_running(nv->ndev) && netif_device_present(nv->ndev) && !nv_is_gone(nv) && nv_has_dead_queue(nv)) {
		netdev_warn(nv->ndev, "a queue does not work any more: the adapter is connected anew\n");
		nv_reconnect(nv, &nv->set, nv->ndev->mtu);
	}
	rtnl_unlock();
}

/* ndo_init: our queues' locks are held while the virtual function takes its own; they must not be of one class. */
static int nv_init(struct net_device *ndev)
{
	netdev_lockdep_set_classes(ndev);
	return 0;
}

KIT_SELECT_QUEUE_ADAPTER(nv_select_queue);
KIT_TX_TIMEOUT_ADAPTER(nv_tx_timeout);
KIT_GET_STATS64_ADAPTER(nv_get_stats64);
KIT_XDP_ADAPTER(nv_xdp_set, nv_xdp_send);

static const struct net_device_ops nv_ops = {
	.ndo_init = nv_init,
	.ndo_open = nv_open,
	.ndo_stop = nv_stop,
	.ndo_start_xmit = nv_start_xmit,
	.ndo_select_queue = KIT_SELECT_QUEUE(nv_select_queue),
	KIT_FEATURES_CHECK(nv_features_check)
	KIT_SET_FEATURES(nv_fix_features, nv_set_features)
	.ndo_set_rx_mode = nv_set_rx_mode,
	.ndo_change_mtu = nv_change_mtu,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = nv_set_mac_address,
	.ndo_tx_timeout = KIT_TX_TIMEOUT(nv_tx_timeout),
	KIT_GET_STATS64(nv_get_stats64)
	KIT_XDP_OPS(nv_xdp_set, nv_xdp_send)
};
KIT_NETDEV_OPS_EXT(nv_ops, nv_fix_features, nv_set_features, nv_get_stats64);

/* ---- coming and going ---- */

static void nv_init_settings(struct nv_net *nv)
{
	nv->set.queues = min_t(u32, nv->queue_max, NV_QUEUES_DEFAULT);
	nv->set.recv_sections = NV_RECV_SECTIONS_DEFAULT;
	nv->set.send_sections = NV_SEND_SECTIONS_DEFAULT;
	nv->set.table_queues = ~0U;
	nv->set.hash_info = NDIS_HASH_IPV4 | NDIS_HASH_TCP_IPV4 | NDIS_HASH_IPV6 | NDIS_HASH_TCP_IPV6;
	memcpy(nv->set.key, nv_default_key, sizeof(nv_default_key));
}

static int nv_init_queues(struct nv_net *nv)
{
	u32 i;

	nv->queues = kvcalloc(nv->queue_max, sizeof(*nv->queues), GFP_KERNEL);
	if (!nv->queues)
		return -ENOMEM;
	for (i = 0; i < nv->queue_max; i++) {
		struct nv_queue *q = &nv->queues[i];

		q->nv = nv;
		q->index = i;
		u64_stats_init(&q->stats.rx.syncp);
		u64_stats_init(&q->stats.tx.syncp);
		INIT_DELAYED_WORK(&q->look_work, nv_look_work);
		netif_napi_add(nv->ndev, &q->napi, nv_poll);
		kit_txq_limit_least(netdev_get_tx_queue(nv->ndev, i), NV_TX_LEAST);
	}
	return 0;
}

static void nv_init_net(struct nv_net *nv, struct hv_device *dev, struct net_device *ndev, u32 queues)
{
	nv->dev = dev;
	nv->ndev = ndev;
	nv->queue_max = queues;
	nv->queue_count = 1;
	nv->msg_enable = netif_msg_init(debug, NETIF_MSG_DRV | NETIF_MSG_PROBE | NETIF_MSG_LINK);
	mutex_init(&nv->channels_lock);
	mutex_init(&nv->question.lock);
	init_completion(&nv->question.done);
	init_waitqueue_head(&nv->wait);
	INIT_WORK(&nv->recover_work, nv_recover_work);
	nv_filter_init(nv);
	nv_link_init(nv);
	nv_init_settings(nv);
}

static void nv_init_ndev(struct net_device *ndev, struct hv_device *dev)
{
	kit_set_netdev_ops(ndev, nv_ops);
	nv_ethtool_init(ndev);
	kit_set_mtu_range(ndev, NV_MTU_MIN, NV_MTU_MAX);
	kit_set_live_addr_change(ndev);
	SET_NETDEV_DEV(ndev, &dev->device);
}

static void nv_free(struct nv_net *nv)
{
	u32 i;

	nv_free_ring(nv);
	nv_xdp_free(nv);
	for (i = 0; nv->queues && i < nv->queue_max; i++)
		netif_napi_del(&nv->queues[i].napi);
	nv_control_free(nv);
	nv_vf_free(nv);
	hv_set_drvdata(nv->dev, NULL);
	kvfree(nv->queues);
	free_netdev(nv->ndev);
}

/* What the host says of the interface itself. */
static int nv_take_identity(struct nv_net *nv)
{
	struct net_device *ndev = nv->ndev;
	u8 mac[ETH_ALEN];
	int ret = nv_query_mac(nv, mac);

	if (ret) {
		dev_err(&nv->dev->device, "the host does not tell the adapter's address: %d\n", ret);
		return ret;
	}
	eth_hw_addr_set(ndev, mac);
	memcpy(ndev->perm_addr, mac, ETH_ALEN);
	ndev->mtu = min(ndev->mtu, nv->host_mtu);
	if (nv->version < NVSP_VERSION_2)
		kit_set_mtu_range(ndev, NV_MTU_MIN, NV_MTU_MAX_1);
	return 0;
}

static int nv_register(struct nv_net *nv)
{
	int ret = nv_take_identity(nv);

	if (ret)
		return ret;
	nv_features_init(nv);
	netif_carrier_off(nv->ndev);
	rtnl_lock();
	nv_show_queues(nv);
	ret = register_netdevice(nv->ndev);
	if (!ret)
		nv_vf_add(nv);
	rtnl_unlock();
	if (!ret)
		nv_link_start(nv);
	return ret;
}

static int nv_init_parts(struct nv_net *nv)
{
	int ret = nv_vf_init(nv);

	if (!ret)
		ret = nv_control_init(nv);
	if (!ret)
		ret = nv_init_queues(nv);
	if (!ret)
		ret = nv_xdp_init(nv);
	return ret;
}

static int nv_probe(struct hv_device *dev, const struct hv_vmbus_device_id *id)
{
	u32 queues = min_t(u32, num_possible_cpus(), NV_QUEUES_MAX);
	struct net_device *ndev = alloc_etherdev_mq(sizeof(struct nv_net), queues);
	struct nv_net *nv;
	int ret;

	if (!ndev)
		return -ENOMEM;
	nv = netdev_priv(ndev);
	nv_init_net(nv, dev, ndev, queues);
	nv_init_ndev(ndev, dev);
	hv_set_drvdata(dev, nv);
	ret = nv_init_parts(nv);
	if (!ret)
		ret = nv_connect(nv, ndev->mtu);
	if (ret) {
		dev_err(&dev->device, "no agreement with the host: %d\n", ret);
		goto free;
	}
	ret = nv_register(nv);
	if (!ret)
		return 0;
	nv_disconnect(nv);
free:
	nv_free(nv);
	return ret;
}

static void nv_remove(struct hv_device *dev)
{
	struct nv_net *nv = hv_get_drvdata(dev);

	nv_vf_remove(nv);
	cancel_work_sync(&nv->recover_work);
	nv_link_end(nv);
	unregister_netdev(nv->ndev);
	/* The interface is gone: nobody starts these any more, but the host may have in between. */
	nv_filter_end(nv);
	nv_quiesce(nv);
	nv_disconnect(nv);
	cancel_work_sync(&nv->recover_work);
	nv_free(nv);
}

static int nv_suspend(struct hv_device *dev)
{
	struct nv_net *nv = hv_get_drvdata(dev);

	rtnl_lock();
	if (netif_device_present(nv->ndev))
		nv_detach(nv);
	rtnl_unlock();
	return 0;
}

static int nv_resume(struct hv_device *dev)
{
	struct nv_net *nv = hv_get_drvdata(dev);
	int ret;

	rtnl_lock();
	ret = nv_attach(nv, nv->ndev->mtu);
	rtnl_unlock();
	if (ret)
		netdev_err(nv->ndev, "no agreement with the host after resume: %d\n", ret);
	else
		nv_link_again(nv, true);
	return ret;
}

static const struct hv_vmbus_device_id nv_ids[] = {
	{ HV_NIC_GUID, 0 },
	{ { { 0 } }, 0 },
};

static struct hv_driver nv_driver = {
	.name = "hv_netvsc",
	.id_table = nv_ids,
	.probe = nv_probe,
	.remove = nv_remove,
	.suspend = nv_suspend,
	.resume = nv_resume,
};

static int __init nv_module_init(void)
{
	int ret;

	nv_ring_pages = clamp_t(int, nv_ring_pages, NV_RING_PAGES_MIN, NV_RING_PAGES_MAX);
	nv_tx_cache = kmem_cache_create("hv_netvsc_tx", NV_TX_SIZE, NV_TX_SIZE, 0, NULL);
	if (!nv_tx_cache)
		return -ENOMEM;
	ret = nv_vf_module_init();
	if (ret)
		goto free;
	ret = vmbus_driver_register(&nv_driver);
	if (!ret)
		return 0;
	nv_vf_module_exit();
free:
	kmem_cache_destroy(nv_tx_cache);
	return ret;
}

static void __exit nv_module_exit(void)
{
	vmbus_driver_unregister(&nv_driver);
	nv_vf_module_exit();
	kmem_cache_destroy(nv_tx_cache);
}

module_init(nv_module_init);
module_exit(nv_module_exit);

MODULE_DESCRIPTION("Hyper-V network");
MODULE_LICENSE("GPL");
MODULE_VERSION(LIS_VERSION);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_NET);
