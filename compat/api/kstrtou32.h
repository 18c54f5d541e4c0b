/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kstrtou32
 * header:    linux/kernel.h
 * needs:     kstrtouint
 * since:     v2.6.39 commit unverified ("kstrto*: add kstrtou32()")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     decl kstrtou32
 * old:       int kstrtouint(const char *s, unsigned int base, unsigned int *res);
 * new:       int kstrtou32(const char *s, unsigned int base, u32 *res);
 */
#ifndef KIT_HAVE_KSTRTOU32
static inline int kstrtou32(const char *s, unsigned int base, u32 *res)
{
	return kstrtouint(s, base, res);
}
#endif
