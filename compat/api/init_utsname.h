/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       init_utsname
 * header:    linux/utsname.h
 * since:     v2.6.19 commit unverified ("namespaces: utsname: switch to using uts namespaces")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.19
 * probe:     decl init_utsname
 * force:     no, system_utsname is gone where the function exists
 * old:       struct new_utsname { char release[65]; }; extern struct new_utsname system_utsname;
 * new:       struct new_utsname { char release[65]; }; struct new_utsname *init_utsname(void);
 */
#ifndef KIT_HAVE_INIT_UTSNAME
#define init_utsname() (&system_utsname)
#endif
