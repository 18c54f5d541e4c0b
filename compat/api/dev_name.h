/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_name
 * header:    linux/device.h
 * since:     v2.6.26 commit unverified ("driver core: add dev_name() to help transition away from using bus_id")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.26
 * probe:     decl dev_name
 * force:     no, the member it read is gone
 * old:       struct device { char bus_id[20]; };
 * new:       struct device { int x; }; const char *dev_name(const struct device *dev);
 */
#ifndef KIT_HAVE_DEV_NAME
static inline const char *dev_name(const struct device *dev)
{
	return dev->bus_id;
}
#endif
