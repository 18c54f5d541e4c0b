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
 * note:      adapter: KIT_GET_STATS64_ADAPTER(fn); and KIT_GET_STATS64() of ndo_get_stats64_member.
 */
#if defined(KIT_HAVE_NDO_GET_STATS64)
#define KIT_GET_STATS64_ADAPTER(fn) struct kit_semicolon
#define KIT_GET_STATS64_OF(fn) fn
#elif defined(KIT_HAVE_NDO_GET_STATS64_MEMBER)
#define KIT_GET_STATS64_ADAPTER(fn)						\
static struct rtnl_link_stats64 *kit_get_stats64_##fn(struct net_device *dev, struct rtnl_link_stats64 *s)	\
{										\
	fn(dev, s);								\
	return s;								\
}										\
struct kit_semicolon
#define KIT_GET_STATS64_OF(fn) kit_get_stats64_##fn
#else
/* Counters of the machine's word length, in the interface itself. */
#define KIT_GET_STATS64_ADAPTER(fn)						\
static struct net_device_stats *kit_get_stats64_##fn(struct net_device *dev)	\
{										\
	struct net_device_stats *to = &dev->stats;				\
	struct rtnl_link_stats64 s;						\
										\
	memset(&s, 0, sizeof(s));						\
	fn(dev, &s);								\
	to->rx_packets = s.rx_packets;						\
	to->tx_packets = s.tx_packets;						\
	to->rx_bytes = s.rx_bytes;						\
	to->tx_bytes = s.tx_bytes;						\
	to->rx_errors = s.rx_errors;						\
	to->tx_errors = s.tx_errors;						\
	to->rx_dropped = s.rx_dropped;						\
	to->tx_dropped = s.tx_dropped;						\
	to->multicast = s.multicast;						\
	to->rx_length_errors = s.rx_length_errors;				\
	return to;								\
}										\
struct kit_semicolon
#define KIT_GET_STATS64_OF(fn) kit_get_stats64_##fn
#endif
