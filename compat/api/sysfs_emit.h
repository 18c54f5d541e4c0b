/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sysfs_emit
 * header:    linux/sysfs.h
 * since:     v5.10 2efc459d06f1 ("sysfs: Add sysfs_emit and sysfs_emit_at to format sysfs output")
 * serves:    every row before 5.10 without the stable backport
 * drop-when: baseline >= 5.10
 * probe:     decl sysfs_emit
 * exported:  sysfs_emit
 * export-default: present
 * force-names: sysfs_emit sysfs_emit_at
 * old:       int sprintf(char *buf, const char *fmt, ...);
 * new:       int sysfs_emit(char *buf, const char *fmt, ...);
 * note:      brings sysfs_emit_at() too; both came in one commit.
 */
#ifndef KIT_HAVE_SYSFS_EMIT
#include <linux/kernel.h>
#include <asm/page.h>

/* Like the kernel's, a buffer that does not start a page is refused. */
static inline int kit_sysfs_vemit_at(char *buf, int at, const char *fmt, va_list args)
{
	if (!buf || ((unsigned long)buf & (PAGE_SIZE - 1)) || at < 0 || at >= PAGE_SIZE)
		return 0;
	return vscnprintf(buf + at, PAGE_SIZE - at, fmt, args);
}

static int __attribute__((unused, format(printf, 2, 3)))
sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = kit_sysfs_vemit_at(buf, 0, fmt, args);
	va_end(args);
	return len;
}

static int __attribute__((unused, format(printf, 3, 4)))
sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = kit_sysfs_vemit_at(buf, at, fmt, args);
	va_end(args);
	return len;
}
#endif
