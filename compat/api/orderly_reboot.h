/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       orderly_reboot
 * header:    linux/reboot.h
 * needs:     orderly_poweroff
 * since:     v4.2 commit unverified ("kernel/reboot: add orderly_reboot for graceful reboot")
 * serves:    every row before 4.2
 * drop-when: baseline >= 4.2
 * probe:     decl orderly_reboot
 * old:       void orderly_poweroff(_Bool force);
 * new:       void orderly_reboot(void);
 */
#ifndef KIT_HAVE_ORDERLY_REBOOT
static inline void kit_orderly_reboot(void)
{
	if (kit_run_and_forget("/sbin/reboot"))
		kernel_restart(NULL);
}
#undef orderly_reboot
#define orderly_reboot kit_orderly_reboot
#endif
