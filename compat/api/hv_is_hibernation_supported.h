/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_is_hibernation_supported
 * header:    asm/mshyperv.h
 * needs:     bool
 * since:     v5.6 commit unverified ("x86/hyperv: Implement hv_is_hibernation_supported()")
 * serves:    every row before 5.6
 * drop-when: baseline >= 5.6
 * probe:     decl hv_is_hibernation_supported
 * exported:  hv_is_hibernation_supported
 * export-default: present
 * old:       typedef int kit_old;
 * new:       int hv_is_hibernation_supported(void);
 * note:      kit_hv_core_hibernates(): does the built-in Hyper-V code save and restore its own part? The two came
 *            together.
 */
#ifdef KIT_HAVE_HV_IS_HIBERNATION_SUPPORTED
#define kit_hv_core_hibernates() 1
#else
#define kit_hv_core_hibernates() 0
static inline bool hv_is_hibernation_supported(void)
{
	return false;
}
#endif
