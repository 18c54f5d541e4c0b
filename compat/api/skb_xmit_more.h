/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_xmit_more
 * header:    linux/skbuff.h
 * since:     v3.18 commit unverified ("net: Remove ndo_xmit_flush netdev operation, use signalling instead.")
 * until:     v5.2
 * serves:    kernels before 5.2
 * drop-when: baseline >= 5.2
 * probe:     member struct sk_buff.xmit_more
 * force:     no, the member is there or not
 * old:       struct sk_buff { unsigned int len; };
 * new:       struct sk_buff { unsigned int len; unsigned char xmit_more:1; };
 * note:      used by netdev_xmit_more.
 */
#ifdef KIT_HAVE_SKB_XMIT_MORE
#define kit_skb_xmit_more(skb) ((skb)->xmit_more)
#else
#define kit_skb_xmit_more(skb) 0
#endif
