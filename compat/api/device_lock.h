/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       device_lock
 * header:    linux/device.h
 * since:     v2.6.34 8e9394ce2412 ("Driver core: create lock/unlock functions for struct device")
 * serves:    el6 (2.6.32) without the backport
 * drop-when: baseline >= 2.6.34
 * probe:     decl device_lock
 * force:     no, the semaphore became a mutex
 * old:       struct device; void down(void *sem);
 * new:       struct device; void device_lock(struct device *dev);
 */
#ifndef KIT_HAVE_DEVICE_LOCK
static inline void device_lock(struct device *dev)
{
	down(&dev->sem);
}

static inline void device_unlock(struct device *dev)
{
	up(&dev->sem);
}
#endif
