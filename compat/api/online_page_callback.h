/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       online_page_callback
 * header:    linux/memory_hotplug.h
 * since:     v3.2 commit unverified ("mm: extend memory hotplug API to allow memory hotplug in virtual machines")
 * serves:    el6 before 6.10 (2.6.32), sles11 (3.0)
 * drop-when: baseline >= 3.2
 * probe:     decl set_online_page_callback
 * force-names: set_online_page_callback restore_online_page_callback
 * old:       struct page; void online_page(struct page *page);
 * new:       struct page; int set_online_page_callback(void (*cb)(struct page *page));
 * note:      without it a driver cannot keep back pages of a block: set_online_page_callback() says so.
 */
#ifndef KIT_HAVE_ONLINE_PAGE_CALLBACK
#include <linux/errno.h>

static inline int set_online_page_callback(void (*callback)(struct page *page, unsigned int order))
{
	return -EOPNOTSUPP;
}

static inline int restore_online_page_callback(void (*callback)(struct page *page, unsigned int order))
{
	return -EOPNOTSUPP;
}
#endif
