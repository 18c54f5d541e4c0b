/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bus_type_uevent
 * header:    linux/device.h
 * since:     v6.3 2a81ada32f0e ("driver core: make struct bus_type.uevent() take a const *")
 * serves:    every row before 6.3
 * drop-when: baseline >= 6.3
 * probe:     member_type struct bus_type.uevent == int (*)(const struct device *, struct kobj_uevent_env *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct device; struct kobj_uevent_env;
 *            struct bus_type { int (*uevent)(struct device *, struct kobj_uevent_env *); };
 * new:       struct device; struct kobj_uevent_env;
 *            struct bus_type { int (*uevent)(const struct device *, struct kobj_uevent_env *); };
 * note:      adapter: KIT_BUS_UEVENT_ADAPTER(fn); ... .uevent = KIT_BUS_UEVENT(fn)
 */
#if defined(KIT_HAVE_BUS_TYPE_UEVENT)
#define KIT_BUS_UEVENT_ADAPTER(fn) struct kit_semicolon
#define KIT_BUS_UEVENT(fn) fn
#elif defined(KIT_HAVE_KOBJ_UEVENT_ENV)
#define KIT_BUS_UEVENT_ADAPTER(fn)					\
static int kit_uevent_##fn(struct device *dev, struct kobj_uevent_env *env)	\
{									\
	return fn(dev, env);						\
}									\
struct kit_semicolon
#define KIT_BUS_UEVENT(fn) kit_uevent_##fn
#else
#define KIT_BUS_UEVENT_ADAPTER(fn)					\
static int kit_uevent_##fn(struct device *dev, char **envp, int num_envp, char *buf, int size)	\
{									\
	struct kobj_uevent_env env = { envp, num_envp, 0, buf, size, 0 };	\
									\
	return fn(dev, &env);						\
}									\
struct kit_semicolon
#define KIT_BUS_UEVENT(fn) kit_uevent_##fn
#endif
