/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       maybe_unused
 * header:    linux/compiler.h
 * since:     v2.6.22 commit unverified ("compiler: introduce __used and __maybe_unused")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.22
 * probe:     macro __maybe_unused
 * old:       #define __attribute_used__ __attribute__((__used__))
 * new:       #define __maybe_unused __attribute__((unused))
 */
#ifndef KIT_HAVE_MAYBE_UNUSED
#define __maybe_unused __attribute__((unused))
#endif
