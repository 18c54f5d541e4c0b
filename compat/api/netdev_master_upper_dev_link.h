/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_master_upper_dev_link
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     netdev_master_upper_priv
 * since:     v4.15 commit unverified ("net: Add extack to upper device linking")
 * serves:    sles-12 (4.12) and older
 * drop-when: baseline >= 4.15
 * probe:     proto netdev_master_upper_dev_link == int (struct net_device *, struct net_device *, void *, void *, struct netlink_ext_ack *)
 * force:     no, the kernel's own declaration decides
 * old:       struct net_device; int netdev_master_upper_dev_link(struct net_device *dev, struct net_device *upper_dev);
 * new:       struct net_device; struct netlink_ext_ack; int netdev_master_upper_dev_link(struct net_device *dev, struct net_device *upper_dev, void *priv, void *info, struct netlink_ext_ack *extack);
 */
#ifndef KIT_HAVE_NETDEV_MASTER_UPPER_DEV_LINK
struct netlink_ext_ack;
static inline int kit_netdev_master_upper_dev_link(struct net_device *dev, struct net_device *upper, void *priv,
						   void *info, struct netlink_ext_ack *extack)
{
	return kit_netdev_master_upper(dev, upper, priv, info);
}
#undef netdev_master_upper_dev_link /* a macro in el7 */
#define netdev_master_upper_dev_link(dev, upper, priv, info, extack) \
	kit_netdev_master_upper_dev_link(dev, upper, priv, info, extack)
#endif
