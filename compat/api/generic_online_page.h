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
 *            hand over either: the kernel onlines every page by itself.
 */
#ifndef KIT_HAVE_GENERIC_ONLINE_PAGE
static inline void generic_online_page(struct page *page, unsigned int order)
{
#if defined(KIT_HAVE_ONLINE_PAGE_CALLBACK) && defined(CONFIG_MEMORY_HOTPLUG)
	unsigned long i;

	for (i = 0; i < 1UL << order; i++) {
		__online_page_set_limits(page + i);
		__online_page_increment_counters(page + i);
		__online_page_free(page + i);
	}
#endif
}
#endif
