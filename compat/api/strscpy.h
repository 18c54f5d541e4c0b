/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       strscpy
 * header:    linux/string.h
 * since:     v4.3 commit unverified ("string: provide strscpy()")
 * serves:    el7.3 (3.10) and older
 * drop-when: baseline >= 4.3
 * probe:     decl strscpy
 * force:     no, new kernels have a macro of that name with a number of arguments of its own
 * old:       size_t strlen(const char *s);
 * new:       ssize_t strscpy(char *to, const char *from, size_t room);
 */
#ifndef KIT_HAVE_STRSCPY
#include <linux/errno.h>

static inline long strscpy(char *to, const char *from, size_t room)
{
	size_t len = strnlen(from, room);

	if (!room)
		return -E2BIG;
	memcpy(to, from, len < room ? len : room - 1);
	to[len < room ? len : room - 1] = 0;
	return len < room ? (long)len : -E2BIG;
}
#endif
