/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rxnfc_rules
 * header:    linux/ethtool.h
 * since:     v3.2 commit unverified ("ethtool: Explicitly state the type of the rule locations")
 * serves:    vanilla 3.0, el6 (2.6.32)
 * drop-when: baseline >= 3.2
 * probe:     member_type struct ethtool_ops.get_rxnfc == int (*)(struct net_device *, struct ethtool_rxnfc *, u32 *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_rxnfc; struct ethtool_ops { int (*get_rxnfc)(struct net_device *, struct ethtool_rxnfc *, void *); };
 * new:       struct net_device; struct ethtool_rxnfc; struct ethtool_ops { int (*get_rxnfc)(struct net_device *, struct ethtool_rxnfc *, u32 *); };
 * note:      used by get_rxfh_fields.
 */
#ifdef KIT_HAVE_GET_RXNFC_RULES
#define kit_rxnfc_rules u32
#else
#define kit_rxnfc_rules void
#endif
