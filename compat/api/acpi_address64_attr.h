/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       acpi_address64_attr
 * header:    linux/acpi.h
 * since:     v3.20 commit unverified ("ACPICA: Resources: Provide common part for struct acpi_resource_address structures")
 * serves:    el7 (3.10)
 * drop-when: baseline >= 4.0
 * probe:     member struct acpi_resource_address64.address
 * force:     no, the kernel's own layout decides
 * old:       struct acpi_resource_address64 { unsigned long long minimum; };
 * new:       struct acpi_resource_address64 { struct { unsigned long long minimum; } address; };
 * note:      KIT_ACPI_ADDRESS(a)->minimum, ->maximum
 */
#ifdef KIT_HAVE_ACPI_ADDRESS64_ATTR
#define KIT_ACPI_ADDRESS(a) (&(a)->address)
#else
#define KIT_ACPI_ADDRESS(a) (a)
#endif
