/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_get_rxhash
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * since:     v2.6.38 commit unverified ("net: reuse the hash of the receive side")
 * until:     v3.14
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.38
 * probe:     decl skb_get_rxhash
 * force:     no, it serves kernels without skb_get_hash() alone
 * old:       struct sk_buff;
 * new:       struct sk_buff; u32 skb_get_rxhash(struct sk_buff *skb);
 * note:      used by skb_get_hash.
 */
#if !defined(KIT_HAVE_SKB_GET_RXHASH) && !defined(KIT_HAVE_SKB_GET_HASH)
#include <net/sock.h>

/* Like the older choice of a queue: the same for all of a connection, the protocol where there is none. */
static inline u32 skb_get_rxhash(struct sk_buff *skb)
{
	if (skb->sk && skb->sk->sk_hash)
		return skb->sk->sk_hash;
	return skb->protocol;
}
#endif
