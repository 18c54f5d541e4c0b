/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ptp_adjfine
 * header:    linux/ptp_clock_kernel.h
 * needs:     ptp_clock_kernel
 * since:     v4.10 commit unverified ("ptp: introduce ptp auxiliary clock frequency adjustment with higher resolution")
 * serves:    every row before 4.10 that has PTP clocks
 * drop-when: baseline >= 4.10
 * probe:     member struct ptp_clock_info.adjfine
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct ptp_clock_info { int (*adjfreq)(void); };
 * new:       struct ptp_clock_info { int (*adjfine)(void); };
 * note:      adapter: KIT_PTP_ADJFINE_ADAPTER(fn); ... KIT_PTP_ADJFINE(fn), a whole initializer with its comma. An old
 *            kernel's parts per billion become the 16-bit fractions of parts per million of a new one.
 */
#if defined(KIT_HAVE_PTP_ADJFINE) || !defined(KIT_HAVE_PTP_CLOCK_KERNEL)
#define KIT_PTP_ADJFINE_ADAPTER(fn) struct kit_semicolon
#define KIT_PTP_ADJFINE(fn) .adjfine = fn,
#else
#define KIT_PTP_ADJFINE_ADAPTER(fn)					\
static int kit_freq_##fn(struct ptp_clock_info *info, s32 ppb)		\
{									\
	return fn(info, (long)ppb / 1000 * 65536 + (long)ppb % 1000 * 65536 / 1000);	\
}									\
struct kit_semicolon
#define KIT_PTP_ADJFINE(fn) .adjfreq = kit_freq_##fn,
#endif
