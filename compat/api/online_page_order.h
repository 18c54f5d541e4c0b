/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       online_page_order
 * header:    linux/memory_hotplug.h
 * needs:     online_page_callback
 * since:     v5.1 commit unverified ("mm/page_alloc.c: memory hotplug: free pages as higher order")
 * serves:    every row before 5.1 that has the callback
 * drop-when: baseline >= 5.1
 * probe:     code typedef char kit_t_online_order[__builtin_types_compatible_p(online_page_callback_t,
 *            void (*)(struct page *, unsigned int)) ? 1 : -1];
 * mutate:    online_page_callback_t
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct page; typedef void (*online_page_callback_t)(struct page *page);
 * new:       struct page; typedef void (*online_page_callback_t)(struct page *page, unsigned int order);
 * note:      adapter: KIT_ONLINE_PAGE_ADAPTER(fn); ... set_online_page_callback(KIT_ONLINE_PAGE(fn))
 */
#if defined(KIT_HAVE_ONLINE_PAGE_ORDER) || !defined(KIT_HAVE_ONLINE_PAGE_CALLBACK)
#define KIT_ONLINE_PAGE_ADAPTER(fn) struct kit_semicolon
#define KIT_ONLINE_PAGE(fn) fn
#else
#define KIT_ONLINE_PAGE_ADAPTER(fn)					\
static void kit_online_##fn(struct page *page)				\
{									\
	fn(page, 0);							\
}									\
struct kit_semicolon
#define KIT_ONLINE_PAGE(fn) kit_online_##fn
#endif
