/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       driver_mod_name
 * header:    linux/device.h
 * since:     v2.6.22 commit unverified ("Driver core: add mod_name to the driver struct for built-in modules")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.22
 * probe:     member struct device_driver.mod_name
 * force:     yes
 * old:       struct device_driver { const char *name; };
 * new:       struct device_driver { const char *name; const char *mod_name; };
 * note:      adapter: kit_driver_set_mod_name(&driver, name)
 */
/* kit_driver_set_mod_name(drv, name): drv->mod_name = name, where there is one. */
#ifdef KIT_HAVE_DRIVER_MOD_NAME
#define kit_driver_set_mod_name(drv, name) ((drv)->mod_name = (name))
#else
#define kit_driver_set_mod_name(drv, name) ((void)(name))
#endif
