/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       vzalloc
 * header:    linux/vmalloc.h
 * since:     v2.6.37 commit unverified ("mm: add vzalloc() and vzalloc_node() helpers")
 * serves:    el6.3 (2.6.32), el5
 * drop-when: baseline >= 2.6.37
 * probe:     decl vzalloc
 * old:       void *vmalloc(unsigned long size);
 * new:       void *vzalloc(unsigned long size);
 */
#ifndef KIT_HAVE_VZALLOC
#include <linux/string.h>

static inline void *vzalloc(unsigned long size)
{
	void *p = vmalloc(size);

	if (p)
		memset(p, 0, size);
	return p;
}
#endif
