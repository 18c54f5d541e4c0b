/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_set_name
 * header:    linux/device.h
 * since:     v2.6.26 413c239fad68 ("driver core: Add dev_set_name()")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.26
 * probe:     decl dev_set_name
 * force:     no, the member it wrote is gone
 * old:       struct device { char bus_id[20]; };
 * new:       struct device { int x; }; int dev_set_name(struct device *dev, const char *fmt, ...);
 */
#ifndef KIT_HAVE_DEV_SET_NAME
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/string.h>

/*
 * 2.6.18 keeps 19 characters of a name.  A longer one (a GUID) is cut to 10, and a
 * hash of the whole takes the rest: names that differ behind the cut stay apart.
 */
static int __attribute__((unused, format(printf, 2, 3)))
dev_set_name(struct device *dev, const char *fmt, ...)
{
	char name[128];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	if (len < BUS_ID_SIZE)
		memcpy(dev->bus_id, name, len + 1);
	else
		snprintf(dev->bus_id, BUS_ID_SIZE, "%.10s~%08x", name, jhash(name, len, 0));
	return 0;
}
#endif
