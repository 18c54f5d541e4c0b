/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_is_hyperv_initialized
 * header:    asm/mshyperv.h
 * needs:     bool
 * since:     v4.15 commit unverified ("x86/hyperv: Check for required privileges in hyperv_init()")
 * serves:    el7.3, ubuntu16.04 and older
 * drop-when: baseline >= 4.15
 * probe:     decl hv_is_hyperv_initialized
 * old:       typedef int kit_old;
 * new:       int hv_is_hyperv_initialized(void);
 */
#ifndef KIT_HAVE_HV_IS_HYPERV_INITIALIZED
/* Said of the kernel's own set-up of the hypercall page, which this kernel has not got. */
static inline bool hv_is_hyperv_initialized(void)
{
	return false;
}
#endif
