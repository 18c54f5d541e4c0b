/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: guest memory as the one range of pages a request may name (docs/wire/04-storage.md 5.1 rule 1).
 */
#ifndef _LIS_VSTOR_RANGE_H
#define _LIS_VSTOR_RANGE_H

#include "pure.h"
#include <wire/hypervisor.h>

struct vstor_range {
	u64 *pfns; /* the caller's, room for max */
	u32 max;
	u32 count;
	u32 offset; /* of the first byte in the first page */
	u32 len;
	u64 end; /* address behind the last byte */
};

void vstor_range_start(struct vstor_range *r, u64 *pfns, u32 max);

/*
 * Append len bytes at a physical address. Return 0; -EXDEV when they cannot follow what is there (only the first page
 * may begin and only the last may end off a page border), -ENOSPC when the pages do not fit.
 */
int vstor_range_add(struct vstor_range *r, u64 addr, u32 len);

/* Most pages that bytes of this length can touch. */
u32 vstor_range_pages(u32 len);

#endif
