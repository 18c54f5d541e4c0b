/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       iff_live_addr_change
 * header:    linux/if.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v3.4 commit unverified ("net: reintroduce missing rcu_assign_pointer() calls, IFF_LIVE_ADDR_CHANGE")
 * serves:    sles-11 (3.0), el6.3 (2.6.32)
 * drop-when: baseline >= 3.4
 * probe:     decl IFF_LIVE_ADDR_CHANGE
 * old:       #define IFF_SLAVE 1
 * new:       #define IFF_LIVE_ADDR_CHANGE 2
 */
#ifndef KIT_HAVE_IFF_LIVE_ADDR_CHANGE
#define IFF_LIVE_ADDR_CHANGE 0 /* drivers decide for themselves */
#endif
