/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       acpi_fetch_acpi_dev
 * header:    linux/acpi.h
 * since:     v5.17 commit unverified ("ACPI: scan: Introduce acpi_fetch_acpi_dev()")
 * serves:    every row before 5.17
 * drop-when: baseline >= 5.17
 * probe:     decl acpi_fetch_acpi_dev
 * exported:  acpi_fetch_acpi_dev
 * export-default: present
 * force:     no, 5.18 removed the old call
 * old:       int acpi_bus_get_device(void *handle, void **device);
 * new:       void *acpi_fetch_acpi_dev(void *handle);
 */
#ifndef KIT_HAVE_ACPI_FETCH_ACPI_DEV
static inline struct acpi_device *acpi_fetch_acpi_dev(acpi_handle handle)
{
	struct acpi_device *device = NULL;

	return acpi_bus_get_device(handle, &device) ? NULL : device;
}
#endif
