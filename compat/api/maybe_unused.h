/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       maybe_unused
 * header:    linux/device.h
 * since:     v2.6.22 commit unverified ("define new percpu interface for shared data / add __maybe_unused")
 * serves:    vanilla 2.6.18
 * drop-when: baseline >= 2.6.22
 * probe:     macro __maybe_unused
 * force:     no, it is the same attribute
 * old:       #define KIT_OLD 1
 * new:       #define __maybe_unused
 */
#ifndef KIT_HAVE_MAYBE_UNUSED
#define __maybe_unused __attribute__((unused))
#endif
