// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what the SCSI mid layer calls (docs/wire/04-storage.md 5.2, 6, 8, 9).
 */
#include <linux/blkdev.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <scsi/scsi_devinfo.h>
#include <scsi/scsi_eh.h>
#include "storvsc.h"

#define STOR_TIMEOUT (180 * HZ)
#define STOR_MAX_CMDS_PER_LUN 255

static struct stor_device *stor_of(struct Scsi_Host *host)
{
	return shost_priv(host);
}

/* ---- commands ---- */

static KIT_QC_STATUS stor_queuecommand(struct Scsi_Host *host, struct scsi_cmnd *cmd)
{
	struct stor_device *sd = stor_of(host);
	int ret;

	if (vstor_refuse_command(sd->info.version, cmd->cmnd[0])) {
		vstor_illegal_request(cmd->sense_buffer);
		cmd->result = SAM_STAT_CHECK_CONDITION;
		scsi_done(cmd);
		/* It may have been the last of a batch. */
		stor_kick(sd);
		return 0;
	}
	ret = stor_submit(sd, cmd);
	if (!ret)
		return 0;
	if (ret == SCSI_MLQUEUE_HOST_BUSY)
		return SCSI_MLQUEUE_HOST_BUSY;
	if (ret == -EAGAIN)
		return SCSI_MLQUEUE_DEVICE_BUSY;
	stor_end(sd, cmd, ret == -ENODEV ? DID_NO_CONNECT : DID_ERROR);
	return 0;
}
KIT_QUEUECOMMAND_ADAPTER(stor_queuecommand);

/* The block layer has no more for now, though it said it would. Inline: not every kernel has a use for it. */
static inline void stor_commit(struct Scsi_Host *host, u16 queue)
{
	stor_kick(stor_of(host));
}

/* 8: the host answers every request, however late; what the guest gives up the host would still write to. */
static enum scsi_timeout_action __maybe_unused stor_timed_out(struct scsi_cmnd *cmd)
{
	stor_kick(stor_of(cmd->device->host));
	stor_orphans(stor_of(cmd->device->host));
	return SCSI_EH_RESET_TIMER;
}

/* 8: after a request the host says it gave up, or an administrator asked for it. */
static int stor_device_reset(struct scsi_cmnd *cmd)
{
	return stor_reset_lun(stor_of(cmd->device->host), cmd->device) ? FAILED : SUCCESS;
}

static int stor_host_reset(struct scsi_cmnd *cmd)
{
	return stor_reset(stor_of(cmd->device->host)) ? FAILED : SUCCESS;
}

/* ---- LUNs ---- */

static int stor_lun_init(struct scsi_device *sdev)
{
	/* The host claims an old level, but answers REPORT LUNS and has the pages of a new one (6). */
	sdev->sdev_bflags = BLIST_REPORTLUN2 | BLIST_TRY_VPD_PAGES;
	return 0;
}

/* 6, 10: hosts of 2012 and 2012 R2 have thin provisioning, and a level too low for anybody to look for it. */
static void stor_fix_level(struct stor_device *sd, struct scsi_device *sdev)
{
	bool late = sd->info.version == VSTOR_VERSION_5_1 || sd->info.version == VSTOR_VERSION_6_0;

	if (late && !strncmp(sdev->vendor, "Msft", 4) && sdev->scsi_level < SCSI_SPC_3)
		sdev->scsi_level = SCSI_SPC_3;
}

static int stor_lun_configure(struct scsi_device *sdev, struct queue_limits *limits)
{
	struct stor_device *sd = stor_of(sdev->host);

	blk_queue_rq_timeout(sdev->request_queue, STOR_TIMEOUT);
	/* Where nothing keeps buffers without gaps, those with gaps are copied (bounce.c). */
	kit_sdev_virt_boundary(sdev, HVW_PAGE_SIZE - 1);
	if (sd->info.version < VSTOR_VERSION_6_2)
		kit_sdev_no_write_same(sdev);
	stor_fix_level(sd, sdev);
	return 0;
}
KIT_SDEV_CONFIGURE_ADAPTER(stor_lun_configure);

