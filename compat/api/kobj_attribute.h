/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kobj_attribute
 * header:    linux/kobject.h
 * since:     v2.6.25 commit unverified ("Driver Core: add kobj_attribute handling")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.25
 * probe:     type struct kobj_attribute
 * force:     no, the kernel's own struct stays visible
 * old:       struct kobject; struct attribute { int x; };
 * new:       struct kobject; struct attribute { int x; }; struct kobj_attribute { struct attribute attr; };
 * note:      brings kobj_sysfs_ops too.
 */
#ifndef KIT_HAVE_KOBJ_ATTRIBUTE
#include <linux/errno.h>
#include <linux/sysfs.h>

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count);
};

static inline ssize_t kit_kobj_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	return kattr->show ? kattr->show(kobj, kattr, buf) : -EIO;
}

static inline ssize_t kit_kobj_attr_store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t count)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	return kattr->store ? kattr->store(kobj, kattr, buf, count) : -EIO;
}

/* One per file that uses it; a file that does not gets none. */
static struct sysfs_ops kobj_sysfs_ops __attribute__((unused)) = {
	.show = kit_kobj_attr_show,
	.store = kit_kobj_attr_store,
};
#endif
