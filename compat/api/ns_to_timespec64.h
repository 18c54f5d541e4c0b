/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ns_to_timespec64
 * header:    linux/time.h
 * needs:     timespec64
 * since:     v3.17 361a3bf00582 ("time64: Add time64.h header and define struct timespec64")
 * serves:    every row before 3.17
 * drop-when: baseline >= 3.17
 * probe:     decl ns_to_timespec64
 * old:       struct timespec { long tv_sec; long tv_nsec; }; struct timespec ns_to_timespec(s64 ns);
 * new:       struct timespec64 { s64 tv_sec; long tv_nsec; }; struct timespec64 ns_to_timespec64(s64 ns);
 */
#ifndef KIT_HAVE_NS_TO_TIMESPEC64
#include <asm/div64.h>

static inline struct timespec64 kit_ns_to_timespec64(s64 ns)
{
	u64 seconds = ns < 0 ? -(u64)ns : (u64)ns;
	struct timespec64 ts;

	ts.tv_nsec = do_div(seconds, 1000000000);
	ts.tv_sec = seconds;
	if (ns < 0) {
		ts.tv_sec = -ts.tv_sec - (ts.tv_nsec != 0);
		ts.tv_nsec = ts.tv_nsec ? 1000000000 - ts.tv_nsec : 0;
	}
	return ts;
}
#undef ns_to_timespec64
#define ns_to_timespec64 kit_ns_to_timespec64
#endif
