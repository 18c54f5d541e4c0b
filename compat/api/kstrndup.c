// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstrndup() for kernels before 2.6.23.
 */
#include <linux/slab.h>
#include <linux/string.h>

#ifndef KIT_HAVE_KSTRNDUP
char *kit_kstrndup(const char *s, size_t max, unsigned int gfp)
{
	size_t len = strnlen(s, max);
	char *copy = kmalloc(len + 1, gfp);

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}
#endif
