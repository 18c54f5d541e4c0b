/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_features_t
 * header:    linux/netdevice.h
 * also-in:   linux/skbuff.h linux/etherdevice.h
 * since:     v3.3 commit unverified ("net: introduce netdev_features_t")
 * serves:    el6.3 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.3
 * probe:     type netdev_features_t
 * force:     no, the kernel's own type is meant
 * old:       struct net_device { u32 features; };
 * new:       typedef u64 netdev_features_t;
 */
#ifndef KIT_HAVE_NETDEV_FEATURES_T
typedef u32 netdev_features_t;
#endif
