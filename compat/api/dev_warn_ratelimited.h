/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_warn_ratelimited
 * header:    linux/device.h
 * since:     v3.6 commit unverified ("device.h: add ratelimited dev_<level>")
 * serves:    el5, el6 (2.6.18, 2.6.32), sles11 (3.0)
 * drop-when: baseline >= 3.6
 * probe:     macro dev_warn_ratelimited
 * old:       #define dev_warn(dev, fmt, arg...) do { } while (0)
 * new:       #define dev_warn_ratelimited(dev, fmt, ...) do { } while (0)
 * note:      the old limiter is one for the whole kernel: it may drop more, never less.
 */
#ifndef KIT_HAVE_DEV_WARN_RATELIMITED
#include <linux/kernel.h>

#define dev_warn_ratelimited(dev, fmt, arg...)				\
do {									\
	if (printk_ratelimit())						\
		dev_warn(dev, fmt, ## arg);				\
} while (0)
#endif
