/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ktime_get_real_ns
 * header:    linux/ktime.h
 * also-in:   linux/timekeeping.h
 * since:     v3.17 commit unverified ("timekeeping: Provide ktime_get_*[raw]_ns() accessors")
 * serves:    every row before 3.17
 * drop-when: baseline >= 3.17
 * probe:     decl ktime_get_real_ns
 * force:     no, getnstimeofday() is gone from new kernels
 * old:       struct timespec; void getnstimeofday(struct timespec *ts);
 * new:       u64 ktime_get_real_ns(void);
 */
#ifndef KIT_HAVE_KTIME_GET_REAL_NS
#include <linux/time.h>

static inline u64 kit_ktime_get_real_ns(void)
{
	struct timespec now;

	getnstimeofday(&now);
	return timespec_to_ns(&now);
}
#undef ktime_get_real_ns
#define ktime_get_real_ns kit_ktime_get_real_ns
#endif
