/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rxfh_hfunc
 * header:    linux/ethtool.h
 * needs:     ethtool_ops_ext
 * since:     v4.0 commit unverified ("ethtool: Support for configurable RSS hash function")
 * until:     v6.8
 * serves:    ubuntu-16.04 (4.4) up to debian-12 (6.1), el7 (3.10)
 * drop-when: baseline >= 6.8
 * probe:     member_type struct ethtool_ops.get_rxfh == int (*)(struct net_device *, u32 *, u8 *, u8 *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_ops { int (*get_rxfh)(struct net_device *, u32 *, u8 *); };
 * new:       struct net_device; struct ethtool_ops { int (*get_rxfh)(struct net_device *, u32 *, u8 *, u8 *); };
 * note:      used by ethtool_rxfh_param.
 */
#if defined(KIT_HAVE_GET_RXFH_HFUNC) || defined(KIT_HAVE_ETHTOOL_OPS_EXT)
#define KIT_RXFH_HFUNC 1
#endif
