/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       smp_load_acquire
 * header:    asm/barrier.h
 * needs:     asm_barrier_header read_once write_once
 * since:     v3.14 47933ad41a86 ("arch: Introduce smp_load_acquire(), smp_store_release()")
 * serves:    el7 (3.10) and older
 * drop-when: baseline >= 3.14
 * probe:     macro smp_load_acquire
 * force-names: smp_load_acquire smp_store_release
 * old:       #define KIT_OLD 1
 * new:       #define smp_load_acquire(p) (*(p))
 * note:      brings smp_store_release() too; both came in one commit.
 */
#ifndef KIT_HAVE_SMP_LOAD_ACQUIRE
/* A full barrier where the kernel has nothing finer; on x86 it costs what a fence costs. */
#define smp_load_acquire(p)						\
({									\
	__typeof__(*(p)) kit_v = READ_ONCE(*(p));			\
									\
	smp_mb();							\
	kit_v;								\
})
#define smp_store_release(p, v)						\
do {									\
	smp_mb();							\
	WRITE_ONCE(*(p), v);						\
} while (0)
#endif
