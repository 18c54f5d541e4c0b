/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       device_driver_pm
 * header:    linux/device.h
 * since:     v2.6.29 1eede070a59e ("Introduce new top level suspend and hibernation callbacks")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.29
 * probe:     member struct device_driver.pm
 * force:     no, the member is there
 * old:       struct device_driver { int (*suspend)(void *); };
 * new:       struct dev_pm_ops; struct device_driver { const struct dev_pm_ops *pm; };
 * note:      adapter: KIT_DRIVER_PM(ops) among the initialisers, without a comma
 */
#ifdef KIT_HAVE_DEVICE_DRIVER_PM
#define KIT_DRIVER_PM(ops) .pm = &(ops),
#else
#define KIT_DRIVER_PM(ops)
#endif
