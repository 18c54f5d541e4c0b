/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_warn_ratelimited
 * header:    linux/device.h
 * since:     v3.6 commit unverified ("device.h: add ratelimited dev_<level>")
 * serves:    el5, el6 (2.6.18, 2.6.32), sles11 (3.0)
 * drop-when: baseline >= 3.6
 * probe:     macro dev_warn_ratelimited
 * force-names: dev_err_ratelimited dev_warn_ratelimited dev_info_ratelimited
 * old:       #define dev_warn(dev, fmt, arg...) do { } while (0)
 * new:       #define dev_warn_ratelimited(dev, fmt, ...) do { } while (0)
 * note:      brings two other levels too. The old limiter is one for the whole kernel: it may drop more, never less.
 */
#ifndef KIT_HAVE_DEV_WARN_RATELIMITED
#include <linux/kernel.h>

#define kit_dev_ratelimited(say, dev, fmt, arg...)			\
do {									\
	if (printk_ratelimit())						\
		say(dev, fmt, ## arg);					\
} while (0)
#define dev_err_ratelimited(dev, fmt, arg...) kit_dev_ratelimited(dev_err, dev, fmt, ## arg)
#define dev_warn_ratelimited(dev, fmt, arg...) kit_dev_ratelimited(dev_warn, dev, fmt, ## arg)
#define dev_info_ratelimited(dev, fmt, arg...) kit_dev_ratelimited(dev_info, dev, fmt, ## arg)
#endif
