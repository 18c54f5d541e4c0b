/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_do_hypercall
 * header:    asm/mshyperv.h
 * before:    linux/types.h linux/interrupt.h
 * needs:     hv_is_hypercall_page_setup
 * since:     v4.14 commit unverified ("x86/hyper-v: move the hypercall page to the core kernel")
 * serves:    every row before 4.14 without the backport
 * drop-when: baseline >= 4.14
 * probe:     decl hv_do_hypercall
 * force:     no, a page of our own must not be called where the kernel owns one
 * old:       struct ms_hyperv_info;
 * new:       unsigned long long hv_do_hypercall(unsigned long long control, void *in, void *out);
 * note:      adapter: kit_kernel_hypercalls() says whether the kernel makes hypercalls at all; where it does not,
 *            kit_page_hypercall() calls a page the caller has set up (docs/wire/01-hypervisor.md 5.3).
 */
#include <linux/types.h>
#ifdef KIT_HAVE_HV_DO_HYPERCALL
#define kit_kernel_hypercalls() true

static inline u64 kit_page_hypercall(void *page, u64 control, u64 input, u64 output)
{
	return ~0ULL;
}
#elif defined(KIT_HAVE_HV_IS_HYPERCALL_PAGE_SETUP)
/* Exported, but declared in the one header of the kernel's that ours stands before. */
u64 hv_do_hypercall(u64 control, void *input, void *output);
#define kit_kernel_hypercalls() true

static inline u64 kit_page_hypercall(void *page, u64 control, u64 input, u64 output)
{
	return ~0ULL;
}
#else
#define kit_kernel_hypercalls() false

static inline u64 hv_do_hypercall(u64 control, void *input, void *output)
{
	return ~0ULL;
}

#ifdef CONFIG_X86_64
static inline u64 kit_page_hypercall(void *page, u64 control, u64 input, u64 output)
{
	register u64 out asm("r8") = output;
	u64 result;

	asm volatile("call *%[page]"
		     : "=a" (result), "+c" (control), "+d" (input), "+r" (out)
		     : [page] "r" (page)
		     : "cc", "memory", "r9", "r10", "r11");
	return result;
}
#else
static inline u64 kit_page_hypercall(void *page, u64 control, u64 input, u64 output)
{
	u32 in_hi = input >> 32, in_lo = input, out_hi = output >> 32, out_lo = output;

	asm volatile("call *%[page]"
		     : "+A" (control), "+c" (in_lo)
		     : [page] "m" (page), "b" (in_hi), "D" (out_hi), "S" (out_lo)
		     : "cc", "memory");
	return control;
}
#endif
#endif
