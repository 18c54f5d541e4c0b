/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_checksum_start_offset
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * needs:     net_device_ops
 * since:     v2.6.38 commit unverified ("net: Introduce skb_checksum_start_offset()")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.38
 * probe:     decl skb_checksum_start_offset
 * old:       struct sk_buff { u32 csum_start; };
 * new:       struct sk_buff { u32 csum_start; }; static inline int skb_checksum_start_offset(const struct sk_buff *skb) { return skb->csum_start; }
 */
#if !defined(KIT_HAVE_SKB_CHECKSUM_START_OFFSET) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline int skb_checksum_start_offset(const struct sk_buff *skb)
{
	return skb->csum_start - skb_headroom(skb);
}
#endif
