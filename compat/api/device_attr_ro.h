/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       device_attr_ro
 * header:    linux/device.h
 * since:     v3.11 commit unverified ("driver core: device.h: add RW and RO attribute macros")
 * serves:    el7 (3.10) without the backport
 * drop-when: baseline >= 3.11
 * probe:     macro DEVICE_ATTR_RO
 * force-names: DEVICE_ATTR_RO DEVICE_ATTR_RW
 * old:       #define DEVICE_ATTR(_name, _mode, _show, _store) 0
 * new:       #define DEVICE_ATTR_RO(_name) 0
 * note:      brings DEVICE_ATTR_RW() too; both came in one commit.
 */
#ifndef KIT_HAVE_DEVICE_ATTR_RO
#define DEVICE_ATTR_RO(_name) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, 0444, _name##_show, NULL)
#define DEVICE_ATTR_RW(_name) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, 0644, _name##_show, _name##_store)
#endif
