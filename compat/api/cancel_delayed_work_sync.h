/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       cancel_delayed_work_sync
 * header:    linux/workqueue.h
 * needs:     work_func
 * since:     v2.6.23 f5a421a4509a ("rename cancel_rearming_delayed_work() to cancel_delayed_work_sync()")
 * serves:    vanilla 2.6.18; el5.7 has it
 * drop-when: baseline >= 2.6.23
 * probe:     decl cancel_delayed_work_sync
 * force:     no, cancel_delayed_work() does not wait for its timer any more
 * old:       struct work_struct; int cancel_delayed_work(struct work_struct *work);
 * new:       struct delayed_work; int cancel_delayed_work_sync(struct delayed_work *work);
 * note:      for work of the system's queue that does not queue itself again by then; not from that queue.
 */
#ifndef KIT_HAVE_CANCEL_DELAYED_WORK_SYNC
#define cancel_delayed_work_sync(dwork)					\
do {									\
	if (!cancel_delayed_work(dwork))				\
		flush_scheduled_work();					\
} while (0)
#endif
