/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ptp_clock_kernel
 * header:    linux/ptp_clock_kernel.h
 * since:     v3.0 commit unverified ("ptp: Added a brand new class driver for ptp clocks.")
 * serves:    el5, el6.0 to 6.3; kernels built without PTP clocks
 * drop-when: never, a kernel may be built without it
 * probe:     config CONFIG_PTP_1588_CLOCK
 * force:     yes
 * force-names: ptp_clock_info ptp_clock_register ptp_clock_unregister
 * old:       #define CONFIG_OTHER 1
 * new:       #define CONFIG_PTP_1588_CLOCK 1
 * note:      ptp_clock_register() gives NULL, as mainline's does where there is no PTP.
 */
#ifndef KIT_HAVE_PTP_CLOCK_KERNEL
#include <linux/err.h>
#include <linux/module.h>
#include <linux/time.h>
#include <linux/types.h>

struct ptp_clock;
struct ptp_clock_request;

struct kit_ptp_clock_info {
	struct module *owner;
	char name[32];
	int (*adjfine)(struct kit_ptp_clock_info *ptp, long scaled_ppm);
	int (*adjtime)(struct kit_ptp_clock_info *ptp, s64 delta);
	int (*gettime64)(struct kit_ptp_clock_info *ptp, struct timespec64 *ts);
	int (*settime64)(struct kit_ptp_clock_info *ptp, const struct timespec64 *ts);
	int (*enable)(struct kit_ptp_clock_info *ptp, struct ptp_clock_request *request, int on);
};
#undef ptp_clock_info
#define ptp_clock_info kit_ptp_clock_info

static inline struct ptp_clock *kit_no_ptp_clock_register(struct ptp_clock_info *info, struct device *parent)
{
	return NULL;
}
#undef ptp_clock_register
#define ptp_clock_register kit_no_ptp_clock_register

static inline int kit_no_ptp_clock_unregister(struct ptp_clock *clock)
{
	return 0;
}
#undef ptp_clock_unregister
#define ptp_clock_unregister kit_no_ptp_clock_unregister
#endif
