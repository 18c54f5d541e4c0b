/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_open
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v5.0 commit unverified ("net: core: dev: Add extack argument to dev_open()")
 * serves:    el8.0 (4.18) and older
 * drop-when: baseline >= 5.0
 * probe:     proto dev_open == int (struct net_device *, struct netlink_ext_ack *)
 * force:     no, the kernel's own declaration decides
 * old:       struct net_device; int dev_open(struct net_device *dev);
 * new:       struct net_device; struct netlink_ext_ack; int dev_open(struct net_device *dev, struct netlink_ext_ack *extack);
 */
#ifndef KIT_HAVE_DEV_OPEN
struct netlink_ext_ack;
static inline int kit_dev_open(struct net_device *dev, struct netlink_ext_ack *extack)
{
	return dev_open(dev);
}
#define dev_open(dev, extack) kit_dev_open(dev, extack)
#endif
