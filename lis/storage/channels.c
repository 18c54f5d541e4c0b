// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the channels of a controller: opening, choosing, and what is in flight on them (docs/wire/04-storage.md 5.3).
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <asm/barrier.h>
#include "storvsc.h"

u32 stor_ring_bytes; /* constant once the module runs */

/* ---- which CPU uses which channel ---- */

static u32 stor_channel_for(const struct stor_device *sd, int cpu)
{
	u32 i, near = 0, found = 0;

	for (i = 0; i < sd->channel_count; i++) {
		if (sd->channels[i]->target_cpu == cpu)
			return i;
	}
	/* None of its own: share those of the node evenly. */
	for (i = 0; i < sd->channel_count; i++)
		near += cpu_to_node(sd->channels[i]->target_cpu) == cpu_to_node(cpu);
	if (!near)
		return cpu % sd->channel_count;
	for (i = 0; i < sd->channel_count; i++) {
		if (cpu_to_node(sd->channels[i]->target_cpu) == cpu_to_node(cpu) && found++ == cpu % near)
			return i;
	}
	return 0;
}

static void stor_map_cpus(struct stor_device *sd)
{
	int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(sd->cpu_channel[cpu], (u8)stor_channel_for(sd, cpu));
}

static bool stor_has_room(const struct vmbus_channel *channel)
{
	return hv_get_bytes_to_write(&channel->outbound) >
	       channel->outbound.size / 100 * min_t(u32, ring_avail_percent_lowater, 100);
}

/**
 * stor_pick_channel() - the channel for a request from this CPU
 * @sd: the controller; the caller is in an RCU read section with interrupts off
 *
 * Return: the channel, or NULL when there is none.
 */
struct vmbus_channel *stor_pick_channel(struct stor_device *sd)
{
	u32 count = smp_load_acquire(&sd->channel_count);
	u32 i = READ_ONCE(sd->cpu_channel[smp_processor_id()]);
	struct vmbus_channel *channel;

	if (!count)
		return NULL;
	channel = sd->channels[i < count ? i : 0];
	if (count == 1 || (!channel->rescind && stor_has_room(channel)))
		return channel;
	return stor_other_channel(sd, channel);
}

/**
 * stor_other_channel() - a channel with room in place of one without
 * @sd: the controller; context as stor_pick_channel()
 * @full: the channel that is full or rescinded
 *
 * Return: a channel of the same node if one has room, any other with room, or the primary.
 */
struct vmbus_channel *stor_other_channel(struct stor_device *sd, const struct vmbus_channel *full)
{
	u32 i, pass, count = smp_load_acquire(&sd->channel_count);
	int node = cpu_to_node(smp_processor_id());
	struct vmbus_channel *c;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < count; i++) {
			c = sd->channels[i];
			if (c == full || c->rescind || (!pass && cpu_to_node(c->target_cpu) != node))
				continue;
			if (stor_has_room(c))
				return c;
		}
	}
	return stor_primary(sd);
}

/* ---- opening and closing ---- */

/**
 * stor_open_channel() - open one channel and put it to use
 * @sd: the controller
 * @channel: its primary, or a subchannel
 *
 * Sleeps; the caller holds channels_lock. Return: 0 or -errno of vmbus_open().
 */
int stor_open_channel(struct stor_device *sd, struct vmbus_channel *channel)
{
	u8 properties[sizeof(struct vstor_properties)];
	int ret;

	memset(properties, 0, sizeof(properties));
	channel->rqstor_size = stor_ring_bytes / VSTOR_PACKET_RING_MIN;
	channel->next_request_id_callback = vmbus_next_request_id;
	channel->request_addr_callback = vmbus_request_addr;
	set_per_channel_state(channel, sd);
	if (channel->primary_channel)
		vmbus_set_chn_rescind_callback(channel, stor_sub_rescinded);
	ret = vmbus_open(channel, stor_ring_bytes, stor_ring_bytes, properties, sizeof(properties), stor_on_channel,
			 channel);
	if (ret)
		return ret;
	sd->channels[sd->channel_count] = channel;
	smp_store_release(&sd->channel_count, sd->channel_count + 1);
	stor_map_cpus(sd);
	return 0;
}

/**
 * stor_on_sub_channel() - the host offers a subchannel
 * @channel: the subchannel
 *
 * Process context. One that cannot be opened is not used.
 */
void stor_on_sub_channel(struct vmbus_channel *channel)
{
	struct stor_device *sd = get_per_channel_state(channel->primary_channel);
	int ret;

	if (!sd)
		return;
	mutex_lock(&sd->channels_lock);
	/* Without a first channel the controller is being closed. */
	if (sd->channel_count && sd->channel_count <= sd->info.max_sub_channels && !stor_is_gone(sd)) {
		ret = stor_open_channel(sd, channel);
		if (ret)
			dev_warn(&sd->dev->device, "subchannel %u cannot be opened: %d\n",
				 channel->offermsg.offer.sub_channel_index, ret);
	}
	mutex_unlock(&sd->channels_lock);
}

/**
 * stor_forget_channels() - let no CPU pick a channel any more, and take what is in flight away from the host
 * @sd: the controller
 *
 * Sleeps. Afterwards the channels are to be closed, and then comes stor_end_owed().
 */
