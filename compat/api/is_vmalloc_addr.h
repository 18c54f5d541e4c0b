/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       is_vmalloc_addr
 * header:    linux/mm.h
 * since:     v2.6.25 commit unverified ("add is_vmalloc_addr()")
 * serves:    el5.0 (2.6.18); el5.7 has the backport
 * drop-when: baseline >= 2.6.25
 * probe:     decl is_vmalloc_addr
 * old:       void *vmalloc(unsigned long size);
 * new:       int is_vmalloc_addr(const void *x);
 */
#ifndef KIT_HAVE_IS_VMALLOC_ADDR
#include <asm/pgtable.h>

static inline int is_vmalloc_addr(const void *x)
{
	unsigned long at = (unsigned long)x;

	return at >= VMALLOC_START && at < VMALLOC_END;
}
#endif
