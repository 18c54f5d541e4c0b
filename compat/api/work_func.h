/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       work_func
 * header:    linux/workqueue.h
 * needs:     delayed_work
 * since:     v2.6.20 65f27f38446e ("WorkStruct: Pass the work_struct pointer instead of context data")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.20
 * probe:     member_type struct work_struct.func == void (*)(struct work_struct *)
 * force:     no, the item itself differs
 * old:       struct work_struct { void (*func)(void *); void *data; };
 * new:       struct work_struct { void (*func)(struct work_struct *); };
 */
#ifndef KIT_HAVE_WORK_FUNC
/*
 * The one cast of a function pointer in the kit: 2.6.18's work item has no place
 * for a second function, and a pointer argument is a pointer argument there.
 */
#undef INIT_WORK
#define INIT_WORK(_work, _func)						\
do {									\
	void (*kit_func)(struct work_struct *work) = (_func);		\
									\
	INIT_LIST_HEAD(&(_work)->entry);				\
	(_work)->pending = 0;						\
	(_work)->func = (void (*)(void *))kit_func;			\
	(_work)->data = (_work);					\
	init_timer(&(_work)->timer);					\
} while (0)

#ifndef KIT_HAVE_DELAYED_WORK
struct delayed_work {
	struct work_struct work;
};
#endif

#undef INIT_DELAYED_WORK
#define INIT_DELAYED_WORK(_work, _func) INIT_WORK(&(_work)->work, _func)
#define schedule_delayed_work(dwork, delay) (schedule_delayed_work)(&(dwork)->work, delay)
#define queue_delayed_work(wq, dwork, delay) (queue_delayed_work)(wq, &(dwork)->work, delay)
#define cancel_delayed_work(dwork) (cancel_delayed_work)(&(dwork)->work)
#endif
