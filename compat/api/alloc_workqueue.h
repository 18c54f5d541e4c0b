/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       alloc_workqueue
 * header:    linux/workqueue.h
 * since:     v2.6.36 d320c03830b1 ("workqueue: s/__create_workqueue()/alloc_workqueue()/, and add system workqueues")
 * serves:    el6 (2.6.32), el5
 * drop-when: baseline >= 2.6.36
 * probe:     decl alloc_workqueue
 * force:     no, the flags would be declared twice
 * old:       void *create_workqueue(const char *name);
 * new:       void *alloc_workqueue(const char *name, unsigned int flags, int max_active);
 * note:      give it a literal name: up to 3.2 it took no format.
 */
#ifndef KIT_HAVE_ALLOC_WORKQUEUE
/*
 * One thread per CPU, or one in all, is what there was.  The name is kept as a
 * pointer, so it must be a literal; arguments for a format do not compile.
 */
enum {
	WQ_UNBOUND = 1 << 1,
	WQ_FREEZABLE = 1 << 2,
	WQ_MEM_RECLAIM = 1 << 3,
	WQ_HIGHPRI = 1 << 4,
};

#define alloc_workqueue(name, flags, max_active)			\
	((max_active) == 1 ? create_singlethread_workqueue(name) : create_workqueue(name))
#endif
