/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rcu_init_pointer
 * header:    linux/rcupdate.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v2.6.37 commit unverified ("rcu: Add RCU_INIT_POINTER and sparse annotations")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.37
 * probe:     decl RCU_INIT_POINTER
 * old:       #define rcu_assign_pointer(p, v) ((p) = (v))
 * new:       #define RCU_INIT_POINTER(p, v) ((p) = (v))
 */
#ifndef KIT_HAVE_RCU_INIT_POINTER
#define RCU_INIT_POINTER(p, v) rcu_assign_pointer(p, v)
#endif
