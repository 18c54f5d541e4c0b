/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rcu_annotation
 * header:    linux/compiler.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v2.6.37 commit unverified ("rcu: add __rcu API for later sparse checking")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.37
 * probe:     macro __rcu
 * old:       #define __user
 * new:       #define __rcu
 */
#ifndef KIT_HAVE_RCU_ANNOTATION
#define __rcu
#endif
