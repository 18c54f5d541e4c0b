/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       panic_notifier_header
 * header:    linux/panic_notifier.h
 * since:     v5.14 f39650de687e ("kernel.h: split out panic and oops helpers")
 * serves:    every row before 5.14
 * drop-when: baseline >= 5.14
 * probe:     header linux/panic_notifier.h
 * fallback:  linux/kernel.h
 * force:     no, the old header no longer has it
 * old:       linux/kernel.h
 * new:       linux/panic_notifier.h
 */
