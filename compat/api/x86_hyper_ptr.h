/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       x86_hyper_ptr
 * header:    asm/hypervisor.h
 * since:     v2.6.35 commit unverified ("x86: Clean up the hypervisor layer")
 * until:     v4.15
 * serves:    el6.3 (2.6.32), el5 (2.6.18), and again every row from 4.15 on
 * drop-when: baseline >= 4.15
 * probe:     code static inline int kit_p_x86_hyper(void) { return x86_hyper == &x86_hyper_ms_hyperv; }
 * exported:  x86_hyper_ms_hyperv
 * export-default: present
 * force:     no, it only names a variable
 * mutate:    x86_hyper_ms_hyperv
 * old:       struct hypervisor_x86 { int x; }; extern const struct hypervisor_x86 x86_hyper_ms_hyperv;
 * new:       struct hypervisor_x86 { int x; };
 *            extern const struct hypervisor_x86 *x86_hyper;
 *            extern const struct hypervisor_x86 x86_hyper_ms_hyperv;
 */
/* Asked by hypervisor_is_type: KIT_HAVE_X86_HYPER_PTR. */
