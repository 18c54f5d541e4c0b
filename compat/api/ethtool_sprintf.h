/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ethtool_sprintf
 * header:    linux/ethtool.h
 * since:     v5.13 commit unverified ("ethtool: Add common function for filling out strings")
 * serves:    debian-11 (5.10) and older
 * drop-when: baseline >= 5.13
 * probe:     decl ethtool_sprintf
 * exported:  ethtool_sprintf
 * export-default: present
 * old:       struct ethtool_ops;
 * new:       void ethtool_sprintf(u8 **data, const char *fmt, ...);
 */
#ifndef KIT_HAVE_ETHTOOL_SPRINTF
#include <linux/kernel.h>

static void __attribute__((unused, format(printf, 2, 3)))
ethtool_sprintf(u8 **data, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf((char *)*data, ETH_GSTRING_LEN, fmt, args);
	va_end(args);
	*data += ETH_GSTRING_LEN;
}
#endif
