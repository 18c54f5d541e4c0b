/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmsg_dump_iter
 * header:    linux/kmsg_dump.h
 * since:     v5.12 f9f3f02db98b ("printk: introduce a kmsg_dump iterator")
 * serves:    every row before 5.12
 * drop-when: baseline >= 5.12
 * probe:     type struct kmsg_dump_iter
 * force:     no, the kernel's own type decides what its functions take
 * old:       struct kmsg_dumper { int x; };
 * new:       struct kmsg_dumper { int x; }; struct kmsg_dump_iter { int x; };
 */
#ifdef KIT_HAVE_KMSG_DUMP_ITER
#define KIT_KMSG_ITER(dumper) \
	struct kmsg_dump_iter iter_, *iter = (kmsg_dump_rewind(&iter_), &iter_)
#else
#define KIT_KMSG_ITER(dumper) struct kmsg_dumper *iter = (dumper)
#endif
