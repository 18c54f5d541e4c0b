// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_storvsc, SCSI controllers, accelerated IDE disks and virtual Fibre Channel (docs/wire/04-storage.md).
 *
 * Devices coming and going. storvsc.h says who runs what.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include "storvsc.h"

#define STOR_RING_MIN (32 * 1024)
#define STOR_RING_MAX (4 * 1024 * 1024)
#define STOR_LINK_TRIES 3

int logging_level = 1;
module_param(logging_level, int, 0644);
MODULE_PARM_DESC(logging_level, "Logging level, 0 - None, 1 - Error (default), 2 - Warning.");

int ring_avail_percent_lowater = 10;
module_param(ring_avail_percent_lowater, int, 0644);
MODULE_PARM_DESC(ring_avail_percent_lowater, "Select a channel if available ring size > this in percent");

static int storvsc_ringbuffer_size = 128 * 1024;
module_param(storvsc_ringbuffer_size, int, 0444);
MODULE_PARM_DESC(storvsc_ringbuffer_size, "Ring buffer size (bytes)");

static unsigned int storvsc_max_hw_queues;
module_param(storvsc_max_hw_queues, uint, 0644);
MODULE_PARM_DESC(storvsc_max_hw_queues, "Maximum number of hardware queues");

static int storvsc_vcpus_per_sub_channel = 1;
module_param(storvsc_vcpus_per_sub_channel, int, 0444);
MODULE_PARM_DESC(storvsc_vcpus_per_sub_channel, "Ratio of VCPUs to subchannels");

/* A rescind may meet remove; who holds this may use the controller that the channel names. */
static DEFINE_MUTEX(stor_lives);

static u32 stor_ring_size(void)
{
	int size = max_t(int, storvsc_ringbuffer_size, STOR_RING_MIN);

	return ALIGN(min_t(int, size, STOR_RING_MAX), PAGE_SIZE);
}

/* A machine whose root disk is behind this does not boot without it: a lost answer is asked for once more. */
static int stor_link(struct stor_device *sd)
{
	int ret, tries = STOR_LINK_TRIES;

	do
		ret = stor_connect(sd, stor_ring_size(), max_t(int, storvsc_vcpus_per_sub_channel, 1));
	while (ret && --tries && !stor_primary(sd)->rescind);
	return ret;
}

/* Let nobody send any more. */
static void stor_stop(struct stor_device *sd)
{
	WRITE_ONCE(sd->gone, true);
	synchronize_rcu();
}

/*
 * The controller of a primary channel, NULL when there is none any more; kept by its host until scsi_host_put().
 * Whether it still has its channels only link_lock tells.
 */
static struct stor_device *stor_keep(struct vmbus_channel *primary)
{
	struct stor_device *sd;

	mutex_lock(&stor_lives);
	sd = get_per_channel_state(primary);
	if (sd && !scsi_host_get(sd->host))
		sd = NULL;
	mutex_unlock(&stor_lives);
	return sd;
}

/*
 * The host has taken the controller away: nothing in flight will be answered, and whoever removes the disks would wait
 * for it for ever. A subchannel that is not rescinded yet the host may still serve: so they are closed first. Process
 * context.
 */
static void stor_rescinded(struct vmbus_channel *channel)
{
	struct stor_device *sd = stor_keep(channel);

	if (sd) {
		stor_stop(sd);
		mutex_lock(&sd->link_lock);
		if (!sd->left)
			stor_disconnect(sd, DID_NO_CONNECT);
		mutex_unlock(&sd->link_lock);
		scsi_host_put(sd->host);
	}
	vmbus_device_unregister(channel->device_obj);
}

/**
 * stor_sub_rescinded() - the host takes a subchannel away
 * @channel: the subchannel
 *
 * Process context. What is in flight there goes over another channel.
 */
void stor_sub_rescinded(struct vmbus_channel *channel)
{
	struct stor_device *sd;

	mutex_lock(&stor_lives);
	sd = get_per_channel_state(channel->primary_channel);
	if (sd)
		stor_orphans(sd);
	mutex_unlock(&stor_lives);
}

static void stor_forget(struct stor_device *sd)
{
	mutex_lock(&stor_lives);
	set_per_channel_state(stor_primary(sd), NULL);
	mutex_unlock(&stor_lives);
}

static void stor_init(struct stor_device *sd, struct hv_device *dev, struct Scsi_Host *host, enum stor_kind kind)
{
	sd->dev = dev;
	sd->host = host;
	sd->kind = kind;
	/* 9: the device is in the instance's second group. */
	if (kind == STOR_IDE)
		sd->target = dev->dev_instance.b[4];
	mutex_init(&sd->talk_lock);
	mutex_init(&sd->link_lock);
	mutex_init(&sd->channels_lock);
	init_completion(&sd->talk.done);
	init_waitqueue_head(&sd->idle_wait);
	INIT_WORK(&sd->work, stor_work);
	INIT_WORK(&sd->orphan_work, stor_orphan_work);
}

static void stor_free(struct stor_device *sd)
{
	stor_forget(sd);
	cancel_work_sync(&sd->orphan_work);
	stor_free_descriptors(sd);
	kfree(sd->cpu_channel);
	hv_set_drvdata(sd->dev, NULL);
	scsi_host_put(sd->host);
}

static int stor_add(struct stor_device *sd)
{
	int ret;

	stor_host_limits(sd, storvsc_max_hw_queues);
	ret = sd->kind == STOR_FC ? stor_fc_prepare(sd->host) : 0;
	if (!ret)
		ret = stor_alloc_descriptors(sd);
	if (!ret)
		ret = scsi_add_host(sd->host, &sd->dev->device);
	return ret;
}

