/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       net_device_ops
 * header:    linux/netdevice.h
 * also-in:   linux/skbuff.h linux/etherdevice.h linux/if_vlan.h
 * since:     v2.6.29 commit unverified ("netdev: add more functions to netdevice ops")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.29
 * probe:     type struct net_device_ops
 * force:     no, nothing stands for it
 * old:       struct net_device { int (*open)(struct net_device *); };
 * new:       struct net_device; struct net_device_ops { int (*ndo_open)(struct net_device *); };
 * note:      used by the shims of network APIs.
 */
#ifndef KIT_HAVE_NET_DEVICE_OPS
/* No network driver of the set here (compat/left-out): the shims of its API that would not compile are not there either. */
#endif