static int stor_change_queue_depth(struct scsi_device *sdev, int depth)
{
	return scsi_change_queue_depth(sdev, depth);
}
KIT_CHANGE_QUEUE_DEPTH_ADAPTER(stor_change_queue_depth);

static struct scsi_host_template stor_template = {
	.module = THIS_MODULE,
	.name = "storvsc_host_t",
	.proc_name = "storvsc_host",
	.queuecommand = KIT_QUEUECOMMAND(stor_queuecommand),
	.eh_device_reset_handler = stor_device_reset,
	.eh_host_reset_handler = stor_host_reset,
	KIT_COMMIT_RQS(stor_commit)
	KIT_EH_TIMED_OUT(stor_timed_out)
	KIT_SDEV_OPS(stor_lun_init, stor_lun_configure)
	.change_queue_depth = KIT_CHANGE_QUEUE_DEPTH(stor_change_queue_depth),
	KIT_USE_CLUSTERING
	.this_id = -1,
	.cmd_per_lun = STOR_MAX_CMDS_PER_LUN,
};

/* ---- the host ---- */

/**
 * stor_host_alloc() - a host with room for the driver's own data
 * @size: bytes of it
 *
 * Sleeps. Return: the host or NULL.
 */
struct Scsi_Host *stor_host_alloc(size_t size)
{
	return scsi_host_alloc(&stor_template, size);
}

static void stor_address_limits(struct stor_device *sd)
{
	static const struct {
		u8 channels, ids, luns;
	} t[] = { [STOR_SCSI] = { 8, 2, 255 }, [STOR_IDE] = { 1, 2, 64 }, [STOR_FC] = { 8, 128, 255 } };
	struct Scsi_Host *host = sd->host;

	host->max_channel = t[sd->kind].channels - 1;
	host->max_id = t[sd->kind].ids;
	host->max_lun = t[sd->kind].luns;
}

/*
 * A hardware queue for each CPU, however few channels there are: the block layer puts no I/O scheduler before many, and
 * the CPUs do not meet in one. An IDE disk keeps its scheduler.
 */
static u32 stor_hw_queues(const struct stor_device *sd, u32 channels, u32 most)
{
	u32 queues = sd->kind == STOR_IDE ? 1 : max_t(u32, channels, num_present_cpus());

	return most ? min(queues, most) : queues;
}

/**
 * stor_host_limits() - tell the mid layer what the host can do
 * @sd: a connected controller
 * @max_hw_queues: at most so many hardware queues; 0: as many as are of use
 *
 * Before scsi_add_host(). Spec: docs/wire/04-storage.md 5.1 rule 6, 5.2, 9.
 */
void stor_host_limits(struct stor_device *sd, u32 max_hw_queues)
{
	u32 depth = vstor_depth(stor_ring_bytes - HVW_PAGE_SIZE);
	u32 channels = sd->info.max_sub_channels + 1;
	u32 queues = stor_hw_queues(sd, channels, max_hw_queues);
	struct Scsi_Host *host = sd->host;

	queues = kit_shost_hw_queues(host, queues);
	/*
	 * One queue serves all channels, or each its own. Where more queues than channels send more than the rings
	 * hold, some of it is offered again (stor_submit()); one LUN alone cannot, with cmd_per_lun.
	 */
	host->can_queue = depth * channels / min(queues, channels);
	host->cmd_per_lun = min_t(u32, STOR_MAX_CMDS_PER_LUN, host->can_queue);
	host->max_cmd_len = VSTOR_CDB_LEN;
	host->sg_tablesize = min_t(u32, sd->info.max_transfer / HVW_PAGE_SIZE + 1, 0x7FFF);
	host->max_sectors = sd->info.max_transfer >> 9;
	kit_shost_virt_boundary(host, HVW_PAGE_SIZE - 1);
	stor_address_limits(sd);
}
