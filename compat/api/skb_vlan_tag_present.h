/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_vlan_tag_present
 * header:    linux/if_vlan.h
 * since:     v4.0 commit unverified ("net: rename vlan_tx_* helpers")
 * serves:    ubuntu-14.04 (3.13), sles-12 (3.12) and older
 * drop-when: baseline >= 4.0
 * probe:     decl skb_vlan_tag_present
 * force:     no, new kernels have not the old names
 * force-names: skb_vlan_tag_present skb_vlan_tag_get
 * old:       struct sk_buff;
 * new:       #define skb_vlan_tag_present(skb) 1
 */
#ifndef KIT_HAVE_SKB_VLAN_TAG_PRESENT
#define skb_vlan_tag_present(skb) vlan_tx_tag_present(skb)
#define skb_vlan_tag_get(skb) vlan_tx_tag_get(skb)
#endif
