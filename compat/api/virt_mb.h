/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       virt_mb
 * header:    asm/barrier.h
 * needs:     asm_barrier_header read_once write_once
 * since:     v4.5 commit unverified ("asm-generic: implement virt_xxx memory barriers")
 * serves:    el7 (3.10), ubuntu16.04 (4.4)
 * drop-when: baseline >= 4.5
 * probe:     macro virt_mb
 * force-names: virt_mb virt_rmb virt_wmb virt_store_mb virt_load_acquire virt_store_release
 * old:       #define KIT_OLD 1
 * new:       #define virt_mb() do {} while (0)
 * note:      brings the whole virt_*() family. virt_store_release() orders stores only, outside x86.
 */
#ifndef KIT_HAVE_VIRT_MB
/*
 * The other side is the host, which runs on a real multiprocessor even when this
 * kernel was built for one CPU: the SMP barriers would then be empty.  x86 keeps
 * loads in order among themselves and stores, too.
 */
#define virt_mb() mb()
#ifdef CONFIG_X86
#define virt_rmb() barrier()
#define virt_wmb() barrier()
#else
#define virt_rmb() rmb()
#define virt_wmb() wmb()
#endif
#define virt_store_mb(var, value)					\
do {									\
	WRITE_ONCE(var, value);						\
	mb();								\
} while (0)
#define virt_load_acquire(p)						\
({									\
	__typeof__(*(p)) kit_v = READ_ONCE(*(p));			\
									\
	virt_rmb();							\
	kit_v;								\
})
#define virt_store_release(p, v)					\
do {									\
	virt_wmb();							\
	WRITE_ONCE(*(p), v);						\
} while (0)
#endif
