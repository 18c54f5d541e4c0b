/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_change_mtu
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v2.6.29 commit unverified ("netdev: introduce dev_get_stats()")
 * serves:    el7 (3.10) from 7.4 on, which call the one of every other kernel ndo_change_mtu_rh74
 * drop-when: baseline >= 4.18
 * probe:     member struct net_device_ops.ndo_change_mtu
 * force:     no, the member has one name only
 * old:       struct net_device; struct net_device_ops { int (*ndo_change_mtu_rh74)(struct net_device *, int); };
 * new:       struct net_device; struct net_device_ops { int (*ndo_change_mtu)(struct net_device *, int); };
 */
#ifndef KIT_HAVE_NDO_CHANGE_MTU
#define ndo_change_mtu ndo_change_mtu_rh74
#endif
