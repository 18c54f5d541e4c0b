/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       orderly_poweroff
 * header:    linux/reboot.h
 * since:     v2.6.23 10a0a8d4e3f6 ("Add common orderly_poweroff()")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.23
 * probe:     decl orderly_poweroff
 * old:       int old;
 * new:       int orderly_poweroff(_Bool force);
 * note:      its helper is kit_run_and_forget(), which orderly_reboot uses too. A program that cannot be run shows on
 *            most kernels only; then the machine goes down without it.
 */
#include <linux/kmod.h>

static inline int kit_run_and_forget(char *program)
{
	char *argv[] = { program, NULL };
	char *envp[] = { "HOME=/", "PATH=/sbin:/bin:/usr/sbin:/usr/bin", NULL };

	return call_usermodehelper(program, argv, envp, 0);
}

#ifndef KIT_HAVE_ORDERLY_POWEROFF
#include <linux/types.h>

static inline int kit_orderly_poweroff(bool force)
{
	int ret = kit_run_and_forget("/sbin/poweroff");

	if (ret && force)
		kernel_power_off();
	return ret;
}
#undef orderly_poweroff
#define orderly_poweroff kit_orderly_poweroff
#endif
