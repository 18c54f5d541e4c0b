/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       cpumask_first
 * header:    linux/cpumask.h
 * needs:     nr_cpu_ids
 * since:     v2.6.28 2d3854a37e8b ("cpumask: introduce new API, without changing anything")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.28
 * probe:     decl cpumask_first
 * force:     no, the struct would be declared twice
 * old:       typedef struct { unsigned long bits[1]; } cpumask_t;
 * new:       struct cpumask { unsigned long bits[1]; }; unsigned int cpumask_first(const struct cpumask *srcp);
 * note:      brings the struct, cpu_online_mask, cpu_possible_mask and the cpumask_*() helpers listed here.
 */
#ifndef KIT_HAVE_CPUMASK_FIRST
/*
 * 2.6.18 knows the type by its typedef only, and passes masks by value.  The struct
 * has the same layout, so that a pointer to a kernel map may be taken for one.
 */
struct cpumask {
	DECLARE_BITMAP(bits, NR_CPUS);
};

#define cpumask_bits(maskp) ((maskp)->bits)
#define cpu_online_mask ((const struct cpumask *)&cpu_online_map)
#define cpu_possible_mask ((const struct cpumask *)&cpu_possible_map)

static inline unsigned int cpumask_first(const struct cpumask *srcp)
{
	return find_first_bit(srcp->bits, NR_CPUS);
}

static inline unsigned int cpumask_next(int n, const struct cpumask *srcp)
{
	return find_next_bit(srcp->bits, NR_CPUS, n + 1);
}

static inline int cpumask_test_cpu(int cpu, const struct cpumask *srcp)
{
	return test_bit(cpu, srcp->bits);
}

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *dstp)
{
	set_bit(cpu, dstp->bits);
}

static inline void cpumask_clear_cpu(int cpu, struct cpumask *dstp)
{
	clear_bit(cpu, dstp->bits);
}

static inline void cpumask_clear(struct cpumask *dstp)
{
	bitmap_zero(dstp->bits, NR_CPUS);
}

static inline void cpumask_copy(struct cpumask *dstp, const struct cpumask *srcp)
{
	bitmap_copy(dstp->bits, srcp->bits, NR_CPUS);
}

static inline void cpumask_and(struct cpumask *dstp, const struct cpumask *a, const struct cpumask *b)
{
	bitmap_and(dstp->bits, a->bits, b->bits, NR_CPUS);
}

static inline int cpumask_empty(const struct cpumask *srcp)
{
	return bitmap_empty(srcp->bits, NR_CPUS);
}

static inline unsigned int cpumask_weight(const struct cpumask *srcp)
{
	return bitmap_weight(srcp->bits, NR_CPUS);
}
#endif
