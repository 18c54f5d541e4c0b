/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       read_once_nonconst
 * header:    linux/compiler.h
 * needs:     read_once
 * since:     v3.19 230fa253df63 ("kernel: Provide READ_ONCE and ASSIGN_ONCE")
 * until:     v4.0
 * serves:    el6.10, which has the first form of READ_ONCE()
 * drop-when: baseline >= 4.0
 * probe:     proto __read_once_size == void (volatile void *, void *, int)
 * force:     no, present means that the shim is needed
 * old:       void __read_once_size(const volatile void *p, void *res, int size);
 * new:       void __read_once_size(volatile void *p, void *res, int size);
 */
#ifdef KIT_HAVE_READ_ONCE_NONCONST
/* The first form takes no const object without a warning. */
#undef READ_ONCE
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#endif
