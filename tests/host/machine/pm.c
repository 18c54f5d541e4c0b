// SPDX-License-Identifier: GPL-2.0-only
/* ACPI's fixed registers (no general-purpose events), the reset port, and as much of an i8042 as resets a machine. */
#include <string.h>

#include "acpi.h"
#include "core/exit_codes.h"
#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define PM1_SCI_EN 1
#define PM1_SLP_EN (1U << 13)
#define PM1_SLP_TYP(v) (((v) >> 10) & 7)
#define PM1_STATUS 0
#define PM1_ENABLE 2
#define PM1_CONTROL 4
#define PM_TIMER 8
#define PM_TIMER_HZ 3579545ULL

/* Output full, input empty: a driver that looks for a controller finds a broken one, one that resets need not wait. */
#define I8042_NOBODY 0xFD
#define I8042_RESET 0xFE

static uint16_t pm1_enable, pm1_control;

void pm_reset(void)
{
	pm1_enable = 0;
	pm1_control = PM1_SCI_EN;
}

static uint32_t timer_ticks(void)
{
	return (uint32_t)((__uint128_t)clock_ns() * PM_TIMER_HZ / NS_PER_S);
}

static void sleep_now(uint16_t value)
{
	if (PM1_SLP_TYP(value) == ACPI_SLP_TYP_S5)
		machine_stop(EXIT_POWEROFF, "the guest powered off");
	else if (PM1_SLP_TYP(value) == ACPI_SLP_TYP_S4)
		machine_stop(EXIT_POWEROFF, "the guest hibernated");
	else
		log_warn("the guest asks for sleep type %u, which is none of ours", PM1_SLP_TYP(value));
}

static void pm_write(uint16_t offset, uint32_t value)
{
	if (offset == PM1_ENABLE)
		pm1_enable = (uint16_t)value;
	if (offset != PM1_CONTROL)
		return;
	pm1_control = (uint16_t)(value & ~PM1_SLP_EN) | PM1_SCI_EN;
	if (value & PM1_SLP_EN)
		sleep_now((uint16_t)value);
}

/* The registers' bytes as they lie from the base on; accesses of any size that end inside are served. */
static void pm_access(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *data)
{
	uint8_t image[ACPI_PM_SIZE + 4] = { 0 };
	uint32_t ticks = timer_ticks(), value = 0;

	if (out) {
		memcpy(&value, data, size);
		pm_write(offset, value);
		return;
	}
	memcpy(image + PM1_ENABLE, &pm1_enable, 2);
	memcpy(image + PM1_CONTROL, &pm1_control, 2);
	memcpy(image + PM_TIMER, &ticks, 4);
	memcpy(data, image + offset, size);
}

static void reset_port(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *data)
{
	if (out && size == 1 && (*data & 4))
		machine_reset("the guest wrote the reset port");
}

static void i8042(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *data)
{
	if (!out)
		memset(data, I8042_NOBODY, size);
	else if (*data == I8042_RESET)
		machine_reset("the guest reset by the keyboard controller");
}

void pm_init(void)
{
	pm_reset();
	io_register(ACPI_PM_BASE, ACPI_PM_SIZE, pm_access, NULL);
	io_register(ACPI_RESET_PORT, 1, reset_port, NULL);
	io_register(0x64, 1, i8042, NULL);
}
