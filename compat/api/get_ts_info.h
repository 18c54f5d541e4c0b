/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_ts_info
 * header:    linux/ethtool.h
 * since:     v3.5 commit unverified ("ethtool: Introduce a method for getting time stamping capabilities")
 * serves:    vanilla 3.0, el6 (2.6.32)
 * drop-when: baseline >= 3.5
 * probe:     member struct ethtool_ops.get_ts_info
 * force:     no, the kernel asks or does not
 * old:       struct net_device; struct ethtool_ops { u32 (*get_link)(struct net_device *); };
 * new:       struct net_device; struct ethtool_ops { int (*get_ts_info)(struct net_device *, void *); };
 * note:      KIT_TS_INFO among the initialisers, without a comma: stamps in software.
 */
#ifdef KIT_HAVE_GET_TS_INFO
#define KIT_TS_INFO .get_ts_info = ethtool_op_get_ts_info,
#else
#define KIT_TS_INFO
#endif
