/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_master_upper_priv
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v4.5 commit unverified ("net: add possibility to pass information about upper device via notifier")
 * needs:     netdev_upper_dev_unlink
 * until:     v4.15
 * serves:    sles-12 (4.12), and by its absence ubuntu-16.04 (4.4)
 * drop-when: baseline >= 4.15
 * probe:     proto netdev_master_upper_dev_link == int (struct net_device *, struct net_device *, void *, void *)
 * force:     no, the kernel's own declaration decides
 * old:       struct net_device; int netdev_master_upper_dev_link(struct net_device *dev, struct net_device *upper_dev);
 * new:       struct net_device; int netdev_master_upper_dev_link(struct net_device *dev, struct net_device *upper_dev, void *priv, void *info);
 * note:      used by netdev_master_upper_dev_link.
 */
#ifdef KIT_HAVE_NETDEV_MASTER_UPPER_PRIV
#define kit_netdev_master_upper(dev, upper, priv, info) netdev_master_upper_dev_link(dev, upper, priv, info)
#else
#define kit_netdev_master_upper(dev, upper, priv, info) netdev_master_upper_dev_link(dev, upper)
#endif
