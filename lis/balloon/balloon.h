/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what the files of hv_balloon.ko share.
 *
 * Who runs what. One kernel thread per device does everything: it reads the channel, balloons, hot adds and reports.
 * The channel callback (softirq) only wakes it; probe negotiates before the thread exists; remove and suspend stop it
 * before they touch anything. So the state below has one owner at a time and needs no lock, and a long operation can
 * sleep, post a status in between and be broken off when the device goes. The view in debugfs reads counters while
 * they change: each is right on its own, together they may be a moment apart.
 *
 * Hot added memory is the exception: the kernel's memory hotplug calls in from outside. hotadd.c has its own lock.
 */
#ifndef _LIS_BALLOON_H
#define _LIS_BALLOON_H

#include <linux/hyperv.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include "dm_check.h"
#include "dm_record.h"

/* The numbers and names are those the debugfs view shows. */
enum dm_state {
	DM_INITIALIZING = 0,
	DM_INITIALIZED = 1,
	DM_BALLOON_UP = 2,
	DM_BALLOON_DOWN = 3,
	DM_HOT_ADD_BUSY = 4,
	DM_INIT_ERROR = 5
};

struct dm_stats {
	u64 balloon_requests;
	u64 unballoon_requests;
	u64 hot_add_requests;
	u64 status_reports;
	u64 send_retries;
	u64 refused_messages; /* malformed, of an unknown type, or out of turn */
	u64 refused_ranges; /* unballoon ranges that are empty or leave the address space */
	u64 refused_pages; /* unballoon of pages the host does not have */
	u64 ignored_requests; /* because the machine may hibernate */
};

struct dm_device {
	struct hv_device *dev;
	struct vmbus_channel *channel;
	struct task_struct *thread;
	wait_queue_head_t wait;
	atomic_t kicked; /* the host signalled since the thread last looked */
	enum dm_state state;
	u32 version; /* 0 until agreed */
	u32 trans_id; /* of the last message sent */
	bool quiet; /* the host wants no status reports */
	bool can_balloon;
	bool can_hot_add;
	bool may_hibernate; /* balloon requests are ignored, hot adds refused */
	bool at_floor; /* the last balloon request could not be met in full */
	bool hot_add_dead; /* an address collision: no more hot add on this machine */
	u64 host_max_pages; /* from INFO, 0 when the host never said */
	unsigned long last_status;
	bool status_sent;
	u32 ticks; /* seconds since the device was set up */
	struct dm_record ballooned; /* pages the host has */
	struct dm_stats stats;
	u64 send_buffer[DM_MSG_MAX / 8];
	u64 recv_buffer[DM_MSG_MAX / 8];
};

/* balloon.c */
/* Must the operation in hand be broken off? Device's thread only. */
bool dm_stopping(struct dm_device *dm);
u32 dm_next_trans_id(struct dm_device *dm);
/* Send, waiting for room in the ring. Device's thread only; 0, or -ENODEV/-EINTR when the device goes. */
int dm_send(struct dm_device *dm, void *msg, u32 len);
/* Post a status unless one went out in this second; event: even in the quiet time after boot. Thread only. */
void dm_post_status(struct dm_device *dm, bool event);
u64 dm_floor_now(void);
u64 dm_committed_now(struct dm_device *dm);

/* pages.c; device's thread, or after it has ended */
void dm_balloon_up(struct dm_device *dm, u32 wanted);
void dm_balloon_down(struct dm_device *dm, const void *msg, u32 size);
void dm_release_all(struct dm_device *dm);

/* hotadd.c; process context */
/* Return 0 when this kernel can hot add and the hooks are in place, or a negative error. */
int hot_start(void);
/* Take the hooks out and forget the blocks, unless a partly backed block still needs them. */
void hot_stop(void);
/* What hot added memory must be aligned to, in pages; a power of two. */
u64 hot_block_pages(void);
/* The first page frame this kernel cannot address. */
u64 hot_max_pfn(void);
/* Add what fits; return the pages added. *permanent says whether asking again is pointless. Device's thread only. */
u32 hot_add(struct dm_device *dm, const struct dm_hot_add *req, bool *permanent);
u64 hot_pages_added(void);
u64 hot_pages_onlined(void);
u64 hot_refused(void);

/* reporting.c; process context */
void dm_reporting_start(struct dm_device *dm);
void dm_reporting_stop(void);
/* Take reporting out when the hypervisor refused it; called from the thread, since the reporter cannot do it itself. */
void dm_reporting_check(struct dm_device *dm);
bool dm_reporting_active(void);
u64 dm_reporting_pages(void);

/* view.c */
void dm_view_create(struct dm_device *dm);
void dm_view_remove(void);

#endif
