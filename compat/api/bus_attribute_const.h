/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bus_attribute_const
 * header:    linux/device.h
 * since:     v6.4 commit unverified ("driver core: bus: constantify the show/store callbacks of bus_attribute")
 * serves:    every row before 6.4
 * drop-when: baseline >= 6.4
 * probe:     member_type struct bus_attribute.show == ssize_t (*)(const struct bus_type *, char *)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct bus_type;
 *            struct bus_attribute { ssize_t (*show)(struct bus_type *, char *); };
 * new:       struct bus_type;
 *            struct bus_attribute { ssize_t (*show)(const struct bus_type *, char *); };
 * note:      adapter: KIT_BUS_SHOW_ADAPTER(fn); ... __ATTR(name, mode, KIT_BUS_SHOW(fn), NULL)
 */
#ifdef KIT_HAVE_BUS_ATTRIBUTE_CONST
#define KIT_BUS_SHOW_ADAPTER(fn) struct kit_semicolon
#define KIT_BUS_SHOW(fn) fn
#else
#define KIT_BUS_SHOW_ADAPTER(fn)					\
static ssize_t kit_bus_##fn(struct bus_type *bus, char *buf)		\
{									\
	return fn(bus, buf);						\
}									\
struct kit_semicolon
#define KIT_BUS_SHOW(fn) kit_bus_##fn
#endif
