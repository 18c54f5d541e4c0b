/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       vmalloc_to_pfn_const
 * header:    linux/mm.h
 * since:     v2.6.26 commit unverified ("vmallocinfo: constify vmalloc_to_page and vmalloc_to_pfn")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.26
 * probe:     proto vmalloc_to_pfn == unsigned long (const void *)
 * force-names: kit_none
 * old:       unsigned long vmalloc_to_pfn(void *addr);
 * new:       unsigned long vmalloc_to_pfn(const void *addr);
 * note:      brings vmalloc_to_page() too.
 */
#ifndef KIT_HAVE_VMALLOC_TO_PFN_CONST
#define vmalloc_to_pfn(addr) vmalloc_to_pfn((void *)(addr))
#define vmalloc_to_page(addr) vmalloc_to_page((void *)(addr))
#endif
