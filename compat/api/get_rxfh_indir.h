/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rxfh_indir
 * header:    linux/ethtool.h
 * since:     v3.3 commit unverified ("ethtool: Centralise validation of ETHTOOL_{G, S}RXFHINDIR parameters")
 * until:     v3.16
 * serves:    ubuntu-14.04 (3.13), sles-11 (3.0)
 * drop-when: baseline >= 6.8
 * probe:     member_type struct ethtool_ops.get_rxfh_indir == int (*)(struct net_device *, u32 *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_rxfh_indir; struct ethtool_ops { int (*get_rxfh_indir)(struct net_device *, struct ethtool_rxfh_indir *); };
 * new:       struct net_device; struct ethtool_ops { int (*get_rxfh_indir)(struct net_device *, u32 *); };
 * note:      used by ethtool_rxfh_param.
 */
#ifdef KIT_HAVE_GET_RXFH_INDIR
#define KIT_RXFH_TABLE 1
#endif
