/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       split_page
 * header:    linux/mm.h
 * since:     v3.9 commit unverified ("mm: export split_page()")
 * serves:    el5, el6 before 6.10 (2.6.18, 2.6.32), sles11 (3.0): declared there, but not for modules
 * drop-when: baseline >= 3.9
 * probe:     decl split_page
 * exported:  split_page
 * export-default: absent
 * force:     no, the helper behind it cannot serve kernels that track the owner of a page
 * old:       int old;
 * new:       struct page; void split_page(struct page *page, unsigned int order);
 * note:      for a block fresh from alloc_pages() without __GFP_COMP: only its first page is counted as used.
 */
#ifndef KIT_HAVE_SPLIT_PAGE
static inline void kit_split_page(struct page *page, unsigned int order)
{
	unsigned long i;

	for (i = 1; i < 1UL << order; i++)
		init_page_count(page + i);
}
#undef split_page
#define split_page kit_split_page
#endif
