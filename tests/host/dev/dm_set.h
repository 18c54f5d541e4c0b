/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: which pages a guest has given away: a bit a page, so that no sequence of ranges can make it large. */
#ifndef HOST_DEV_DM_SET_H
#define HOST_DEV_DM_SET_H

#include <stdint.h>

struct dm_set {
	uint64_t *bits;
	uint64_t limit; /* pages there is room for */
	uint64_t count; /* pages in it */
	uint64_t from; /* none below this */
};

/* All of [pfn, pfn+count) goes in, or nothing: -EEXIST when one of them is in, -ENOMEM. The caller bounds pfn and count. */
int dm_set_add(struct dm_set *s, uint64_t pfn, uint64_t count);
/* Takes the lowest run out, at most `max` pages of it. Returns its length, 0 when the set is empty. */
uint64_t dm_set_take(struct dm_set *s, uint64_t max, uint64_t *pfn);
void dm_set_clear(struct dm_set *s);

#endif
