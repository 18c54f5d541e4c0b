/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       pr_ratelimited
 * header:    linux/ratelimit.h
 * also-in:   linux/kernel.h linux/printk.h
 * uses:      linux/printk.h
 * since:     v2.6.38 commit unverified ("include/linux/printk.h: add pr_<level>_ratelimited")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.38
 * probe:     macro pr_warn_ratelimited
 * force-names: pr_err_ratelimited pr_warn_ratelimited pr_notice_ratelimited pr_info_ratelimited
 * old:       #define printk_ratelimit() 1
 * new:       #define pr_warn_ratelimited(fmt, ...) 0
 * note:      brings the other levels too.
 */
#ifndef KIT_HAVE_PR_RATELIMITED
#include <linux/kernel.h>

/* One limit for all messages instead of one each. */
#define kit_ratelimited(print, fmt, args...)				\
do {									\
	if (printk_ratelimit())						\
		print(fmt, ## args);					\
} while (0)
#define pr_err_ratelimited(fmt, args...) kit_ratelimited(pr_err, fmt, ## args)
#define pr_warn_ratelimited(fmt, args...) kit_ratelimited(pr_warn, fmt, ## args)
#define pr_notice_ratelimited(fmt, args...) kit_ratelimited(pr_notice, fmt, ## args)
#define pr_info_ratelimited(fmt, args...) kit_ratelimited(pr_info, fmt, ## args)
#endif
