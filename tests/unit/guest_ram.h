/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's memory of a test of one of the host's devices: GUEST_RAM bytes (set before), and nothing behind them. */
#ifndef UNIT_GUEST_RAM_H
#define UNIT_GUEST_RAM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static uint8_t ram[GUEST_RAM];

bool mem_read(uint64_t gpa, void *buf, size_t len)
{
	if (gpa > sizeof(ram) || len > sizeof(ram) - gpa)
		return false;
	memcpy(buf, ram + gpa, len);
	return true;
}

bool mem_write(uint64_t gpa, const void *buf, size_t len)
{
	if (gpa > sizeof(ram) || len > sizeof(ram) - gpa)
		return false;
	memcpy(ram + gpa, buf, len);
	return true;
}

#endif
