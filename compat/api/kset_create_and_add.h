/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kset_create_and_add
 * header:    linux/kobject.h
 * since:     v2.6.25 b727c702896f ("kset: add kset_create_and_add function")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.25
 * probe:     decl kset_create_and_add
 * object:    kset_create_and_add.c
 * force:     no, a kset's own type is set up differently since
 * old:       struct kset { int x; }; int kset_register(struct kset *kset);
 * new:       struct kset { int x; }; struct kobject; struct kset_uevent_ops;
 *            struct kset *kset_create_and_add(const char *name, const struct kset_uevent_ops *ops,
 *            struct kobject *parent);
 */
#ifndef KIT_HAVE_KSET_CREATE_AND_ADD
/* Not inline: <linux/slab.h> includes this header. */
struct kset *kit_kset_create_and_add(const char *name, struct kset_uevent_ops *ops, struct kobject *parent);
#define kset_create_and_add(name, ops, parent) kit_kset_create_and_add(name, ops, parent)
#endif
