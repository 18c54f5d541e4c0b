// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: pages to the host and back (docs/wire/06-balloon.md 6, 7).
 *
 * Every page given away is in the record, and only what is in the record is ever given back to the kernel: the host's
 * word alone frees nothing. Runs in the device's thread, or in remove after it has ended, so nothing here is locked.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/slab.h>
#include "balloon.h"

/* Never dip into reserves, never start killing: what cannot be had easily is not given. */
#define DM_GFP (GFP_HIGHUSER | __GFP_NORETRY | __GFP_NOMEMALLOC | __GFP_NOWARN)
#define DM_UNIT_ORDER 9 /* DM_UNIT_PAGES */

static struct dm_chunk *dm_chunk_alloc(void)
{
	struct dm_chunk *c = kzalloc(sizeof(*c), GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);

	if (!c)
		return NULL;
	c->bits = kzalloc(DM_CHUNK_WORDS * sizeof(*c->bits), GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (c->bits)
		return c;
	kfree(c);
	return NULL;
}

static void dm_chunk_free(struct dm_chunk *c)
{
	kfree(c->bits);
	kfree(c);
}

static bool dm_ensure_chunk(struct dm_device *dm, u64 pfn)
{
	struct dm_chunk *c;

	if (dm_record_chunk(&dm->ballooned, pfn))
		return true;
	c = dm_chunk_alloc();
	return c && dm_record_attach(&dm->ballooned, c, pfn);
}

/*
 * Take 2^order pages out of use. Return 0, or -ENOMEM with nothing changed. A large unit stays one allocation until the
 * host returns a part of it: most come back as they went, and freeing one unit costs a fraction of freeing its pages.
 */
static int dm_claim(struct dm_device *dm, unsigned int order, u64 *pfn)
{
	struct page *page = alloc_pages(DM_GFP, order);
	u32 i, pages = 1U << order;

	if (!page)
		return -ENOMEM;
	*pfn = page_to_pfn(page);
	if (!dm_ensure_chunk(dm, *pfn)) {
		__free_pages(page, order);
		return -ENOMEM;
	}
	for (i = 0; i < pages; i++)
		__SetPageOffline(page + i);
	adjust_managed_page_count(page, -(long)pages);
	dm_record_set(&dm->ballooned, *pfn, pages);
	if (order == DM_UNIT_ORDER)
		dm_chunk_set_whole(dm_record_chunk(&dm->ballooned, *pfn), *pfn);
	return 0;
}

static void dm_free_unit(struct page *page)
{
	u32 i;

	for (i = 0; i < DM_UNIT_PAGES; i++)
		__ClearPageOffline(page + i);
	adjust_managed_page_count(page, DM_UNIT_PAGES);
	__free_pages(page, DM_UNIT_ORDER);
}

static void dm_free_page(struct page *page)
{
	__ClearPageOffline(page);
	adjust_managed_page_count(page, 1);
	__free_page(page);
}

/* Give back a run of recorded pages that lies within one unit. */
static void dm_release_run(struct dm_device *dm, u64 pfn, u32 pages)
{
	struct dm_chunk *c = dm_record_chunk(&dm->ballooned, pfn);
	bool whole = dm_chunk_take_whole(c, pfn);
	struct page *page = pfn_to_page(pfn);

	dm_record_clear(&dm->ballooned, pfn, pages);
	if (whole && pages == DM_UNIT_PAGES) {
		dm_free_unit(page);
	} else {
		/* From here on each page of the unit has a life of its own. */
		if (whole)
			split_page(page - pfn % DM_UNIT_PAGES, DM_UNIT_ORDER);
		for (; pages; pages--)
			dm_free_page(page++);
	}
	if (!c->used) {
		dm_record_detach(&dm->ballooned, c);
		dm_chunk_free(c);
	}
}

/* The next recorded run at or behind *pfn and before end, cut at its unit's border; 0 when there is none. */
static u32 dm_next_run(struct dm_device *dm, u64 *pfn, u64 end)
{
	u64 n = dm_record_run(&dm->ballooned, pfn, end);

	return min_t(u64, n, DM_UNIT_PAGES - *pfn % DM_UNIT_PAGES);
}

/* Give back what of the range is recorded; return how many pages that were. */
static u64 dm_release(struct dm_device *dm, const struct dm_range *range)
{
	u64 end = range->pfn + range->pages;
	u64 pfn = range->pfn;
	u64 total = 0;
	u32 n;

	/* In units, so that a range of gigabytes does not hold the CPU. */
	while (!dm_stopping(dm) && (n = dm_next_run(dm, &pfn, end))) {
		dm_release_run(dm, pfn, n);
		pfn += n;
		total += n;
		cond_resched();
	}
	return total;
}

void dm_release_all(struct dm_device *dm)
{
	struct dm_chunk *c;
	u64 pfn;
	u32 n;

	while ((c = dm_record_any(&dm->ballooned))) {
		pfn = c->index * DM_CHUNK_BITS;
		n = dm_next_run(dm, &pfn, pfn + DM_CHUNK_BITS);
		if (n) {
			dm_release_run(dm, pfn, n);
		} else {
			/* A chunk whose first page could not be had. */
			dm_record_detach(&dm->ballooned, c);
			dm_chunk_free(c);
		}
		cond_resched();
	}
}

/*
 * Fill one response with pages, large units first. *order drops to 0 for good when no large unit is to be had; *left is
 * what remains, 0 when nothing more can be had at all.
 */
static void dm_fill_response(struct dm_device *dm, struct dm_balloon_response *msg, unsigned int *order, u32 *left)
{
	u64 pfn;

	dm_balloon_response_start(msg);
	while (*left && (msg->more_and_count >> 1) < DM_RANGES_MAX && !dm_stopping(dm)) {
		if (*left < DM_UNIT_PAGES)
			*order = 0;
		if (!dm_claim(dm, *order, &pfn)) {
			dm_balloon_response_add(msg, pfn, 1U << *order);
			*left -= 1U << *order;
		} else if (*order) {
			*order = 0;
		} else {
			*left = 0;
		}
		cond_resched();
	}
}

void dm_balloon_up(struct dm_device *dm, u32 wanted)
{
	struct dm_balloon_response *msg = (void *)dm->send_buffer;
	long available = si_mem_available();
	unsigned int order = DM_UNIT_ORDER;
	u32 left, len;

	left = dm_balloon_limit(wanted, available > 0 ? available : 0, dm_floor_now());
	/* A host at the guest's floor asks again and again: said once, until a request is met in full. */
	if (left < wanted && !dm->at_floor)
		dev_info(&dm->dev->device, "balloon request of %u pages: only %u can be spared\n", wanted, left);
	dm->at_floor = left < wanted;
	do {
		dm_fill_response(dm, msg, &order, &left);
		if (dm_stopping(dm))
			return;
		len = dm_balloon_response_end(msg, dm_next_trans_id(dm), left > 0);
		/* Fails only when the device goes; remove then returns what the host was not told of, too. */
		if (dm_send(dm, msg, len))
			return;
		dm_post_status(dm, true);
	} while (left);
}

void dm_balloon_down(struct dm_device *dm, const void *msg, u32 size)
{
	struct dm_range range;
	u32 i, count;
	u64 pages;
	bool more;

	if (dm_check_unballoon(msg, size, &count, &more)) {
		dm->stats.refused_messages++;
		dev_warn_ratelimited(&dm->dev->device, "host message refused: unballoon lacks ranges\n");
		return;
	}
	for (i = 0; i < count && !dm_stopping(dm); i++) {
		if (!dm_unballoon_range(msg, i, &range)) {
			dm->stats.refused_ranges++;
			continue;
		}
		pages = dm_release(dm, &range);
		if (pages != range.pages && !dm_stopping(dm)) {
			dm->stats.refused_pages += range.pages - pages;
			dev_warn_ratelimited(&dm->dev->device, "the host returned %u pages of which it has %llu\n",
					     range.pages, (unsigned long long)pages);
		}
	}
	if (more || dm_stopping(dm))
		return;
	size = dm_build_unballoon_response((void *)dm->send_buffer, dm_next_trans_id(dm));
	dm_send(dm, dm->send_buffer, size);
}
