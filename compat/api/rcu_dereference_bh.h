/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rcu_dereference_bh
 * header:    linux/rcupdate.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v2.6.34 commit unverified ("rcu: Introduce lockdep-based checking to RCU read-side primitives")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.34
 * probe:     decl rcu_dereference_bh
 * old:       #define rcu_dereference(p) (p)
 * new:       #define rcu_dereference_bh(p) (p)
 */
#ifndef KIT_HAVE_RCU_DEREFERENCE_BH
#define rcu_dereference_bh(p) rcu_dereference(p)
#endif
