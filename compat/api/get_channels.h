/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_channels
 * header:    linux/ethtool.h
 * needs:     ethtool_ops_ext
 * since:     v3.0 commit unverified ("ethtool: Add ethtool_{get,set}_channels()")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 3.0
 * probe:     member struct ethtool_ops.get_channels
 * force:     no, the kernel asks or does not
 * old:       struct net_device; struct ethtool_ops { u32 (*get_link)(struct net_device *); };
 * new:       struct net_device; struct ethtool_ops { void (*get_channels)(struct net_device *, void *); };
 * note:      KIT_CHANNELS(get, set) among the initialisers, without a comma. See ethtool_ops_ext for el6.
 */
#ifdef KIT_HAVE_GET_CHANNELS
#define KIT_CHANNELS(get, set) .get_channels = get, .set_channels = set,
#else
#define KIT_CHANNELS(get, set)
#ifndef KIT_HAVE_ETHTOOL_OPS_EXT
struct ethtool_channels {
	u32 max_combined;
	u32 rx_count;
	u32 tx_count;
	u32 other_count;
	u32 combined_count;
};
#endif
#endif
