/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kobject_uevent_env
 * header:    linux/kobject.h
 * since:     v2.6.23 commit unverified ("Driver core: add kobject_uevent_env")
 * serves:    vanilla 2.6.18
 * drop-when: baseline >= 2.6.23
 * probe:     decl kobject_uevent_env
 * exported:  kobject_uevent_env
 * export-default: present
 * old:       struct kobject; enum kobject_action { KOBJ_CHANGE };
 *            void kobject_uevent(struct kobject *kobj, enum kobject_action action);
 * new:       struct kobject; enum kobject_action { KOBJ_CHANGE };
 *            int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp[]);
 * note:      an event cannot carry variables there, so none is sent.
 */
#ifndef KIT_HAVE_KOBJECT_UEVENT_ENV
#include <linux/errno.h>

static inline int kit_kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp[])
{
	return -EOPNOTSUPP;
}
#undef kobject_uevent_env
#define kobject_uevent_env kit_kobject_uevent_env
#endif
