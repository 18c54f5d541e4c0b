/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rxfh_indir_struct
 * header:    linux/ethtool.h
 * since:     v2.6.36 commit unverified ("ethtool: Add support for control of RX flow hash indirection")
 * until:     v3.3
 * serves:    vanilla 3.0
 * drop-when: baseline >= 6.8
 * probe:     member_type struct ethtool_ops.get_rxfh_indir == int (*)(struct net_device *, struct ethtool_rxfh_indir *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_ops { int (*get_rxfh_indir)(struct net_device *, u32 *); };
 * new:       struct net_device; struct ethtool_rxfh_indir; struct ethtool_ops { int (*get_rxfh_indir)(struct net_device *, struct ethtool_rxfh_indir *); };
 * note:      used by ethtool_rxfh_param.
 */
#ifdef KIT_HAVE_GET_RXFH_INDIR_STRUCT
#define KIT_RXFH_STRUCT 1
#endif