/**
 * stor_pause() - let requests wait, or go on
 * @sd: the controller; the caller holds link_lock
 * @pause: wait
 *
 * Sleeps. Afterwards nobody is sending.
 */
void stor_pause(struct stor_device *sd, bool pause)
{
	WRITE_ONCE(sd->paused, pause);
	if (pause)
		synchronize_rcu();
}

/**
 * stor_link_again() - open the channels of a paused controller again
 * @sd: the controller, without channels; the caller holds link_lock
 *
 * Sleeps. Without an agreement its disks are gone. Requests go on in any case. Return: 0 or -errno.
 */
int stor_link_again(struct stor_device *sd)
{
	u32 transfer = sd->info.max_transfer;
	int ret = stor_link(sd);

	/* Requests were cut to the size agreed before. */
	if (!ret && sd->info.max_transfer < transfer) {
		stor_disconnect(sd, DID_NO_CONNECT);
		ret = -EPROTO;
	}
	if (ret) {
		dev_err(&sd->dev->device, "no agreement with the host any more (%d), the disks are gone\n", ret);
		WRITE_ONCE(sd->gone, true);
	}
	stor_pause(sd, false);
	return ret;
}

static void stor_leave(struct stor_device *sd)
{
	stor_stop(sd);
	mutex_lock(&sd->link_lock);
	stor_wait_idle(sd, NULL, STOR_LEAVE_SECONDS);
	vmbus_set_chn_rescind_callback(stor_primary(sd), NULL);
	/* What was offered before, closing waits for; what comes later finds nobody. */
	vmbus_set_sc_create_callback(stor_primary(sd), NULL);
	stor_disconnect(sd, DID_NO_CONNECT);
	sd->left = true;
	mutex_unlock(&sd->link_lock);
}

/* Look at what the host announces, from now on or no more. Sleeps. */
static void stor_listen(struct stor_device *sd, bool listen)
{
	WRITE_ONCE(sd->listening, listen);
	if (listen) {
		stor_catch_up(sd);
		return;
	}
	synchronize_rcu();
	cancel_work_sync(&sd->work);
}

static int stor_probe(struct hv_device *dev, const struct hv_vmbus_device_id *id)
{
	struct Scsi_Host *host = stor_host_alloc(sizeof(struct stor_device));
	struct stor_device *sd;
	int ret = -ENOMEM;

	if (!host)
		return -ENOMEM;
	sd = shost_priv(host);
	stor_init(sd, dev, host, id->driver_data);
	hv_set_drvdata(dev, sd);
	sd->cpu_channel = kcalloc(nr_cpu_ids, sizeof(*sd->cpu_channel), GFP_KERNEL);
	if (sd->cpu_channel)
		ret = stor_link(sd);
	if (ret)
		goto free;
	ret = stor_add(sd);
	if (ret)
		goto leave;
	vmbus_set_chn_rescind_callback(dev->channel, stor_rescinded);
	stor_fc_names(sd);
	stor_scan_first(sd);
	stor_listen(sd, true);
	return 0;
leave:
	stor_leave(sd);
free:
	stor_free(sd);
	return ret;
}

static void stor_remove(struct hv_device *dev)
{
	struct stor_device *sd = hv_get_drvdata(dev);

	/* The work item may be waiting for I/O; the host, or the rescind, ends that. */
	stor_listen(sd, false);
	stor_fc_remove(sd);
	scsi_remove_host(sd->host);
	stor_leave(sd);
	stor_free(sd);
}

/* The mid layer has quieted the disks already. No state survives. */
static int stor_suspend(struct hv_device *dev)
{
	struct stor_device *sd = hv_get_drvdata(dev);
	int ret = 0;

	stor_listen(sd, false);
	mutex_lock(&sd->link_lock);
	stor_pause(sd, true);
	if (stor_wait_idle(sd, NULL, STOR_LEAVE_SECONDS)) {
		stor_disconnect(sd, DID_NO_CONNECT);
	} else {
		stor_pause(sd, false);
		dev_err(&dev->device, "the host still owes answers: the machine cannot sleep now\n");
		ret = -EBUSY;
	}
	mutex_unlock(&sd->link_lock);
	if (ret)
		stor_listen(sd, true);
	return ret;
}

static int stor_resume(struct hv_device *dev)
{
	struct stor_device *sd = hv_get_drvdata(dev);
	int ret;

	mutex_lock(&sd->link_lock);
	ret = stor_link_again(sd);
	mutex_unlock(&sd->link_lock);
	stor_listen(sd, true);
	return ret;
}

static const struct hv_vmbus_device_id stor_ids[] = {
	{ HV_SCSI_GUID, STOR_SCSI },
	{ HV_IDE_GUID, STOR_IDE },
	{ HV_SYNTHFC_GUID, STOR_FC },
	{ { { 0 } }, 0 },
};

static struct hv_driver stor_driver = {
	.name = "hv_storvsc",
	.id_table = stor_ids,
	.probe = stor_probe,
	.remove = stor_remove,
	.suspend = stor_suspend,
	.resume = stor_resume,
};

static int __init stor_module_init(void)
{
	int ret = stor_fc_init();

	if (ret)
		return ret;
	ret = vmbus_driver_register(&stor_driver);
	if (ret)
		stor_fc_exit();
	return ret;
}

static void __exit stor_module_exit(void)
{
	vmbus_driver_unregister(&stor_driver);
	stor_fc_exit();
}

module_init(stor_module_init);
module_exit(stor_module_exit);

MODULE_DESCRIPTION("Hyper-V storage: SCSI, IDE and Fibre Channel");
MODULE_LICENSE("GPL");
MODULE_VERSION(LIS_VERSION);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_SCSI);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_IDE);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_FC);
