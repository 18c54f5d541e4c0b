/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_notify_peers
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     net_device_ops
 * since:     v3.7 commit unverified ("net: Rename netdev_notify_peers")
 * serves:    el6 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.7
 * probe:     decl netdev_notify_peers
 * force:     no, new kernels have not the old name
 * old:       struct net_device; void netif_notify_peers(struct net_device *dev);
 * new:       struct net_device; void netdev_notify_peers(struct net_device *dev);
 */
#if !defined(KIT_HAVE_NETDEV_NOTIFY_PEERS) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline void netdev_notify_peers(struct net_device *dev)
{
	netif_notify_peers(dev);
}
#endif
