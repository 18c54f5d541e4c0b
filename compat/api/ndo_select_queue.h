/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_select_queue
 * header:    linux/netdevice.h
 * needs:     ndo_select_queue_sb ndo_select_queue_accel ndo_select_queue_accel_only
 * since:     v5.2 commit unverified ("net: remove 'fallback' argument from dev->ndo_select_queue()")
 * serves:    el8 (4.18) and older
 * drop-when: baseline >= 5.2
 * probe:     member_type struct net_device_ops.ndo_select_queue == u16 (*)(struct net_device *, struct sk_buff *, struct net_device *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct sk_buff; struct net_device_ops { u16 (*ndo_select_queue)(struct net_device *, struct sk_buff *); };
 * new:       struct net_device; struct sk_buff; struct net_device_ops { u16 (*ndo_select_queue)(struct net_device *, struct sk_buff *, struct net_device *); };
 * note:      adapter: KIT_SELECT_QUEUE_ADAPTER(fn); ... .ndo_select_queue = KIT_SELECT_QUEUE(fn)
 */
#ifdef KIT_HAVE_NDO_SELECT_QUEUE
#define KIT_SELECT_QUEUE_ADAPTER(fn) struct kit_semicolon
#define KIT_SELECT_QUEUE(fn) fn
#else
#define KIT_SELECT_QUEUE_ADAPTER(fn)						\
static u16 kit_select_queue_##fn(struct net_device *dev, struct sk_buff *skb KIT_SELECT_QUEUE_REST)	\
{										\
	return fn(dev, skb, NULL);						\
}										\
struct kit_semicolon
#define KIT_SELECT_QUEUE(fn) kit_select_queue_##fn
#if defined(KIT_HAVE_NDO_SELECT_QUEUE_SB)
#define KIT_SELECT_QUEUE_REST , struct net_device *sb_dev, select_queue_fallback_t fallback
#elif defined(KIT_HAVE_NDO_SELECT_QUEUE_ACCEL)
#define KIT_SELECT_QUEUE_REST , void *accel, select_queue_fallback_t fallback
#elif defined(KIT_HAVE_NDO_SELECT_QUEUE_ACCEL_ONLY)
#define KIT_SELECT_QUEUE_REST , void *accel
#else
#define KIT_SELECT_QUEUE_REST
#endif
#endif
