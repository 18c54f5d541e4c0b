/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netif_f_rxcsum
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v2.6.39 commit unverified ("net: introduce NETIF_F_RXCSUM")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     macro NETIF_F_RXCSUM
 * old:       #define NETIF_F_SG 1
 * new:       #define NETIF_F_RXCSUM 2
 */
#ifndef KIT_HAVE_NETIF_F_RXCSUM
/* A bit the old kernel has no name for; sums are checked where the host did not, as ever. */
#define NETIF_F_RXCSUM (1 << 29)
#endif
