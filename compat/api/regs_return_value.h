/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       regs_return_value
 * header:    linux/ptrace.h
 * since:     v2.6.20 commit unverified ("[PATCH] add regs_return_value() helper")
 * serves:    vanilla 2.6.18
 * drop-when: baseline >= 2.6.20
 * probe:     decl regs_return_value
 * force:     no, the register's name changed with the struct
 * old:       struct pt_regs { unsigned long rax; };
 * new:       struct pt_regs { unsigned long ax; }; unsigned long regs_return_value(struct pt_regs *regs);
 */
#ifndef KIT_HAVE_REGS_RETURN_VALUE
#ifdef __x86_64__
#define regs_return_value(regs) ((regs)->rax)
#else
#define regs_return_value(regs) ((regs)->eax)
#endif
#endif
