/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every unit test includes, in the order cmocka wants it.
 */
#ifndef _UNIT_H
#define _UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Say which row of a table failed before the assertion ends the test. */
#define row_equal(row, got, want)                                                                  \
	do {                                                                                       \
		unsigned long long got_ = (unsigned long long)(got);                               \
		unsigned long long want_ = (unsigned long long)(want);                             \
		if (got_ != want_)                                                                 \
			fail_msg("row %u: %s is %#llx, want %#llx", (unsigned int)(row), #got, got_, \
				 want_);                                                           \
	} while (0)

/* A small generator, the same on every machine: a failure names its seed and can be run again. */
static inline uint32_t rnd(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 33);
}

#endif
