/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rxfh
 * header:    linux/ethtool.h
 * since:     v3.16 commit unverified ("ethtool: Replace ethtool_ops::{get,set}_rxfh_indir() with {get,set}_rxfh()")
 * until:     v4.0
 * serves:    sles-12 (3.12)
 * drop-when: baseline >= 6.8
 * probe:     member_type struct ethtool_ops.get_rxfh == int (*)(struct net_device *, u32 *, u8 *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_ops { int (*get_rxfh_indir)(struct net_device *, u32 *); };
 * new:       struct net_device; struct ethtool_ops { int (*get_rxfh)(struct net_device *, u32 *, u8 *); };
 * note:      used by ethtool_rxfh_param.
 */
#ifdef KIT_HAVE_GET_RXFH
#define KIT_RXFH_KEY 1
#endif
