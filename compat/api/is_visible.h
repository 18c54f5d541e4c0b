/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       is_visible
 * header:    linux/sysfs.h
 * needs:     is_visible_umode
 * since:     v2.6.25 commit unverified ("Driver Core: add ability for attribute groups to be conditionally visible")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.25
 * probe:     member struct attribute_group.is_visible
 * force:     yes
 * old:       struct attribute_group { const char *name; };
 * new:       struct attribute_group { const char *name; int (*is_visible)(void); };
 * note:      adapter: KIT_IS_VISIBLE_ADAPTER(fn); ... KIT_IS_VISIBLE(fn) among the initialisers, without a comma.
 *            Where a group cannot hide a file the file is there and says -ENODEV when read.
 */
#ifdef KIT_HAVE_IS_VISIBLE
#define KIT_IS_VISIBLE_ADAPTER(fn)						\
static kit_visible_mode_t kit_visible_##fn(struct kobject *kobj, struct attribute *attr, int n)	\
{										\
	return fn(kobj, attr, n);						\
}										\
struct kit_semicolon
#define KIT_IS_VISIBLE(fn) .is_visible = kit_visible_##fn,
#else
#define KIT_IS_VISIBLE_ADAPTER(fn)						\
static inline void kit_unused_##fn(void)					\
{										\
	(void)fn;								\
}										\
struct kit_semicolon
#define KIT_IS_VISIBLE(fn)
#endif
