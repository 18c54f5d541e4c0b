/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bus_type_remove
 * header:    linux/device.h
 * since:     v5.15 fc7a6209d571 ("bus: Make remove callback return void")
 * serves:    every row before 5.15
 * drop-when: baseline >= 5.15
 * probe:     member_type struct bus_type.remove == void (*)(struct device *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct device; struct bus_type { int (*remove)(struct device *); };
 * new:       struct device; struct bus_type { void (*remove)(struct device *); };
 * note:      adapter: KIT_BUS_REMOVE_ADAPTER(fn); ... .remove = KIT_BUS_REMOVE(fn)
 */
#ifdef KIT_HAVE_BUS_TYPE_REMOVE
#define KIT_BUS_REMOVE_ADAPTER(fn) struct kit_semicolon
#define KIT_BUS_REMOVE(fn) fn
#else
#define KIT_BUS_REMOVE_ADAPTER(fn)					\
static int kit_remove_##fn(struct device *dev)				\
{									\
	fn(dev);							\
	return 0;							\
}									\
struct kit_semicolon
#define KIT_BUS_REMOVE(fn) kit_remove_##fn
#endif
