/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_select_queue_accel
 * header:    linux/netdevice.h
 * since:     v3.14 commit unverified ("netdevice: add queue selection fallback handler for ndo_select_queue")
 * until:     v4.19
 * serves:    ubuntu-18.04 (4.15) back to 3.14
 * drop-when: baseline >= 5.2
 * probe:     member_type struct net_device_ops.ndo_select_queue == u16 (*)(struct net_device *, struct sk_buff *, void *, select_queue_fallback_t)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct sk_buff; typedef u16 (*select_queue_fallback_t)(struct net_device *, struct sk_buff *); struct net_device_ops { u16 (*ndo_select_queue)(struct net_device *, struct sk_buff *); };
 * new:       struct net_device; struct sk_buff; typedef u16 (*select_queue_fallback_t)(struct net_device *, struct sk_buff *); struct net_device_ops { u16 (*ndo_select_queue)(struct net_device *, struct sk_buff *, void *, select_queue_fallback_t); };
 * note:      used by ndo_select_queue.
 */
