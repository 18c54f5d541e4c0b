/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       system_bh_wq
 * header:    linux/interrupt.h
 * uses:      linux/workqueue.h
 * since:     v6.9 4cb1ef64609f ("workqueue: Implement BH workqueues to eventually replace tasklets")
 * serves:    every row before 6.9
 * drop-when: baseline >= 6.9
 * probe:     decl system_bh_wq
 * force:     yes
 * old:       struct workqueue_struct; extern struct workqueue_struct *system_wq;
 * new:       struct workqueue_struct; extern struct workqueue_struct *system_bh_wq;
 * note:      adapter: struct kit_bh with kit_bh_init(), kit_bh_schedule() and kit_bh_sync(): a function run in softirq
 *            context on the CPU that asks for it. kit_bh_sync() waits for one that runs; it may sleep.
 */
#include <linux/workqueue.h>
#ifdef KIT_HAVE_SYSTEM_BH_WQ
struct kit_bh {
	struct work_struct work;
	void (*fn)(void *data);
	void *data;
};

static inline void kit_bh_run(struct work_struct *work)
{
	struct kit_bh *bh = container_of(work, struct kit_bh, work);

	bh->fn(bh->data);
}

static inline void kit_bh_init(struct kit_bh *bh, void (*fn)(void *data), void *data)
{
	INIT_WORK(&bh->work, kit_bh_run);
	bh->fn = fn;
	bh->data = data;
}

static inline void kit_bh_schedule(struct kit_bh *bh)
{
	queue_work(system_bh_wq, &bh->work);
}

static inline void kit_bh_sync(struct kit_bh *bh)
{
	cancel_work_sync(&bh->work);
}
#else
struct kit_bh {
	struct tasklet_struct tasklet;
	void (*fn)(void *data);
	void *data;
};

static inline void kit_bh_run(unsigned long arg)
{
	struct kit_bh *bh = (struct kit_bh *)arg;

	bh->fn(bh->data);
}

static inline void kit_bh_init(struct kit_bh *bh, void (*fn)(void *data), void *data)
{
	tasklet_init(&bh->tasklet, kit_bh_run, (unsigned long)bh);
	bh->fn = fn;
	bh->data = data;
}

static inline void kit_bh_schedule(struct kit_bh *bh)
{
	tasklet_schedule(&bh->tasklet);
}

static inline void kit_bh_sync(struct kit_bh *bh)
{
	tasklet_kill(&bh->tasklet);
}
#endif
