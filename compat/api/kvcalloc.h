/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kvcalloc
 * header:    linux/slab.h
 * uses:      linux/mm.h
 * needs:     kvzalloc
 * since:     v4.18 commit unverified ("mm: Introduce kvcalloc()")
 * serves:    ubuntu18.04 (4.15) and older
 * drop-when: baseline >= 4.18
 * probe:     decl kvcalloc
 * old:       void *kvzalloc(size_t size, gfp_t flags);
 * new:       void *kvcalloc(size_t n, size_t size, gfp_t flags);
 */
#ifndef KIT_HAVE_KVCALLOC
#include <linux/mm.h>

static inline void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	if (size && n > ~(size_t)0 / size)
		return NULL;
	return kvzalloc(n * size, flags);
}
#endif
