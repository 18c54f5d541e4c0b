/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       cancel_work_sync
 * header:    linux/workqueue.h
 * since:     v2.6.22 28e53bddf814 ("unify flush_work/flush_work_keventd and rename it to cancel_work_sync")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.22
 * probe:     decl cancel_work_sync
 * old:       struct work_struct; void flush_scheduled_work(void);
 * new:       struct work_struct; int cancel_work_sync(struct work_struct *work);
 * note:      waits for the work of the system's queue, this one included, instead of taking it out. Not from that queue.
 */
#ifndef KIT_HAVE_CANCEL_WORK_SYNC
#define cancel_work_sync(work) ((void)(work), flush_scheduled_work())
#endif
