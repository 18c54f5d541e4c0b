/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kstrndup
 * header:    linux/string.h
 * since:     v2.6.23 commit unverified ("add kstrndup")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.23
 * probe:     decl kstrndup
 * object:    kstrndup.c
 * force-names: kstrndup
 * old:       char *kstrdup(const char *s, unsigned int gfp);
 * new:       char *kstrndup(const char *s, unsigned long len, unsigned int gfp);
 */
#ifndef KIT_HAVE_KSTRNDUP
/* Not inline: <linux/slab.h> includes this header. */
char *kit_kstrndup(const char *s, size_t max, unsigned int gfp);
#define kstrndup(s, max, gfp) kit_kstrndup(s, max, gfp)
#endif
