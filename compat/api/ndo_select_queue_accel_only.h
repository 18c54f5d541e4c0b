/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_select_queue_accel_only
 * header:    linux/netdevice.h
 * since:     v3.13 commit unverified ("net: core: explicitly select a txq before doing l2 forwarding")
 * until:     v3.14
 * serves:    ubuntu-14.04 (3.13)
 * drop-when: baseline >= 5.2
 * probe:     member_type struct net_device_ops.ndo_select_queue == u16 (*)(struct net_device *, struct sk_buff *, void *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct sk_buff; struct net_device_ops { u16 (*ndo_select_queue)(struct net_device *, struct sk_buff *); };
 * new:       struct net_device; struct sk_buff; struct net_device_ops { u16 (*ndo_select_queue)(struct net_device *, struct sk_buff *, void *); };
 * note:      used by ndo_select_queue.
 */
