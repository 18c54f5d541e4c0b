/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ktime_get_real_ns
 * header:    linux/ktime.h
 * also-in:   linux/timekeeping.h
 * uses:      linux/hrtimer.h
 * since:     v3.17 commit unverified ("timekeeping: Provide ktime_get_*[raw]_ns() accessors")
 * serves:    every row before 3.17
 * drop-when: baseline >= 3.17
 * probe:     decl ktime_get_real_ns
 * old:       struct ktime; long long ktime_get_real(void);
 * new:       u64 ktime_get_real_ns(void);
 */
#ifndef KIT_HAVE_KTIME_GET_REAL_NS
#include <linux/hrtimer.h>

static inline u64 kit_ktime_get_real_ns(void)
{
	return ktime_to_ns(ktime_get_real());
}
#undef ktime_get_real_ns
#define ktime_get_real_ns kit_ktime_get_real_ns
#endif
