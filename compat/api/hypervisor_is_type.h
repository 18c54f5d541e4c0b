/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hypervisor_is_type
 * header:    asm/hypervisor.h
 * since:     v4.15 commit unverified ("x86/virt: Add enum for hypervisors to replace x86_hyper")
 * serves:    every row before 4.15
 * drop-when: baseline >= 4.15
 * probe:     decl hypervisor_is_type
 * force:     no, x86_hyper is gone where the function exists
 * old:       struct hypervisor_x86; extern const struct hypervisor_x86 *x86_hyper;
 * new:       _Bool hypervisor_is_type(int type);
 * note:      Kernels without x86_hyper know one hypervisor at most; there the CPUID leaves alone decide.
 */
#ifndef KIT_HAVE_HYPERVISOR_IS_TYPE
#include <linux/types.h>
#define X86_HYPER_MS_HYPERV 1
#ifdef KIT_HAVE_X86_HYPER_PTR
#define hypervisor_is_type(type) (x86_hyper == &x86_hyper_ms_hyperv)
#else
#define hypervisor_is_type(type) true
#endif
#endif
