/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_get_hash
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * needs:     skb_get_rxhash
 * since:     v3.14 commit unverified ("net: Change skb_get_rxhash to skb_get_hash")
 * serves:    sles-12 (3.12) and older
 * drop-when: baseline >= 3.14
 * probe:     decl skb_get_hash
 * force:     no, new kernels have not the old name
 * old:       struct sk_buff; u32 skb_get_rxhash(struct sk_buff *skb);
 * new:       struct sk_buff; u32 skb_get_hash(struct sk_buff *skb);
 */
#ifndef KIT_HAVE_SKB_GET_HASH
static inline u32 skb_get_hash(struct sk_buff *skb)
{
	return skb_get_rxhash(skb);
}
#endif
