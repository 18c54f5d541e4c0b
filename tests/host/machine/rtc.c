// SPDX-License-Identifier: GPL-2.0-only
/* The clock of a PC: UTC, read only; the rest of its memory is zero. No alarm, no interrupt. */
#include <time.h>

#include "internal.h"

#define REG_A_32KHZ 0x26 /* never "update in progress": the time is taken anew at each read */
#define REG_B_24H 0x02
#define REG_D_VALID 0x80

static uint8_t chosen;

static uint8_t bcd(int value)
{
	return (uint8_t)(value / 10 % 10 << 4 | value % 10);
}

static uint8_t rtc_read(uint8_t reg)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	switch (reg) {
	case 0x00:
		return bcd(tm.tm_sec);
	case 0x02:
		return bcd(tm.tm_min);
	case 0x04:
		return bcd(tm.tm_hour);
	case 0x06:
		return bcd(tm.tm_wday + 1);
	case 0x07:
		return bcd(tm.tm_mday);
	case 0x08:
		return bcd(tm.tm_mon + 1);
	case 0x09:
		return bcd(tm.tm_year % 100);
	case 0x0A:
		return REG_A_32KHZ;
	case 0x0B:
		return REG_B_24H;
	case 0x0D:
		return REG_D_VALID;
	case 0x32:
		return bcd((tm.tm_year + 1900) / 100);
	}
	return 0;
}

static void rtc_access(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *data)
{
	if (size != 1)
		return;
	if (offset == 0 && out)
		chosen = *data & 0x7F;
	else if (offset == 1 && !out)
		*data = rtc_read(chosen);
}

void rtc_init(void)
{
	chosen = 0;
	io_register(0x70, 2, rtc_access, NULL);
}
