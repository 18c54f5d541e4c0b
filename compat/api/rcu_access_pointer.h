/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rcu_access_pointer
 * header:    linux/rcupdate.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v2.6.35 commit unverified ("rcu: add rcu_access_pointer() for lockless fetches")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.35
 * probe:     decl rcu_access_pointer
 * old:       #define rcu_dereference(p) (p)
 * new:       #define rcu_access_pointer(p) (p)
 */
#ifndef KIT_HAVE_RCU_ACCESS_POINTER
#define rcu_access_pointer(p) (*(typeof(p) volatile *)&(p))
#endif
