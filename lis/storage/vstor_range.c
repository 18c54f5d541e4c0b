// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: guest memory as one range of pages. See vstor_range.h for the contracts.
 */
#include "vstor_range.h"

#define IN_PAGE(addr) ((u32)(addr) & (HVW_PAGE_SIZE - 1))

void vstor_range_start(struct vstor_range *r, u64 *pfns, u32 max)
{
	memset(r, 0, sizeof(*r));
	r->pfns = pfns;
	r->max = max;
}

int vstor_range_add(struct vstor_range *r, u64 addr, u32 len)
{
	u64 pfn = addr >> HVW_PAGE_SHIFT;
	u64 last;

	if (!len)
		return 0;
	last = (addr + len - 1) >> HVW_PAGE_SHIFT;
	if (!r->len)
		r->offset = IN_PAGE(addr);
	else if (IN_PAGE(r->end) && addr == r->end)
		pfn++; /* goes on within the page that is listed already */
	else if (IN_PAGE(r->end) || IN_PAGE(addr))
		return -EXDEV;
	if (last + 1 - pfn > r->max - r->count)
		return -ENOSPC;
	for (; pfn <= last; pfn++)
		r->pfns[r->count++] = pfn;
	r->len += len;
	r->end = addr + len;
	return 0;
}

u32 vstor_range_pages(u32 len)
{
	return len / HVW_PAGE_SIZE + (len % HVW_PAGE_SIZE ? 1 : 0) + 1;
}
