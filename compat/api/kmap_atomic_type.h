/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmap_atomic_type
 * header:    linux/highmem.h
 * uses:      linux/mm.h
 * since:     v2.6.0 commit unverified ("kmap_atomic with a slot")
 * until:     v3.8 commit unverified ("highmem: remove the deprecated form of kmap_atomic")
 * serves:    el6 (2.6.32), el5
 * drop-when: baseline >= 3.8
 * probe:     code void *kit_map(struct page *page); void *kit_map(struct page *page) { return kmap_atomic(page, 0); }
 * mutate:    kmap_atomic
 * force:     no, the kernel's own function decides
 * old:       struct page; void *kmap_atomic(struct page *page);
 * new:       struct page; void *kmap_atomic(struct page *page, int type);
 * note:      only asked: kmap_local_page.h uses the answer. From 2.6.37 on the slot was taken and ignored.
 */
