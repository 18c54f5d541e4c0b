/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rdmsrq
 * header:    asm/msr.h
 * since:     v6.16 commit unverified ("x86/msr: Rename 'rdmsrl()' to 'rdmsrq()'")
 * serves:    every row before 6.16
 * drop-when: baseline >= 6.16
 * probe:     macro rdmsrq
 * force:     no, the old name is gone where the new one exists
 * old:       #define rdmsrl(msr, val) ((val) = (msr))
 * new:       #define rdmsrq(msr, val) ((val) = (msr))
 * note:      brings wrmsrq() too; both came in one series.
 */
#ifndef KIT_HAVE_RDMSRQ
#define rdmsrq(msr, val) rdmsrl(msr, val)
#define wrmsrq(msr, val) wrmsrl(msr, val)
#endif
