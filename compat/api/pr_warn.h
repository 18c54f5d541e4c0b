/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       pr_warn
 * header:    linux/kernel.h
 * also-in:   linux/printk.h
 * needs:     pr_fmt pr_fmt_default
 * since:     v2.6.35 commit unverified ("kernel.h: add pr_warn for symmetry to dev_warn, netdev_warn")
 * serves:    el5, el6.3
 * drop-when: baseline >= 2.6.35
 * probe:     macro pr_warn
 * old:       #define pr_warning(fmt, ...) 0
 * new:       #define pr_warn(fmt, ...) 0
 */
#ifndef KIT_HAVE_PR_WARN
#define pr_warn(fmt, args...) printk(KERN_WARNING pr_fmt(fmt), ## args)
#endif
