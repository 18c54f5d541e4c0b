/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       read_once
 * header:    linux/compiler.h
 * since:     v3.19 230fa253df63 ("kernel: Provide READ_ONCE and ASSIGN_ONCE")
 * serves:    el7 (3.10) and older
 * drop-when: baseline >= 3.19
 * probe:     macro READ_ONCE
 * old:       #define KIT_OLD 1
 * new:       #define READ_ONCE(x) (x)
 */
#ifndef KIT_HAVE_READ_ONCE
/* For words the machine loads at once, which is all the drivers use it for. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#endif
