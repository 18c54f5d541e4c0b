/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       struct_size
 * header:    linux/overflow.h
 * since:     v4.18 610b15c50e86 ("overflow.h: Add allocation size calculation helpers")
 * serves:    ubuntu18.04 (4.15) and older
 * drop-when: baseline >= 4.18
 * probe:     macro struct_size
 * force-names: struct_size array_size
 * old:       #define KIT_OLD 1
 * new:       #define struct_size(p, member, count) 0
 * note:      brings array_size() too.
 */
#ifndef KIT_HAVE_STRUCT_SIZE
#include <linux/types.h>

/* Saturates: an allocation of ~0 bytes fails, a wrapped size would succeed. */
static inline size_t kit_struct_size(size_t base, size_t each, size_t count)
{
	if (each && count > (~(size_t)0 - base) / each)
		return ~(size_t)0;
	return base + each * count;
}

#define struct_size(p, member, count)					\
	kit_struct_size(sizeof(*(p)), sizeof(*(p)->member), count)
#define array_size(a, b) kit_struct_size(0, a, b)
#endif
