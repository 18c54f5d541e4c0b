/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmap_local_page
 * header:    linux/highmem.h
 * needs:     kmap_atomic_type
 * since:     v5.11 f3ba3c710ac5 ("mm/highmem: Provide kmap_local*")
 * serves:    every row before 5.11
 * drop-when: baseline >= 5.11
 * probe:     decl kmap_local_page
 * old:       struct page; void *kmap_atomic(struct page *page);
 * new:       struct page; void *kmap_local_page(struct page *page);
 * force-names: kmap_local_page kunmap_local
 * note:      brings kunmap_local(). With interrupts off only, on kernels older than 2.6.37.
 */
#ifndef KIT_HAVE_KMAP_LOCAL_PAGE
#ifdef KIT_HAVE_KMAP_ATOMIC_TYPE
#include <asm/kmap_types.h>

#define kmap_local_page(page) kmap_atomic(page, KM_IRQ0)
#define kunmap_local(addr) kunmap_atomic((void *)((unsigned long)(addr) & PAGE_MASK), KM_IRQ0)
#else
#define kmap_local_page(page) kmap_atomic(page)
#define kunmap_local(addr) kunmap_atomic(addr)
#endif
#endif
