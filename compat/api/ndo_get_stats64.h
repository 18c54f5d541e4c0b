/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_get_stats64
 * header:    linux/netdevice.h
 * since:     v4.11 commit unverified ("net: make ndo_get_stats64 a void function")
 * serves:    ubuntu-16.04 (4.4) and older
 * drop-when: baseline >= 4.11
 * probe:     member_type struct net_device_ops.ndo_get_stats64 == void (*)(struct net_device *, struct rtnl_link_stats64 *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct rtnl_link_stats64; struct net_device_ops { struct rtnl_link_stats64 *(*ndo_get_stats64)(struct net_device *, struct rtnl_link_stats64 *); };
 * new:       struct net_device; struct rtnl_link_stats64; struct net_device_ops { void (*ndo_get_stats64)(struct net_device *, struct rtnl_link_stats64 *); };
 * note:      adapter: KIT_GET_STATS64_ADAPTER(fn); ... .ndo_get_stats64 = KIT_GET_STATS64(fn)
 */
#ifdef KIT_HAVE_NDO_GET_STATS64
#define KIT_GET_STATS64_ADAPTER(fn) struct kit_semicolon
#define KIT_GET_STATS64(fn) fn
#else
#define KIT_GET_STATS64_ADAPTER(fn)						\
static struct rtnl_link_stats64 *kit_get_stats64_##fn(struct net_device *dev, struct rtnl_link_stats64 *s)	\
{										\
	fn(dev, s);								\
	return s;								\
}										\
struct kit_semicolon
#define KIT_GET_STATS64(fn) kit_get_stats64_##fn
#endif
