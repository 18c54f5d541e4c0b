/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_set_features
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v2.6.39 commit unverified ("net: Introduce new feature setting ops")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     member struct net_device_ops.ndo_set_features
 * force:     no, the kernel asks or does not
 * old:       struct net_device; struct net_device_ops { int (*ndo_open)(struct net_device *); };
 * new:       struct net_device; struct net_device_ops { int (*ndo_set_features)(struct net_device *, u32); };
 * note:      KIT_SET_FEATURES(fix, set) among the initialisers, without a comma. See net_device_ops_ext for el6.
 */
#ifdef KIT_HAVE_NDO_SET_FEATURES
#define KIT_SET_FEATURES(fix, set) .ndo_fix_features = fix, .ndo_set_features = set,
#else
#define KIT_SET_FEATURES(fix, set)
#endif
