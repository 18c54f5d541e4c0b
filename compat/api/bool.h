/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bool
 * header:    linux/types.h
 * since:     v2.6.19 commit unverified ("Generic boolean")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.19
 * probe:     type bool
 * force:     no, a type cannot be hidden
 * old:       typedef int kit_old;
 * new:       typedef _Bool bool;
 */
#ifndef KIT_HAVE_BOOL
typedef _Bool bool;

enum {
	false = 0,
	true = 1
};
#endif
