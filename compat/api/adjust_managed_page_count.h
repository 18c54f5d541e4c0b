/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       adjust_managed_page_count
 * header:    linux/mm.h
 * uses:      linux/swap.h
 * since:     v3.11 commit unverified ("mm: concentrate modification of totalram_pages into the mm core")
 * serves:    el5, el6 (2.6.18, 2.6.32), sles11 (3.0)
 * drop-when: baseline >= 3.11
 * probe:     proto adjust_managed_page_count == void (struct page *, long)
 * exported:  adjust_managed_page_count
 * export-default: present
 * force:     no, the variable behind it is a function on new kernels
 * old:       unsigned long totalram_pages;
 * new:       struct page; void adjust_managed_page_count(struct page *page, long count);
 * note:      before it, balloon drivers counted totalram_pages themselves; that is the figure free and top show.
 */
#ifndef KIT_HAVE_ADJUST_MANAGED_PAGE_COUNT
#include <linux/swap.h>

static inline void kit_adjust_managed_page_count(struct page *page, long count)
{
	totalram_pages += count;
}
#undef adjust_managed_page_count
#define adjust_managed_page_count kit_adjust_managed_page_count
#endif
