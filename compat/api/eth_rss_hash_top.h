/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       eth_rss_hash_top
 * header:    linux/ethtool.h
 * since:     v4.0 commit unverified ("ethtool: Support for configurable RSS hash function")
 * serves:    ubuntu-14.04 (3.13), sles-12 (3.12), sles-11 (3.0)
 * drop-when: baseline >= 4.0
 * probe:     macro ETH_RSS_HASH_TOP
 * old:       #define RXH_IP_SRC 1
 * new:       #define ETH_RSS_HASH_TOP 1
 */
#ifndef KIT_HAVE_ETH_RSS_HASH_TOP
#define ETH_RSS_HASH_TOP 1
#define ETH_RSS_HASH_NO_CHANGE 0
#endif
