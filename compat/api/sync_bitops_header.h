/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sync_bitops_header
 * header:    asm/sync_bitops.h
 * uses:      linux/bitops.h
 * since:     v2.6.22 commit unverified ("i386: PARAVIRT: add common sync_bitops")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.32
 * probe:     header asm/sync_bitops.h
 * force:     no, the header would still be read
 * old:       asm/bitops.h
 * new:       asm/sync_bitops.h
 */
#ifndef KIT_HAVE_SYNC_BITOPS_HEADER
/*
 * Bit operations shared with the host: locked even where the kernel, on one CPU,
 * patches its own lock prefixes away.
 */
static inline void sync_set_bit(long nr, volatile unsigned long *addr)
{
	__asm__ __volatile__("lock; bts %1,%0" : "+m" (*addr) : "Ir" (nr) : "memory", "cc");
}

static inline void sync_clear_bit(long nr, volatile unsigned long *addr)
{
	__asm__ __volatile__("lock; btr %1,%0" : "+m" (*addr) : "Ir" (nr) : "memory", "cc");
}

static inline void sync_change_bit(long nr, volatile unsigned long *addr)
{
	__asm__ __volatile__("lock; btc %1,%0" : "+m" (*addr) : "Ir" (nr) : "memory", "cc");
}

static inline int sync_test_and_set_bit(long nr, volatile unsigned long *addr)
{
	int old;

	__asm__ __volatile__("lock; bts %2,%1; sbb %0,%0"
			     : "=r" (old), "+m" (*addr) : "Ir" (nr) : "memory", "cc");
	return old;
}

static inline int sync_test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	int old;

	__asm__ __volatile__("lock; btr %2,%1; sbb %0,%0"
			     : "=r" (old), "+m" (*addr) : "Ir" (nr) : "memory", "cc");
	return old;
}

#define sync_test_bit(nr, addr) test_bit(nr, addr)
#endif
