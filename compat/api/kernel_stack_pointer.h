/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kernel_stack_pointer
 * header:    linux/ptrace.h
 * since:     v2.6.30 commit unverified ("x86: add kernel_stack_pointer()")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.30
 * probe:     decl kernel_stack_pointer
 * force:     no, the register's name changed with the struct
 * old:       struct pt_regs { unsigned long rsp; };
 * new:       struct pt_regs { unsigned long sp; }; unsigned long kernel_stack_pointer(struct pt_regs *regs);
 */
#ifndef KIT_HAVE_KERNEL_STACK_POINTER
#ifdef __x86_64__
#define kernel_stack_pointer(regs) ((regs)->rsp)
#else
/* A trap in 32-bit kernel mode does not save the stack pointer: it is where the frame ends. */
#define kernel_stack_pointer(regs) ((unsigned long)&(regs)->esp)
#endif
#endif
