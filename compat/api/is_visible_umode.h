/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       is_visible_umode
 * header:    linux/sysfs.h
 * since:     v3.3 commit unverified ("switch ->is_visible() to returning umode_t")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 3.3
 * probe:     member_type struct attribute_group.is_visible ==
 *            umode_t (*)(struct kobject *, struct attribute *, int)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct kobject; struct attribute; typedef unsigned short umode_t; typedef unsigned int mode_t;
 *            struct attribute_group { mode_t (*is_visible)(struct kobject *, struct attribute *, int); };
 * new:       struct kobject; struct attribute; typedef unsigned short umode_t; typedef unsigned int mode_t;
 *            struct attribute_group { umode_t (*is_visible)(struct kobject *, struct attribute *, int); };
 */
#ifdef KIT_HAVE_IS_VISIBLE_UMODE
typedef umode_t kit_visible_mode_t;
#else
typedef mode_t kit_visible_mode_t;
#endif
