/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_get_stats64_member
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     ndo_get_stats64
 * since:     v2.6.35 commit unverified ("net: Introduce ndo_get_stats64")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.35
 * probe:     member struct net_device_ops.ndo_get_stats64
 * force:     no, the kernel asks by the callback it has
 * old:       struct net_device; struct net_device_ops { int (*ndo_open)(struct net_device *); };
 * new:       struct net_device; struct net_device_ops { int (*ndo_get_stats64)(struct net_device *); };
 * note:      KIT_GET_STATS64(fn) among the initialisers, without a comma.
 */
#ifdef KIT_HAVE_NDO_GET_STATS64_MEMBER
#define KIT_GET_STATS64(fn) .ndo_get_stats64 = KIT_GET_STATS64_OF(fn),
#else
#define KIT_GET_STATS64(fn) .ndo_get_stats = KIT_GET_STATS64_OF(fn),
#endif
