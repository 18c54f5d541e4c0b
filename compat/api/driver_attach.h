/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       driver_attach
 * header:    linux/device.h
 * since:     v2.6.20 commit unverified ("Driver core: make drivers/base/dd.c check return values / driver_attach() returns int")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.20
 * probe:     code static inline int kit_p_driver_attach(struct device_driver *drv) { return driver_attach(drv); }
 * force:     no, a result that must be used would be thrown away
 * mutate:    driver_attach
 * old:       struct device_driver; void driver_attach(struct device_driver *drv);
 * new:       struct device_driver; int driver_attach(struct device_driver *drv);
 */
#ifndef KIT_HAVE_DRIVER_ATTACH
static inline int kit_driver_attach(struct device_driver *drv)
{
	driver_attach(drv);
	return 0;
}

#define driver_attach(drv) kit_driver_attach(drv)
#endif
