/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmalloc_array
 * header:    linux/slab.h
 * since:     v3.4 a8203725dfde ("slab: introduce kmalloc_array()")
 * serves:    el6 (2.6.32), el5
 * drop-when: baseline >= 3.4
 * probe:     decl kmalloc_array
 * old:       void *kmalloc(size_t size, gfp_t flags);
 * new:       void *kmalloc_array(size_t n, size_t size, gfp_t flags);
 */
#ifndef KIT_HAVE_KMALLOC_ARRAY
static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	if (size && n > ~(size_t)0 / size)
		return NULL;
	return kmalloc(n * size, flags);
}
#endif
