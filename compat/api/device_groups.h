/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       device_groups
 * header:    linux/device.h
 * since:     v2.6.28 commit unverified ("driver core: Allow device groups to be set by the bus / attribute groups of a device")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.28
 * probe:     member struct device.groups
 * force:     yes
 * old:       struct device { int x; };
 * new:       struct attribute_group; struct device { const struct attribute_group **groups; };
 * note:      adapter: kit_device_set_groups(), kit_device_add_groups()
 */
/*
 * kit_device_set_groups(dev, groups) before device_add(); after it
 * kit_device_add_groups(dev, groups), which does what a kernel without the member
 * left undone.  There the files appear a moment after the uevent.
 */
#ifdef KIT_HAVE_DEVICE_GROUPS
#define kit_device_set_groups(dev, list) ((dev)->groups = (list))
#define kit_device_add_groups(dev, list) 0
#else
#include <linux/sysfs.h>

#define kit_device_set_groups(dev, list) ((void)(list))

static inline int kit_device_add_groups(struct device *dev, const struct attribute_group **list)
{
	int ret = 0;

	for (; !ret && *list; list++)
		ret = sysfs_create_group(&dev->kobj, *list);
	return ret;
}
#endif
