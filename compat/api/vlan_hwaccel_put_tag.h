/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       vlan_hwaccel_put_tag
 * header:    linux/if_vlan.h
 * needs:     rx_handler_result_t
 * since:     v3.10 commit unverified ("net: vlan: add protocol argument to packet tagging functions")
 * serves:    el6 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.10
 * probe:     code static inline void kit_p_put_tag(struct sk_buff *skb) { __vlan_hwaccel_put_tag(skb, 0, 1); }
 * force:     no, the old one took another argument
 * mutate:    __vlan_hwaccel_put_tag
 * old:       struct sk_buff; struct sk_buff *__vlan_hwaccel_put_tag(struct sk_buff *skb, u16 vlan_tci);
 * new:       struct sk_buff; void __vlan_hwaccel_put_tag(struct sk_buff *skb, u16 vlan_proto, u16 vlan_tci);
 * note:      kit_vlan_received(), after eth_type_trans().
 */
#ifndef KIT_HAVE_VLAN_HWACCEL_PUT_TAG
static inline void kit_vlan_hwaccel_put_tag(struct sk_buff *skb, u16 vlan_tci)
{
	__vlan_hwaccel_put_tag(skb, vlan_tci);
}
#define __vlan_hwaccel_put_tag(skb, proto, tci) kit_vlan_hwaccel_put_tag(skb, tci)
#endif

/*
 * A received tag that came beside the frame. Return: the skb, or NULL when there was no memory: it is gone then.
 *
 * Before handlers of what an interface receives came (and just before them the common way of received tags) the stack
 * took tags from drivers only that keep the groups of the VLAN module. There the tag goes back into the frame, and the
 * interface must not say that it takes tags out.
 */
#ifdef KIT_HAVE_RX_HANDLER_RESULT_T
static inline struct sk_buff *kit_vlan_received(struct sk_buff *skb, u16 tci)
{
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci);
	return skb;
}
#else
static inline struct sk_buff *kit_vlan_received(struct sk_buff *skb, u16 tci)
{
	skb_push(skb, ETH_HLEN);
	skb = __vlan_put_tag(skb, tci);
	if (skb)
		skb_pull(skb, ETH_HLEN);
	return skb;
}
#endif
