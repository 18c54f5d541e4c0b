/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       write_once
 * header:    linux/compiler.h
 * since:     v3.19 43239cbe79fc ("kernel: Change ASSIGN_ONCE(val, x) to WRITE_ONCE(x, val)")
 * serves:    el7 (3.10) and older
 * drop-when: baseline >= 3.19
 * probe:     macro WRITE_ONCE
 * old:       #define KIT_OLD 1
 * new:       #define WRITE_ONCE(x, val) (x)
 */
#ifndef KIT_HAVE_WRITE_ONCE
#define WRITE_ONCE(x, val)						\
do {									\
	*(volatile __typeof__(x) *)&(x) = (val);			\
} while (0)
#endif
