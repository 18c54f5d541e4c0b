/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmsg_dumper
 * header:    linux/kmsg_dump.h
 * since:     v2.6.33 456b565cc52f ("core: Add kernel message dumper to call on oopses and panics")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.33
 * probe:     type struct kmsg_dumper
 * force:     no, the kernel's own struct stays visible
 * old:       struct kit_old;
 * new:       struct kmsg_dumper { int x; };
 * note:      On a kernel that hands out no log, registering fails, and the callback is never called.
 */
#ifndef KIT_HAVE_KMSG_DUMPER
#include <linux/errno.h>

enum kmsg_dump_reason { KMSG_DUMP_PANIC };

struct kmsg_dumper {
	void (*dump)(struct kmsg_dumper *dumper, enum kmsg_dump_reason reason, const char *s1, unsigned long l1,
		     const char *s2, unsigned long l2);
};

static inline int kmsg_dump_register(struct kmsg_dumper *dumper)
{
	return -ENOSYS;
}

static inline int kmsg_dump_unregister(struct kmsg_dumper *dumper)
{
	return 0;
}
#endif
