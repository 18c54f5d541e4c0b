/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_add_rx_frag
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * needs:     net_device_ops
 * since:     v3.4 commit unverified ("net: Add truesize argument to skb_add_rx_frag()")
 * serves:    vanilla 3.0, el6.3 (2.6.32)
 * drop-when: baseline >= 3.4
 * probe:     proto skb_add_rx_frag == void (struct sk_buff *, int, struct page *, int, int, unsigned int)
 * force:     no, the kernel's own declaration decides
 * old:       struct sk_buff; struct page; void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int off, int size);
 * new:       struct sk_buff; struct page; void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int off, int size, unsigned int truesize);
 */
#if !defined(KIT_HAVE_SKB_ADD_RX_FRAG) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline void kit_skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int off, int size,
				       unsigned int truesize)
{
	skb_add_rx_frag(skb, i, page, off, size);
	skb->truesize += truesize - size;
}
#define skb_add_rx_frag(skb, i, page, off, size, truesize) kit_skb_add_rx_frag(skb, i, page, off, size, truesize)
#endif
