/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       do_settimeofday64
 * header:    linux/ktime.h
 * also-in:   linux/timekeeping.h
 * uses:      linux/time.h
 * needs:     timespec64
 * since:     v3.19 21f7eca555fe ("time: Provide y2038 safe do_settimeofday() replacement")
 * serves:    every row before 3.19
 * drop-when: baseline >= 3.19
 * probe:     decl do_settimeofday64
 * exported:  do_settimeofday64
 * export-default: present
 * force:     no, do_settimeofday() is gone from new kernels
 * old:       struct timespec; int do_settimeofday(struct timespec *tv);
 * new:       struct timespec64; int do_settimeofday64(const struct timespec64 *ts);
 */
#ifndef KIT_HAVE_DO_SETTIMEOFDAY64
#include <linux/time.h>

static inline int kit_do_settimeofday64(const struct timespec64 *ts)
{
	struct timespec old;

	old.tv_sec = ts->tv_sec;
	old.tv_nsec = ts->tv_nsec;
	return do_settimeofday(&old);
}
#undef do_settimeofday64
#define do_settimeofday64 kit_do_settimeofday64
#endif
