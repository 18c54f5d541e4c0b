/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what the files of hv_storvsc.ko share.
 *
 * Who runs what. queuecommand runs on any CPU at any time: it builds the packet, picks a channel and sends, all with
 * interrupts off and without allocating (pages are listed in the CPU's own descriptor). A channel's callback (softirq)
 * ends what the host completed. A request belongs to the host while the channel's request table holds its scsi_cmnd;
 * whoever takes it out of the table, and nobody else, completes it. That is why a request cannot end twice, whatever
 * the host, a rescind or a reset do at the same moment.
 *
 * `gone` and `paused` stop senders: set one, then synchronize_rcu(), and nobody sends any more. One work item per host
 * (scan.c) does what must sleep: removing, rescanning, scanning.
 *
 * The host may write to the memory of a request for as long as it has the channel. So a request it does not answer is
 * taken out of the table, the channel is closed, and only then the request ends (stor_disconnect()). A channel that was
 * itself rescinded the host has given up already, so what is in flight there ends at once (stor_orphan_work()).
 */
#ifndef _LIS_STORVSC_H
#define _LIS_STORVSC_H

#include <linux/completion.h>
#include <linux/hyperv.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include "vstor_msg.h"
#include "vstor_range.h"
#include "vstor_result.h"

#define STOR_CHANNELS_MAX 64 /* with the primary */
#define STOR_LEAVE_SECONDS 60 /* for what is in flight when the channels are to be closed */

enum stor_kind { STOR_SCSI, STOR_IDE, STOR_FC };

/* Bits of stor_device.events: what the work item is to do. */
enum stor_event {
	STOR_EVENT_SCAN, /* the host announced a change */
	STOR_EVENT_LUNS, /* some stor_lun has events */
	STOR_EVENT_NAMES /* the world wide names changed */
};

/* A packet sent besides the I/O, and its answer. One at a time (talk_lock). */
struct stor_talk {
	struct completion done;
	struct vstor_packet packet;
	u32 len; /* bytes of the answer */
};

struct stor_device {
	struct hv_device *dev;
	struct Scsi_Host *host;
	enum stor_kind kind;
	u8 target; /* IDE: 0 master, 1 slave */
	struct vstor_host info;
	struct vstor_names names;

	bool gone; /* no request can be served any more */
	bool paused; /* requests wait */
	bool listening; /* events may be looked at: the mid layer has the Scsi_Host, and nobody takes it away */
	bool left; /* under link_lock: the hv_device may be no more, an open file may still hold the Scsi_Host */

	struct mutex talk_lock;
	struct stor_talk talk;

	struct mutex link_lock; /* resetting, sleeping, leaving: one at a time */
	struct mutex channels_lock; /* within it: who opens and who closes */
	struct vmbus_channel *channels[STOR_CHANNELS_MAX];
	u32 channel_count;
	struct request_table owed[STOR_CHANNELS_MAX]; /* what closed channels had in flight */
	u8 *cpu_channel; /* index into channels by CPU */
	wait_queue_head_t idle_wait;
	u32 owing; /* the host may not have been told of what was sent last */

	struct vmbus_packet_mpb_array **desc; /* by CPU */
	u32 desc_pages; /* room of each */

	struct work_struct work;
	struct work_struct orphan_work; /* apart: the other may wait for just those requests */
	unsigned long events;
};

static inline struct vmbus_channel *stor_primary(const struct stor_device *sd)
{
	return sd->dev->channel;
}

static inline bool stor_is_gone(const struct stor_device *sd)
{
	return READ_ONCE(sd->gone) || stor_primary(sd)->rescind;
}

/* storvsc.c: module parameters under the in-box names */
extern int logging_level;
extern int ring_avail_percent_lowater;
void stor_sub_rescinded(struct vmbus_channel *channel);
void stor_pause(struct stor_device *sd, bool pause);
int stor_link_again(struct stor_device *sd);

/* reset.c */
int stor_reset_lun(struct stor_device *sd, struct scsi_device *sdev);
int stor_reset(struct stor_device *sd);

/* connect.c */
int stor_connect(struct stor_device *sd, u32 ring_bytes, u32 cpus_per_channel);
void stor_disconnect(struct stor_device *sd, int did);
int stor_talk(struct stor_device *sd, struct vstor_packet *packet, unsigned int seconds);
void stor_talk_done(struct stor_device *sd, const struct vstor_packet *packet, u32 len);

/* channels.c */
int stor_open_channel(struct stor_device *sd, struct vmbus_channel *channel);
void stor_on_sub_channel(struct vmbus_channel *channel);
void stor_forget_channels(struct stor_device *sd);
void stor_end_owed(struct stor_device *sd, int did);
struct vmbus_channel *stor_pick_channel(struct stor_device *sd);
struct vmbus_channel *stor_other_channel(struct stor_device *sd, const struct vmbus_channel *full);
bool stor_wait_idle(struct stor_device *sd, const struct scsi_device *sdev, unsigned int seconds);
void stor_orphans(struct stor_device *sd);
void stor_orphan_work(struct work_struct *work);
extern u32 stor_ring_bytes;

/* io.c */
int stor_alloc_descriptors(struct stor_device *sd);
void stor_free_descriptors(struct stor_device *sd);
void stor_kick(struct stor_device *sd);
void stor_address(const struct stor_device *sd, const struct scsi_device *sdev, struct vstor_request *r);
int stor_submit(struct stor_device *sd, struct scsi_cmnd *cmd);
void stor_on_channel(void *context);
void stor_end(struct stor_device *sd, struct scsi_cmnd *cmd, int did);

/* bounce.c */
struct stor_bounce;
struct stor_bounce *stor_bounce_create(struct scsi_cmnd *cmd);
int stor_bounce_describe(const struct stor_bounce *b, struct vstor_range *range);
void stor_bounce_finish(struct scsi_cmnd *cmd, bool copy_back);

/* host.c */
struct Scsi_Host *stor_host_alloc(size_t size);
void stor_host_limits(struct stor_device *sd, u32 max_hw_queues);

/* scan.c */
void stor_raise(struct stor_device *sd, enum stor_event event);
void stor_catch_up(struct stor_device *sd);
void stor_raise_lun(struct stor_device *sd, struct scsi_device *sdev, u8 events);
bool stor_unsolicited(struct stor_device *sd, const struct vstor_packet *packet, u32 len);
void stor_scan_first(struct stor_device *sd);
void stor_work(struct work_struct *work);

/* fc.c: nothing happens and -ENODEV comes back on kernels without the Fibre Channel class */
int stor_fc_init(void);
void stor_fc_exit(void);
int stor_fc_prepare(struct Scsi_Host *host);
void stor_fc_names(struct stor_device *sd);
void stor_fc_remove(struct stor_device *sd);

#endif
