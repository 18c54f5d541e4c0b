/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_setup_kexec_handler
 * header:    asm/mshyperv.h
 * since:     v4.4 commit unverified ("Drivers: hv: vmbus: add special kexec handler")
 * serves:    el6.3, vanilla 3.0, el5
 * drop-when: baseline >= 4.4
 * probe:     decl hv_setup_kexec_handler
 * exported:  hv_setup_kexec_handler
 * export-default: present
 * force-names: hv_setup_kexec_handler hv_remove_kexec_handler
 * old:       typedef int kit_old;
 * new:       void hv_setup_kexec_handler(void (*handler)(void));
 * note:      brings hv_remove_kexec_handler() too; kit_has_hv_kexec_handler() says which it is.
 */
#ifdef KIT_HAVE_HV_SETUP_KEXEC_HANDLER
#define kit_has_hv_kexec_handler() 1
#else
#define kit_has_hv_kexec_handler() 0
/* No such hook in this kernel: an ordinary reboot notifier or shutdown() has to do. */
static inline void hv_setup_kexec_handler(void (*handler)(void))
{
}

static inline void hv_remove_kexec_handler(void)
{
}
#endif
