/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       napi_alloc_skb
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v3.19 commit unverified ("net: Add Rx frag helpers for NAPI")
 * serves:    ubuntu-14.04 (3.13) and older
 * drop-when: baseline >= 3.19
 * probe:     decl napi_alloc_skb
 * force:     no, a macro of a name that new kernels define as another
 * old:       struct sk_buff; struct net_device; struct sk_buff *netdev_alloc_skb_ip_align(struct net_device *dev, unsigned int len);
 * new:       struct sk_buff; struct napi_struct; struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int len);
 */
#ifndef KIT_HAVE_NAPI_ALLOC_SKB
#define napi_alloc_skb(napi, len) netdev_alloc_skb_ip_align((napi)->dev, len)
#endif
