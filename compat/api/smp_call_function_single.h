/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       smp_call_function_single
 * header:    linux/smp.h
 * uses:      asm/smp.h
 * since:     v2.6.27 commit unverified ("smp_call_function: get rid of the unused nonatomic/retry argument")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.27
 * probe:     code static inline int kit_p_smp_call(void) { return smp_call_function_single(0, (void (*)(void *))0, (void *)0, 1); }
 * force:     no, the old one took another argument
 * mutate:    smp_call_function_single
 * old:       int smp_call_function_single(int cpu, void (*f)(void *), void *info, int retry, int wait);
 * new:       int smp_call_function_single(int cpu, void (*f)(void *), void *info, int wait);
 * note:      without smp_call_single_export every CPU is interrupted and all but one return at once; that one is waited
 *            for whatever wait says, as what it reads is on our stack.
 */
#ifndef KIT_HAVE_SMP_CALL_FUNCTION_SINGLE
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <asm/system.h>

#ifdef KIT_HAVE_SMP_CALL_SINGLE_EXPORT
static inline int kit_smp_call_other(int cpu, void (*func)(void *), void *info, int wait)
{
	return smp_call_function_single(cpu, func, info, 0, wait);
}
#else
struct kit_smp_call {
	int cpu;
	int done;
	void (*func)(void *);
	void *info;
};

static inline void kit_smp_call_if_me(void *data)
{
	struct kit_smp_call *call = data;

	if (call->cpu != smp_processor_id())
		return;
	call->func(call->info);
	call->done = 1;
}

static inline int kit_smp_call_other(int cpu, void (*func)(void *), void *info, int wait)
{
	struct kit_smp_call call;
	int ret;

	call.cpu = cpu;
	call.done = 0;
	call.func = func;
	call.info = info;
	ret = smp_call_function(kit_smp_call_if_me, &call, 0, 1);
	return ret || call.done ? ret : -ENXIO;
}
#endif

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
		ret = kit_smp_call_other(cpu, func, info, wait);
	}
	put_cpu();
	return ret;
}

#define smp_call_function_single(cpu, func, info, wait)			\
	kit_smp_call_function_single(cpu, func, info, wait)
#endif
