/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       pr_fmt_default
 * header:    linux/kernel.h
 * also-in:   linux/printk.h
 * since:     v2.6.29 commit unverified ("printk: introduce pr_fmt")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.29
 * probe:     macro pr_fmt
 * force:     no, a driver may have set its own
 * old:       #define pr_info(fmt, arg...) printk(fmt, ##arg)
 * new:       #define pr_fmt(fmt) fmt
 */
#ifndef KIT_HAVE_PR_FMT_DEFAULT
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#endif
