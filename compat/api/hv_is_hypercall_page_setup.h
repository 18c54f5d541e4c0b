/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_is_hypercall_page_setup
 * header:    asm/mshyperv.h
 * since:     v4.11 8730046c1498 ("Drivers: hv vmbus: Move Hypercall page setup out of common code")
 * until:     v4.15
 * serves:    4.11 to 4.13 (kernel-ml): hypercalls are made by the kernel but declared in its linux/hyperv.h
 * drop-when: baseline >= 4.14
 * probe:     decl hv_is_hypercall_page_setup
 * force:     no, it only tells who owns the page
 * old:       typedef int kit_old;
 * new:       _Bool hv_is_hypercall_page_setup(void);
 */
/* Asked by hv_do_hypercall: KIT_HAVE_HV_IS_HYPERCALL_PAGE_SETUP. */
