/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kzalloc_node
 * header:    linux/slab.h
 * since:     v2.6.23 commit unverified ("SLUB: support for slab zeroing / kzalloc_node")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.23
 * probe:     decl kzalloc_node
 * old:       void *kmalloc_node(size_t size, gfp_t flags, int node);
 * new:       void *kzalloc_node(size_t size, gfp_t flags, int node);
 */
#ifndef KIT_HAVE_KZALLOC_NODE
#include <linux/string.h>

static inline void *kzalloc_node(size_t size, gfp_t flags, int node)
{
	void *p = kmalloc_node(size, flags, node);

	if (p)
		memset(p, 0, size);
	return p;
}
#endif
