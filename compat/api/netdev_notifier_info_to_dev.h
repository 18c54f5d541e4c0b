/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_notifier_info_to_dev
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.11 commit unverified ("net: pass info struct via netdevice notifier")
 * serves:    el6 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.11
 * probe:     decl netdev_notifier_info_to_dev
 * force:     no, the argument is what the kernel hands over
 * old:       struct net_device;
 * new:       struct net_device; struct netdev_notifier_info { struct net_device *dev; }; static inline struct net_device *netdev_notifier_info_to_dev(const struct netdev_notifier_info *info) { return info->dev; }
 */
#ifndef KIT_HAVE_NETDEV_NOTIFIER_INFO_TO_DEV
/* The notifier's argument was the interface itself. */
static inline struct net_device *netdev_notifier_info_to_dev(void *ptr)
{
	return ptr;
}
#endif
