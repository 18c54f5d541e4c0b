/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ns_to_timespec64
 * header:    linux/time.h
 * needs:     timespec64
 * since:     v3.17 361a3bf00582 ("time64: Add time64.h header and define struct timespec64")
 * serves:    every row before 3.17
 * drop-when: baseline >= 3.17
 * probe:     decl ns_to_timespec64
 * force:     no, ns_to_timespec() is gone from new kernels
 * old:       struct timespec { long tv_sec; long tv_nsec; }; struct timespec ns_to_timespec(s64 ns);
 * new:       struct timespec64 { s64 tv_sec; long tv_nsec; }; struct timespec64 ns_to_timespec64(s64 ns);
 */
#ifndef KIT_HAVE_NS_TO_TIMESPEC64
static inline struct timespec64 ns_to_timespec64(s64 ns)
{
	struct timespec old = ns_to_timespec(ns);
	struct timespec64 ts;

	ts.tv_sec = old.tv_sec;
	ts.tv_nsec = old.tv_nsec;
	return ts;
}
#endif
