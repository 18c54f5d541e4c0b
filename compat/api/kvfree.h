/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kvfree
 * header:    linux/slab.h
 * also-in:   linux/mm.h
 * uses:      linux/mm.h asm/pgtable.h linux/pgtable.h
 * since:     v3.15 39f1f78d53b9 ("nick kvfree() from apparmor")
 * serves:    el7.3 (3.10), el6, el5
 * drop-when: baseline >= 3.15
 * probe:     decl kvfree
 * old:       void kfree(const void *p);
 * new:       void kvfree(const void *p);
 */
#ifndef KIT_HAVE_KVFREE
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>

static inline void kit_kvfree(const void *p)
{
	unsigned long at = (unsigned long)p;

	if (at >= VMALLOC_START && at < VMALLOC_END)
		vfree((void *)p);
	else
		kfree(p);
}

#define kvfree(p) kit_kvfree(p)
#endif
