/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       on_each_cpu
 * header:    linux/smp.h
 * since:     v2.6.27 15c8b6c1aaaf ("on_each_cpu(): kill unused 'retry' parameter")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.27
 * probe:     code static inline void kit_p_on_each(void) { on_each_cpu((void (*)(void *))0, (void *)0, 1); }
 * force:     no, the old one took another argument
 * mutate:    on_each_cpu
 * old:       int on_each_cpu(void (*f)(void *), void *info, int retry, int wait);
 * new:       void on_each_cpu(void (*f)(void *), void *info, int wait);
 */
#ifndef KIT_HAVE_ON_EACH_CPU
#ifdef CONFIG_SMP
static inline void kit_on_each_cpu(void (*func)(void *), void *info, int wait)
{
	on_each_cpu(func, info, 0, wait);
}
#else
static inline void kit_on_each_cpu(void (*func)(void *), void *info, int wait)
{
	func(info);
}
#endif

#undef on_each_cpu
#define on_each_cpu(func, info, wait) kit_on_each_cpu(func, info, wait)
#endif
