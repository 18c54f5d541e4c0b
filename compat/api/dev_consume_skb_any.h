/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_consume_skb_any
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.14 commit unverified ("net: introduce dev_consume_skb_any()")
 * serves:    ubuntu-14.04 (3.13) and older
 * drop-when: baseline >= 3.14
 * probe:     decl dev_consume_skb_any
 * old:       struct sk_buff; void dev_kfree_skb_any(struct sk_buff *skb);
 * new:       struct sk_buff; void dev_consume_skb_any(struct sk_buff *skb);
 * note:      the difference is what a drop monitor sees.
 */
#ifndef KIT_HAVE_DEV_CONSUME_SKB_ANY
static inline void dev_consume_skb_any(struct sk_buff *skb)
{
	dev_kfree_skb_any(skb);
}
#endif
