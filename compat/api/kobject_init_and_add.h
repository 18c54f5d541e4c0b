/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kobject_init_and_add
 * header:    linux/kobject.h
 * since:     v2.6.25 commit unverified ("kobject: add kobject_init_and_add function")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.25
 * probe:     decl kobject_init_and_add
 * force:     no, kobject_init() and kobject_add() took other arguments then
 * old:       struct kobject { int x; }; int kobject_register(struct kobject *kobj);
 * new:       struct kobject { int x; }; struct kobj_type; int kobject_init_and_add(struct kobject *kobj,
 *            struct kobj_type *ktype, struct kobject *parent, const char *fmt, ...);
 * note:      The name is at most 63 characters there.
 */
#ifndef KIT_HAVE_KOBJECT_INIT_AND_ADD
static int __attribute__((unused, format(printf, 4, 5)))
kobject_init_and_add(struct kobject *kobj, struct kobj_type *ktype, struct kobject *parent, const char *fmt, ...)
{
	char name[64];
	va_list args;
	int err;

	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	kobj->ktype = ktype;
	kobj->parent = parent;
	kobject_init(kobj);
	err = kobject_set_name(kobj, "%s", name);
	return err ? err : kobject_add(kobj);
}
#endif
