/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       smp_call_function_single
 * header:    linux/smp.h
 * uses:      asm/smp.h
 * since:     v2.6.27 8691e5a8f691 ("smp_call_function: get rid of the unused nonatomic/retry argument")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.27
 * probe:     code static inline int kit_p_smp_call(void) { return smp_call_function_single(0, (void (*)(void *))0, (void *)0, 1); }
 * force:     no, the old one took another argument
 * mutate:    smp_call_function_single
 * old:       int smp_call_function_single(int cpu, void (*f)(void *), void *info, int retry, int wait);
 * new:       int smp_call_function_single(int cpu, void (*f)(void *), void *info, int wait);
 */
#ifndef KIT_HAVE_SMP_CALL_FUNCTION_SINGLE
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <asm/system.h>

/* 2.6.18's refuses the calling CPU; mainline's calls the function there and then. */
static inline int kit_smp_call_function_single(int cpu, void (*func)(void *), void *info, int wait)
{
	int ret = 0;

	if (get_cpu() == cpu) {
		unsigned long flags;

		local_irq_save(flags);
		func(info);
		local_irq_restore(flags);
	} else {
		ret = smp_call_function_single(cpu, func, info, 0, wait);
	}
	put_cpu();
	return ret;
}

#define smp_call_function_single(cpu, func, info, wait)			\
	kit_smp_call_function_single(cpu, func, info, wait)
#endif
