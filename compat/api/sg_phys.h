/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sg_phys
 * header:    linux/scatterlist.h
 * uses:      linux/mm.h
 * needs:     for_each_sg
 * since:     v2.6.24 commit unverified ("[SG] Add helpers for manipulating SG entries")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.24
 * probe:     decl sg_phys
 * old:       struct scatterlist { int page; };
 * new:       struct scatterlist; unsigned long sg_phys(struct scatterlist *sg);
 */
#ifndef KIT_HAVE_SG_PHYS
#include <asm/io.h>

#define sg_phys(sg) (((u64)page_to_pfn(sg_page(sg)) << PAGE_SHIFT) + (sg)->offset)
#endif
