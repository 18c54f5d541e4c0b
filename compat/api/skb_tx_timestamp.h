/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_tx_timestamp
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * needs:     skb_clone_tx_timestamp
 * since:     v3.0 commit unverified ("net: Provide a generic socket error queue delivery method for Tx time stamps")
 * serves:    el6.3 (2.6.32), vanilla 3.0
 * drop-when: baseline >= 3.0
 * probe:     decl skb_tx_timestamp
 * old:       struct sk_buff;
 * new:       struct sk_buff; void skb_tx_timestamp(struct sk_buff *skb);
 */
#if !defined(KIT_HAVE_SKB_TX_TIMESTAMP) || defined(KIT_NO_TX_TIMESTAMP)
#define skb_tx_timestamp(skb) ((void)(skb)) /* drivers do not stamp */
#endif
