/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_pm_ops
 * header:    linux/pm.h
 * since:     v2.6.30 commit unverified ("PM: Simplify the new suspend/hibernation framework for devices")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.30
 * probe:     type struct dev_pm_ops
 * force:     no, the kernel's own struct stays visible
 * old:       struct pm_message { int event; };
 * new:       struct dev_pm_ops { int x; };
 * note:      Older kernels have no callbacks of this kind: the table is written and never read.
 */
#ifndef KIT_HAVE_DEV_PM_OPS
struct device;

struct dev_pm_ops {
	void (*complete)(struct device *dev);
	int (*freeze_noirq)(struct device *dev);
	int (*thaw_noirq)(struct device *dev);
	int (*poweroff_noirq)(struct device *dev);
	int (*restore_noirq)(struct device *dev);
};
#endif
