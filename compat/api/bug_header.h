/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bug_header
 * header:    linux/bug.h
 * since:     v2.6.20 commit unverified ("Generic BUG implementation")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.20
 * probe:     header linux/bug.h
 * fallback:  asm/bug.h
 * force:     no, both are read by others anyway
 * old:       asm/bug.h
 * new:       linux/bug.h
 */
