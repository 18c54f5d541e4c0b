/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       page_offline
 * header:    linux/page-flags.h
 * uses:      linux/mm_types.h linux/mm.h
 * since:     v5.1 commit unverified ("mm: convert PG_balloon to PG_offline")
 * serves:    every row before 5.1
 * drop-when: baseline >= 5.1
 * probe:     decl __SetPageOffline
 * force-names: PageOffline __SetPageOffline __ClearPageOffline
 * old:       struct page; void __SetPageBalloon(struct page *page);
 * new:       struct page; void __SetPageOffline(struct page *page);
 * note:      a mark for dump tools and page walkers; where it is missing they read what the balloon holds as zeros.
 */
#ifndef KIT_HAVE_PAGE_OFFLINE
struct page;

static inline int PageOffline(struct page *page)
{
	return 0;
}

static inline void __SetPageOffline(struct page *page)
{
}

static inline void __ClearPageOffline(struct page *page)
{
}
#endif
