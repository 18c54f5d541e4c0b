// SPDX-License-Identifier: GPL-2.0-only
/*
 * kset_create_and_add() for kernels before 2.6.25.
 */
#include <linux/kobject.h>
#include <linux/slab.h>

#ifndef KIT_HAVE_KSET_CREATE_AND_ADD
static void kit_kset_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct kset, kobj));
}

static struct kobj_type kit_kset_ktype = {
	.release = kit_kset_release,
};

struct kset *kit_kset_create_and_add(const char *name, struct kset_uevent_ops *ops, struct kobject *parent)
{
	struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

	if (!kset)
		return NULL;
	kset->uevent_ops = ops;
	kset->kobj.ktype = &kit_kset_ktype;
	kset->kobj.parent = parent;
	if (kobject_set_name(&kset->kobj, "%s", name) || kset_register(kset)) {
		kfree(kset);
		return NULL;
	}
	return kset;
}
#endif
