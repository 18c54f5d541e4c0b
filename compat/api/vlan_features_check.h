/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       vlan_features_check
 * header:    linux/if_vlan.h
 * since:     v4.0 commit unverified ("net: Fix stacked vlan offload features computation")
 * serves:    ubuntu-14.04 (3.13), sles-12 (3.12) and older
 * drop-when: baseline >= 4.0
 * probe:     decl vlan_features_check
 * old:       struct sk_buff;
 * new:       struct sk_buff; u64 vlan_features_check(struct sk_buff *skb, u64 features);
 * force:     no, it is called by ndo_features_check alone
 */
#ifndef KIT_HAVE_VLAN_FEATURES_CHECK
#define vlan_features_check(skb, features) (features)
#endif
