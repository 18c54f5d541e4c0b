/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       div_round_up
 * header:    linux/kernel.h
 * since:     v2.6.20 commit unverified ("DIV_ROUND_UP")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.20
 * probe:     macro DIV_ROUND_UP
 * old:       #define KIT_OLD 1
 * new:       #define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
 */
#ifndef KIT_HAVE_DIV_ROUND_UP
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#endif
