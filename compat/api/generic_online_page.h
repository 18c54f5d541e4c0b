/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       generic_online_page
 * header:    linux/memory_hotplug.h
 * needs:     online_page_callback
 * since:     v5.5 commit unverified ("mm/memory_hotplug: export generic_online_page()")
 * serves:    every row before 5.5
 * drop-when: baseline >= 5.5
 * probe:     proto generic_online_page == void (struct page *, unsigned int)
 * old:       struct page; void __online_page_free(struct page *page);
 * new:       struct page; void generic_online_page(struct page *page, unsigned int order);
 * note:      the three steps it replaced were exported one by one. Where there is no callback there is nothing to
 *            hand over either: the kernel onlines every page by itself. A macro, since this header comes before
 *            struct page is complete.
 */
#ifndef KIT_HAVE_GENERIC_ONLINE_PAGE
#if defined(KIT_HAVE_ONLINE_PAGE_CALLBACK) && defined(CONFIG_MEMORY_HOTPLUG)
#define generic_online_page(page, order)				\
do {									\
	struct page *kit_page = (page);					\
	unsigned long kit_left = 1UL << (order);			\
									\
	for (; kit_left; kit_left--, kit_page++) {			\
		__online_page_set_limits(kit_page);			\
		__online_page_increment_counters(kit_page);		\
		__online_page_free(kit_page);				\
	}								\
} while (0)
#else
#define generic_online_page(page, order) ((void)(page), (void)(order))
#endif
#endif
