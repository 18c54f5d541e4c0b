/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       pr_fmt
 * header:    linux/kernel.h
 * also-in:   linux/printk.h
 * since:     v2.6.29 commit unverified ("printk: introduce printk_once / pr_fmt in pr_<level>")
 * serves:    el5.0 (2.6.18); el5.7 has pr_err()
 * drop-when: baseline >= 2.6.32
 * probe:     macro pr_err
 * force-names: pr_emerg pr_alert pr_crit pr_err pr_notice pr_info
 * old:       #define pr_info(fmt, arg...) printk(fmt, ##arg)
 * new:       #define pr_err(fmt, ...) 0
 * note:      brings the other levels too, except pr_warn().
 */
#ifndef KIT_HAVE_PR_FMT
/* A driver that wants a prefix has said so before its first include. */
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#undef pr_info
#define pr_emerg(fmt, args...) printk(KERN_EMERG pr_fmt(fmt), ## args)
#define pr_alert(fmt, args...) printk(KERN_ALERT pr_fmt(fmt), ## args)
#define pr_crit(fmt, args...) printk(KERN_CRIT pr_fmt(fmt), ## args)
#define pr_err(fmt, args...) printk(KERN_ERR pr_fmt(fmt), ## args)
#define pr_notice(fmt, args...) printk(KERN_NOTICE pr_fmt(fmt), ## args)
#define pr_info(fmt, args...) printk(KERN_INFO pr_fmt(fmt), ## args)
#endif
