/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kobj_sysfs_ops
 * header:    linux/kobject.h
 * needs:     kobj_attribute
 * since:     v3.14 commit unverified ("kobject: export kobj_sysfs_ops")
 * serves:    el6 (2.6.32) and vanilla up to 3.13, which declare it and export it to no module
 * drop-when: baseline >= 3.14
 * probe:     decl kobj_sysfs_ops
 * exported:  kobj_sysfs_ops
 * export-default: absent
 * force-names: kit_none
 * old:       struct sysfs_ops { int x; };
 * new:       struct sysfs_ops { int x; }; extern const struct sysfs_ops kobj_sysfs_ops;
 */
#if defined(KIT_HAVE_KOBJ_ATTRIBUTE) && !defined(KIT_HAVE_KOBJ_SYSFS_OPS)
#include <linux/errno.h>
#include <linux/sysfs.h>

static ssize_t __attribute__((unused))
kit_kobj_ops_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	return kattr->show ? kattr->show(kobj, kattr, buf) : -EIO;
}

static ssize_t __attribute__((unused))
kit_kobj_ops_store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t count)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	return kattr->store ? kattr->store(kobj, kattr, buf, count) : -EIO;
}

/* One per file that uses it. */
static struct sysfs_ops kit_kobj_sysfs_ops __attribute__((unused)) = {
	.show = kit_kobj_ops_show,
	.store = kit_kobj_ops_store,
};

#define kobj_sysfs_ops kit_kobj_sysfs_ops
#endif
