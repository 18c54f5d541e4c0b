/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kstrtouint
 * header:    linux/kernel.h
 * since:     v2.6.39 33ee3b2e2eb9 ("kstrto*: converting strings to integers done (hopefully) right")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     decl kstrtouint
 * old:       unsigned long simple_strtoul(const char *s, char **end, unsigned int base);
 * new:       int kstrtouint(const char *s, unsigned int base, unsigned int *res);
 */
#ifndef KIT_HAVE_KSTRTOUINT
#include <linux/errno.h>

/* Like the kernel's: one number, at most one newline behind it, no sign but '+', no overflow. */
static inline int kstrtouint(const char *s, unsigned int base, unsigned int *res)
{
	unsigned long long value;
	char *end;

	if (*s == '+')
		s++;
	if (*s < '0' || *s > '9')
		return -EINVAL;
	value = simple_strtoull(s, &end, base);
	if (end == s || (*end && (end[0] != '\n' || end[1])))
		return -EINVAL;
	if (value > 0xFFFFFFFFULL || end - s > 11)
		return -ERANGE;
	*res = value;
	return 0;
}
#endif
