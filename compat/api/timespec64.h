/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       timespec64
 * header:    linux/time.h
 * since:     v3.17 361a3bf00582 ("time64: Add time64.h header and define struct timespec64")
 * serves:    every row before 3.17
 * drop-when: baseline >= 3.17
 * probe:     type struct timespec64
 * force:     no, it only names a type
 * old:       struct timespec { long tv_sec; long tv_nsec; };
 * new:       struct timespec64 { s64 tv_sec; long tv_nsec; };
 */
#ifndef KIT_HAVE_TIMESPEC64
#include <linux/types.h>

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};
#endif
