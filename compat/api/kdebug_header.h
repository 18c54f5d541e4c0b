/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kdebug_header
 * header:    linux/kdebug.h
 * since:     v2.6.22 commit unverified ("move die notifier handling to common code")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.22
 * probe:     header linux/kdebug.h
 * fallback:  asm/kdebug.h
 * force:     no, the old header no longer has it
 * old:       asm/kdebug.h
 * new:       linux/kdebug.h
 */
