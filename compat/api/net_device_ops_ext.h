/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       net_device_ops_ext
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v2.6.32 commit unverified ("RHEL 6: net_device_ops_ext")
 * until:     v2.6.39
 * serves:    el6.8, el6.10 (2.6.32): operations that came after its structure was frozen
 * drop-when: baseline >= 2.6.39
 * probe:     type struct net_device_ops_ext
 * force:     no, the kernel has it or not
 * old:       struct net_device; struct net_device_ops { int (*ndo_open)(struct net_device *); };
 * new:       struct net_device; struct net_device_ops_ext { size_t size; };
 * note:      KIT_NETDEV_OPS_EXT(ops, fix, set, stats64); behind the structure ops, and kit_set_netdev_ops(dev, ops).
 *            kit_set_live_addr_change(dev): the address may change while the interface is up.
 */
#ifdef KIT_HAVE_NET_DEVICE_OPS_EXT
#define KIT_NETDEV_OPS_EXT(name, fix, set, stats64)				\
static u32 kit_ext_fix_##name(struct net_device *dev, u32 features)		\
{										\
	return fix(dev, features);						\
}										\
static int kit_ext_set_##name(struct net_device *dev, u32 features)		\
{										\
	return set(dev, features);						\
}										\
static struct rtnl_link_stats64 *kit_ext_stats64_##name(struct net_device *dev, struct rtnl_link_stats64 *s)	\
{										\
	stats64(dev, s);							\
	return s;								\
}										\
static const struct net_device_ops_ext kit_ext_##name = {			\
	.size = sizeof(struct net_device_ops_ext),				\
	.ndo_fix_features = kit_ext_fix_##name,					\
	.ndo_set_features = kit_ext_set_##name,					\
	.ndo_get_stats64 = kit_ext_stats64_##name,				\
}
#define kit_set_netdev_ops(dev, name)						\
	((dev)->netdev_ops = &(name), set_netdev_ops_ext(dev, &kit_ext_##name))
#define kit_set_live_addr_change(dev) (netdev_extended(dev)->ext_priv_flags |= IFF_LIVE_ADDR_CHANGE)
#else
#define KIT_NETDEV_OPS_EXT(name, fix, set, stats64) struct kit_semicolon
#define kit_set_netdev_ops(dev, name) ((dev)->netdev_ops = &(name))
#define kit_set_live_addr_change(dev) ((dev)->priv_flags |= IFF_LIVE_ADDR_CHANGE)
#endif
