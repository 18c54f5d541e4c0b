/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       smp_call_single_export
 * header:    linux/smp.h
 * since:     v2.6.20 commit unverified ("x86: export smp_call_function_single to modules")
 * serves:    vanilla 2.6.18, which keeps smp_call_function_single() from modules (el5 exports it)
 * drop-when: baseline >= 2.6.20
 * probe:     export smp_call_function_single
 * export-default: present
 * force:     no, it is a question of smp_call_function_single.h, without a shim of its own
 * old:       0x0 smp_call_function vmlinux EXPORT_SYMBOL
 * new:       0x0 smp_call_function_single vmlinux EXPORT_SYMBOL
 */
/* Only asked, for smp_call_function_single: KIT_HAVE_SMP_CALL_SINGLE_EXPORT. */
