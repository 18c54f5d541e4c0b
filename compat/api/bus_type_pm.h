/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bus_type_pm
 * header:    linux/device.h
 * since:     v2.6.29 1eede070a59e ("Introduce new top level suspend and hibernation callbacks")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.29
 * probe:     member struct bus_type.pm
 * force:     no, the member is there
 * old:       struct bus_type { int (*suspend)(void *); };
 * new:       struct dev_pm_ops; struct bus_type { const struct dev_pm_ops *pm; };
 * note:      adapter: KIT_BUS_PM(ops) as the last entry of an initialiser
 */
#ifdef KIT_HAVE_BUS_TYPE_PM
#define KIT_BUS_PM(ops) .pm = &(ops),
#else
#define KIT_BUS_PM(ops)
#endif
