/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_set_hash
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * needs:     net_device_ops
 * since:     v3.14 commit unverified ("net: Add utility functions to set skb->rxhash")
 * serves:    ubuntu-14.04 (3.13), el6.3 (2.6.32)
 * drop-when: baseline >= 3.14
 * probe:     decl skb_set_hash
 * force:     no, new kernels call the member hash
 * old:       struct sk_buff { u32 rxhash; };
 * new:       struct sk_buff { u32 hash; }; static inline void skb_set_hash(struct sk_buff *skb, u32 hash, int type) { skb->hash = hash; }
 * note:      a stack that tells hashes over ports from others takes this for one of the others.
 */
#if !defined(KIT_HAVE_SKB_SET_HASH) && defined(KIT_HAVE_NET_DEVICE_OPS)
#define PKT_HASH_TYPE_L4 3

static inline void skb_set_hash(struct sk_buff *skb, u32 hash, int type)
{
	skb->rxhash = hash;
}
#endif
