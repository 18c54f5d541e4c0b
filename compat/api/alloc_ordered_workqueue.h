/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       alloc_ordered_workqueue
 * header:    linux/workqueue.h
 * needs:     alloc_workqueue
 * since:     v2.6.37 81dcaf6516d8 ("workqueue: implement alloc_ordered_workqueue()")
 * serves:    el6 (2.6.32), el5
 * drop-when: baseline >= 2.6.37
 * probe:     decl alloc_ordered_workqueue
 * force:     no, create_singlethread_workqueue() is made of it there
 * old:       void *create_singlethread_workqueue(const char *name);
 * new:       void *alloc_ordered_workqueue(const char *name, unsigned int flags);
 * note:      give it a literal name: up to 3.2 it took no format.
 */
#ifndef KIT_HAVE_ALLOC_ORDERED_WORKQUEUE
#define alloc_ordered_workqueue(name, flags) create_singlethread_workqueue(name)
#endif