void stor_forget_channels(struct stor_device *sd)
{
	u32 i, count;

	mutex_lock(&sd->channels_lock);
	count = sd->channel_count;
	smp_store_release(&sd->channel_count, 0);
	synchronize_rcu();
	for (i = 0; i < count; i++) {
		if (i)
			vmbus_set_chn_rescind_callback(sd->channels[i], NULL);
		vmbus_take_requests(sd->channels[i], &sd->owed[i]);
	}
	mutex_unlock(&sd->channels_lock);
}

/* ---- what is in flight ---- */

/* Has the host a request of this LUN on this channel? Its command cannot end while the table is locked. */
static bool stor_has_of_lun(struct stor_device *sd, struct vmbus_channel *channel, const struct scsi_device *sdev)
{
	struct request_table *table = &channel->requestor;
	struct scsi_cmnd *cmd;
	unsigned long flags;
	bool found = false;
	u32 i;

	spin_lock_irqsave(&channel->rqstor_lock, flags);
	for (i = 0; i < table->size && !found; i++) {
		cmd = (struct scsi_cmnd *)(unsigned long)table->slots[i].addr;
		found = request_table_id(table, i) && (void *)cmd != (void *)&sd->talk && cmd->device == sdev;
	}
	spin_unlock_irqrestore(&channel->rqstor_lock, flags);
	return found;
}

/* Is nothing in flight, of any LUN (sdev NULL) or of one, on any channel? */
static bool stor_idle(struct stor_device *sd, const struct scsi_device *sdev)
{
	u32 i;

	for (i = 0; i < sd->channel_count; i++) {
		if (!READ_ONCE(sd->channels[i]->requestor.in_flight))
			continue;
		if (!sdev || stor_has_of_lun(sd, sd->channels[i], sdev))
			return false;
	}
	return true;
}

/**
 * stor_wait_idle() - wait until nothing is in flight
 * @sd: the controller; nobody sends on it, or not to that LUN
 * @sdev: wait for this LUN's requests alone; NULL: for all
 * @seconds: how long
 *
 * Sleeps. Return: whether it is idle; false at once when the host has rescinded it.
 */
bool stor_wait_idle(struct stor_device *sd, const struct scsi_device *sdev, unsigned int seconds)
{
	unsigned long end = jiffies + seconds * HZ;

	while (!stor_idle(sd, sdev)) {
		if (stor_primary(sd)->rescind || time_after(jiffies, end))
			return false;
		/* Completions wake when they find somebody waiting; the limit is for the one that did not. */
		wait_event_timeout(sd->idle_wait, stor_idle(sd, sdev), HZ / 10);
	}
	return true;
}

/* End what a request table held. */
static void stor_give_up(struct stor_device *sd, u64 addr, int did)
{
	struct vstor_packet none;

	if (addr != (u64)(unsigned long)&sd->talk) {
		stor_end(sd, (struct scsi_cmnd *)(unsigned long)addr, did);
		return;
	}
	memset(&none, 0, sizeof(none));
	stor_talk_done(sd, &none, 0);
}

/**
 * stor_end_owed() - end the requests of channels that were closed
 * @sd: the controller, after stor_forget_channels() and vmbus_close()
 * @did: the host byte they end with
 *
 * Sleeps.
 */
void stor_end_owed(struct stor_device *sd, int did)
{
	u32 i, n;

	for (i = 0; i < STOR_CHANNELS_MAX; i++) {
		for (n = 0; n < sd->owed[i].size; n++) {
			if (request_table_id(&sd->owed[i], n))
				stor_give_up(sd, sd->owed[i].slots[n].addr, did);
		}
		vmbus_free_requests(&sd->owed[i]);
	}
}

/* Take every request of one rescinded channel away from the host and end it. */
static void stor_fail_channel(struct stor_device *sd, struct vmbus_channel *channel, int did)
{
	u64 id, addr;
	u32 i;

	for (i = 0; i < channel->requestor.size; i++) {
		id = request_table_id(&channel->requestor, i);
		addr = id ? vmbus_request_addr(channel, id) : VMBUS_RQST_ERROR;
		if (addr != VMBUS_RQST_ERROR)
			stor_give_up(sd, addr, did);
	}
}

/**
 * stor_orphans() - look for requests on channels the host has rescinded
 * @sd: the controller
 *
 * Any context.
 */
void stor_orphans(struct stor_device *sd)
{
	rcu_read_lock();
	if (!READ_ONCE(sd->gone))
		schedule_work(&sd->orphan_work);
	rcu_read_unlock();
}

/**
 * stor_orphan_work() - end the requests in flight on rescinded channels
 * @work: the controller's
 *
 * Nobody sends on such a channel, and the host will not answer on it. What a subchannel had goes over another one. The
 * primary's rescind has its own way (storvsc.c), but that waits for probe, and probe may wait for these requests.
 */
void stor_orphan_work(struct work_struct *work)
{
	struct stor_device *sd = container_of(work, struct stor_device, orphan_work);
	u32 i;

	mutex_lock(&sd->channels_lock);
	synchronize_rcu();
	for (i = 0; i < sd->channel_count; i++) {
		if (sd->channels[i]->rescind)
			stor_fail_channel(sd, sd->channels[i], i ? DID_REQUEUE : DID_NO_CONNECT);
	}
	mutex_unlock(&sd->channels_lock);
}
