/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_upper_dev_unlink
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.9 commit unverified ("net: introduce upper device lists")
 * serves:    el6 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.9
 * probe:     decl netdev_upper_dev_unlink
 * force:     no, new kernels have no netdev_set_master()
 * old:       struct net_device; int netdev_set_master(struct net_device *dev, struct net_device *master);
 * new:       struct net_device; void netdev_upper_dev_unlink(struct net_device *dev, struct net_device *upper);
 */
#ifndef KIT_HAVE_NETDEV_UPPER_DEV_UNLINK
static inline int netdev_master_upper_dev_link(struct net_device *dev, struct net_device *upper)
{
	return netdev_set_master(dev, upper);
}

static inline void netdev_upper_dev_unlink(struct net_device *dev, struct net_device *upper)
{
	netdev_set_master(dev, NULL);
}
#endif
