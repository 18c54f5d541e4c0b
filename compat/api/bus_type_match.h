/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bus_type_match
 * header:    linux/device.h
 * since:     v6.11 d69d80484598 ("driver core: have match() callback in struct bus_type take a const *")
 * serves:    every row before 6.11
 * drop-when: baseline >= 6.11
 * probe:     member_type struct bus_type.match == int (*)(struct device *, const struct device_driver *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct device; struct device_driver;
 *            struct bus_type { int (*match)(struct device *, struct device_driver *); };
 * new:       struct device; struct device_driver;
 *            struct bus_type { int (*match)(struct device *, const struct device_driver *); };
 * note:      adapter: KIT_BUS_MATCH_ADAPTER(fn); ... .match = KIT_BUS_MATCH(fn)
 */
#ifdef KIT_HAVE_BUS_TYPE_MATCH
#define KIT_BUS_MATCH_ADAPTER(fn) struct kit_semicolon
#define KIT_BUS_MATCH(fn) fn
#else
#define KIT_BUS_MATCH_ADAPTER(fn)					\
static int kit_match_##fn(struct device *dev, struct device_driver *drv)	\
{									\
	return fn(dev, drv);						\
}									\
struct kit_semicolon
#define KIT_BUS_MATCH(fn) kit_match_##fn
#endif
