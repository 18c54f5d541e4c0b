/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       asm_barrier_header
 * header:    asm/barrier.h
 * since:     v3.4 commit unverified ("Disintegrate asm/system.h for X86")
 * serves:    el6 (2.6.32), el5
 * drop-when: baseline >= 3.4
 * probe:     header asm/barrier.h
 * fallback:  asm/system.h
 * force:     no, 3.4 removed the old name
 * old:       asm/system.h
 * new:       asm/barrier.h
 */
