/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kvzalloc
 * header:    linux/slab.h
 * also-in:   linux/mm.h
 * uses:      linux/mm.h
 * needs:     vzalloc kvfree
 * since:     v4.12 a7c3e901a46f ("mm: introduce kv[mz]alloc helpers")
 * serves:    ubuntu16.04 (4.4), el7, el6, el5
 * drop-when: baseline >= 4.12
 * probe:     decl kvzalloc
 * force-names: kvmalloc kvzalloc
 * old:       void *kzalloc(size_t size, gfp_t flags);
 * new:       void *kvzalloc(size_t size, gfp_t flags);
 * note:      brings kvmalloc() too; both came in one commit.
 */
/* From 4.12 to 4.20 the declarations are here. */
#include <linux/mm.h>

#ifndef KIT_HAVE_KVZALLOC
#include <linux/slab.h>
#include <linux/vmalloc.h>

static inline void *kvmalloc(size_t size, gfp_t flags)
{
	void *p = NULL;

	if (size <= PAGE_SIZE << 3)
		p = kmalloc(size, size > PAGE_SIZE ? flags | __GFP_NOWARN : flags);
	return p ? p : vmalloc(size);
}

static inline void *kvzalloc(size_t size, gfp_t flags)
{
	void *p = NULL;

	if (size <= PAGE_SIZE << 3)
		p = kzalloc(size, size > PAGE_SIZE ? flags | __GFP_NOWARN : flags);
	return p ? p : vzalloc(size);
}
#endif
