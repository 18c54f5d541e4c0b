/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmsg_dump_detail
 * header:    linux/kmsg_dump.h
 * since:     v6.12 commit unverified ("printk: Add a short description string to kmsg_dump()")
 * serves:    every row before 6.12
 * drop-when: baseline >= 6.12
 * probe:     type struct kmsg_dump_detail
 * force:     no, the kernel's own type decides which callback fits
 * old:       enum kmsg_dump_reason { KMSG_DUMP_PANIC };
 * new:       enum kmsg_dump_reason { KMSG_DUMP_PANIC }; struct kmsg_dump_detail { enum kmsg_dump_reason reason; };
 */
#ifdef KIT_HAVE_KMSG_DUMP_DETAIL
#define KIT_KMSG_EVENT struct kmsg_dump_detail *detail
#define KIT_KMSG_REASON (detail->reason)
#else
#define KIT_KMSG_EVENT enum kmsg_dump_reason reason
#define KIT_KMSG_REASON (reason)
#endif
