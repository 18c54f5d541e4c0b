/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rtnl_dereference
 * header:    linux/rtnetlink.h
 * since:     v2.6.37 commit unverified ("net: rtnetlink: add rtnl_dereference()")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.37
 * probe:     decl rtnl_dereference
 * old:       void rtnl_lock(void);
 * new:       #define rtnl_dereference(p) (p)
 */
#ifndef KIT_HAVE_RTNL_DEREFERENCE
#define rtnl_dereference(p) (p)
#endif
