/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_features_check
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.19 commit unverified ("net: Generalize ndo_gso_check to ndo_features_check")
 * serves:    ubuntu-14.04 (3.13), sles-12 (3.12) and older
 * drop-when: baseline >= 3.19
 * probe:     member struct net_device_ops.ndo_features_check
 * force:     no, the kernel asks or does not
 * old:       struct net_device; struct sk_buff; struct net_device_ops { int (*ndo_open)(struct net_device *); };
 * new:       struct net_device; struct sk_buff; struct net_device_ops { u64 (*ndo_features_check)(struct sk_buff *, struct net_device *, u64); };
 * note:      KIT_FEATURES_CHECK(fn) among the initialisers, without a comma. Where nobody asks the driver must do with what comes.
 */
#ifdef KIT_HAVE_NDO_FEATURES_CHECK
#define KIT_FEATURES_CHECK(fn) .ndo_features_check = fn,
#else
#define KIT_FEATURES_CHECK(fn)
#endif
