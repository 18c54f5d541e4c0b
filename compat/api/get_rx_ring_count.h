/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rx_ring_count
 * header:    linux/ethtool.h
 * since:     v6.19 commit unverified ("net: ethtool: add get_rx_ring_count callback to optimize RX ring queries")
 * serves:    debian-12 (6.12) and older
 * drop-when: baseline >= 6.19
 * probe:     member struct ethtool_ops.get_rx_ring_count
 * force:     no, the kernel asks by the callback it has
 * old:       struct net_device; struct ethtool_ops { u32 (*get_rxfh_key_size)(struct net_device *); };
 * new:       struct net_device; struct ethtool_ops { u32 (*get_rx_ring_count)(struct net_device *); };
 * note:      used by KIT_RXNFC() of get_rxfh_fields.
 */
#ifdef KIT_HAVE_GET_RX_RING_COUNT
#define KIT_RX_RING_COUNT(fn) .get_rx_ring_count = fn,
#define kit_rx_ring_count_by_rxnfc 0
#else
#define KIT_RX_RING_COUNT(fn)
#define kit_rx_ring_count_by_rxnfc 1
#endif
