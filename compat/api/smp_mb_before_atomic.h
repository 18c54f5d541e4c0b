/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       smp_mb_before_atomic
 * header:    asm/barrier.h
 * also-in:   linux/atomic.h
 * uses:      linux/atomic.h asm/atomic.h linux/bitops.h
 * needs:     asm_barrier_header
 * since:     v3.16 commit unverified ("arch: Prepare for smp_mb__{before,after}_atomic()")
 * serves:    el7 (3.10) and older
 * drop-when: baseline >= 3.16
 * probe:     macro smp_mb__before_atomic
 * force-names: smp_mb__before_atomic smp_mb__after_atomic
 * old:       #define KIT_OLD 1
 * new:       #define smp_mb__before_atomic() do {} while (0)
 */
#ifndef KIT_HAVE_SMP_MB_BEFORE_ATOMIC
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#endif
