/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       fallthrough
 * header:    linux/compiler.h
 * since:     v5.4 294f69e662d1 ("compiler_attributes.h: Add 'fallthrough' pseudo keyword for switch/case use")
 * serves:    el8 (4.18) and older
 * drop-when: baseline >= 5.4
 * probe:     macro fallthrough
 * old:       #define KIT_OLD 1
 * new:       #define fallthrough do {} while (0)
 */
#ifndef KIT_HAVE_FALLTHROUGH
#if defined(__GNUC__) && __GNUC__ >= 7 && !defined(__clang__)
#define fallthrough __attribute__((__fallthrough__))
#else
#define fallthrough do {} while (0)
#endif
#endif
