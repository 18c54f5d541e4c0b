/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_do_fast_hypercall8
 * header:    asm/mshyperv.h
 * needs:     hv_do_hypercall
 * since:     v4.14 commit unverified ("x86/hyper-v: Introduce fast hypercall implementation")
 * serves:    4.12 and 4.13, and kernels whose hypercalls the caller makes itself
 * drop-when: baseline >= 4.14
 * probe:     decl hv_do_fast_hypercall8
 * old:       unsigned long long hv_do_hypercall(unsigned long long control, void *in, void *out);
 * new:       unsigned long long hv_do_fast_hypercall8(unsigned short code, unsigned long long input1);
 * note:      hv_do_hypercall() turns its pointers into physical addresses. A fast call wants the value itself in that
 *            register, so the value is passed as the pointer whose physical address it is.
 */
#ifndef KIT_HAVE_HV_DO_FAST_HYPERCALL8
#include <asm/io.h>
static inline u64 hv_do_fast_hypercall8(u16 code, u64 input1)
{
	return hv_do_hypercall(code | 1ULL << 16, phys_to_virt(input1), NULL);
}
#endif
