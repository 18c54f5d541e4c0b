/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ptp_gettime64
 * header:    linux/ptp_clock_kernel.h
 * needs:     ptp_clock_kernel timespec64
 * since:     v4.1 commit unverified ("ptp: introduce get/set time methods with explicit 64 bit seconds.")
 * serves:    el6.4 and later, sles11 and sles12 before 4.1
 * drop-when: baseline >= 4.1
 * probe:     member struct ptp_clock_info.gettime64
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct ptp_clock_info { int (*gettime)(void); };
 * new:       struct ptp_clock_info { int (*gettime64)(void); };
 * note:      adapters: KIT_PTP_GETTIME_ADAPTER(fn); ... KIT_PTP_GETTIME(fn), a whole initializer with its comma; the
 *            same for SETTIME, which came with it.
 */
#if defined(KIT_HAVE_PTP_GETTIME64) || !defined(KIT_HAVE_PTP_CLOCK_KERNEL)
#define KIT_PTP_GETTIME_ADAPTER(fn) struct kit_semicolon
#define KIT_PTP_GETTIME(fn) .gettime64 = fn,
#define KIT_PTP_SETTIME_ADAPTER(fn) struct kit_semicolon
#define KIT_PTP_SETTIME(fn) .settime64 = fn,
#else
#define KIT_PTP_GETTIME_ADAPTER(fn)					\
static int kit_old_##fn(struct ptp_clock_info *info, struct timespec *old)	\
{									\
	struct timespec64 ts = { 0, 0 };				\
	int ret = fn(info, &ts);					\
									\
	old->tv_sec = ts.tv_sec;					\
	old->tv_nsec = ts.tv_nsec;					\
	return ret;							\
}									\
struct kit_semicolon
#define KIT_PTP_GETTIME(fn) .gettime = kit_old_##fn,
#define KIT_PTP_SETTIME_ADAPTER(fn)					\
static int kit_old_##fn(struct ptp_clock_info *info, const struct timespec *old)	\
{									\
	struct timespec64 ts;						\
									\
	ts.tv_sec = old->tv_sec;					\
	ts.tv_nsec = old->tv_nsec;					\
	return fn(info, &ts);						\
}									\
struct kit_semicolon
#define KIT_PTP_SETTIME(fn) .settime = kit_old_##fn,
#endif
