/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers the ACPI tables and the registers behind them share. */
#ifndef HOST_ACPI_H
#define HOST_ACPI_H

#define ACPI_PM_BASE 0x600
#define ACPI_PM_SIZE 12
#define ACPI_RESET_PORT 0xCF9
#define ACPI_RESET_VALUE 6
#define ACPI_SCI 9
#define ACPI_SLP_TYP_S5 5 /* as in dsdt.asl */
#define ACPI_SLP_TYP_S4 4 /* as in the SSDT of acpi.c */

#endif
