/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_setup_crash_handler
 * header:    asm/mshyperv.h
 * since:     v4.4 commit unverified ("Drivers: hv: vmbus: add special crash handler")
 * serves:    el6.3, vanilla 3.0, el5
 * drop-when: baseline >= 4.4
 * probe:     decl hv_setup_crash_handler
 * exported:  hv_setup_crash_handler
 * export-default: present
 * force-names: hv_setup_crash_handler hv_remove_crash_handler
 * old:       typedef int kit_old;
 * new:       struct pt_regs; void hv_setup_crash_handler(void (*handler)(struct pt_regs *));
 * note:      brings hv_remove_crash_handler() too.
 */
#ifndef KIT_HAVE_HV_SETUP_CRASH_HANDLER
struct pt_regs;

static inline void hv_setup_crash_handler(void (*handler)(struct pt_regs *regs))
{
}

static inline void hv_remove_crash_handler(void)
{
}
#endif
