// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the life of channels: offers, subchannels, rescinds, event dispatch (docs/wire/02-vmbus.md 5, 7.4, 8.1).
 *
 * An offer and a rescind are taken off the control queue in the host's order, by a worker that never waits: it checks,
 * records and marks. What may wait for the host or for a driver (probe, remove) runs as a work of the channel on the
 * device queue. So a rescind reaches a probe that hangs on the host, wakes it, and then waits for it to end.
 *
 * References: one for the channel list (dropped when the channel is removed), one for its device, one per subchannel on
 * its primary, one per caller of vmbus_channel_get(). The relid table is read under RCU in the interrupt; memory is
 * freed after a grace period.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "vmbus.h"
#include "trace.h"

/* A drained-and-refilled ring gives the CPU back after this many jiffies. */
#define BATCH_JIFFIES 2

struct vmbus_class {
	guid_t type;
	bool performance;
};

/* In the order of Linux's class numbers (sysfs `device`, wire/02 13). */
static const struct vmbus_class vmbus_classes[] = {
	{ HV_IDE_GUID, true },	      { HV_SCSI_GUID, true },	 { HV_SYNTHFC_GUID, true },
	{ HV_NIC_GUID, true },	      { HV_ND_GUID, true },	 { HV_PCIE_GUID, false },
	{ HV_SYNTHVID_GUID, false },  { HV_KBD_GUID, false },	 { HV_MOUSE_GUID, false },
	{ HV_KVP_GUID, false },	      { HV_TS_GUID, false },	 { HV_HEART_BEAT_GUID, false },
	{ HV_SHUTDOWN_GUID, false },  { HV_FCOPY_GUID, false },	 { HV_VSS_GUID, false },
	{ HV_DM_GUID, false },
};

/* The number of a class; ARRAY_SIZE(vmbus_classes) stands for all others. */
unsigned int vmbus_class_number(const guid_t *type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmbus_classes); i++)
		if (guid_equal(type, &vmbus_classes[i].type))
			break;
	return i;
}

bool vmbus_class_is_performance(const guid_t *type)
{
	unsigned int i = vmbus_class_number(type);

	return i < ARRAY_SIZE(vmbus_classes) && vmbus_classes[i].performance;
}

/* ---- references ---- */

static void vmbus_channel_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct vmbus_channel, rcu));
}

struct vmbus_channel *vmbus_channel_get(struct vmbus_channel *channel)
{
	atomic_inc(&channel->refs);
	return channel;
}

void vmbus_channel_put(struct vmbus_channel *channel)
{
	struct vmbus_channel *primary = channel->primary_channel;

	if (!atomic_dec_and_test(&channel->refs))
		return;
	call_rcu(&channel->rcu, vmbus_channel_free);
	if (primary)
		vmbus_channel_put(primary);
}

/* ---- events (8.1) ---- */

struct vmbus_channel *vmbus_relid_to_channel(u32 relid)
{
	if (!relid || relid > VMBUS_RELID_MAX)
		return NULL;
	return rcu_dereference(vmbus_connection.relids[relid]);
}

/*
 * Runs a callback outside the interrupt. In batched mode the host's signals are masked until the ring is found empty
 * after unmasking; a host that never stops sending gets only BATCH_JIFFIES at a time.
 */
static void vmbus_deferred_event(void *data)
{
	struct vmbus_channel *channel = data;
	unsigned long limit = jiffies + BATCH_JIFFIES;
	void (*callback)(void *);

	do {
		callback = READ_ONCE(channel->onchannel_callback);
		if (!callback)
			return;
		callback(channel->channel_callback_context);
		if (channel->callback_mode != HV_CALL_BATCHED || !hv_end_read(&channel->inbound))
			return;
		hv_begin_read(&channel->inbound);
	} while (time_before(jiffies, limit));
	kit_bh_schedule(&channel->callback_event);
}

static void vmbus_run_callback(struct vmbus_channel *channel)
{
	void (*callback)(void *);

	spin_lock(&channel->sched_lock);
	callback = channel->onchannel_callback;
	if (callback) {
		channel->interrupts++;
		if (channel->callback_mode == HV_CALL_ISR) {
			callback(channel->channel_callback_context);
		} else {
			if (channel->callback_mode == HV_CALL_BATCHED)
				hv_begin_read(&channel->inbound);
			kit_bh_schedule(&channel->callback_event);
		}
	}
	spin_unlock(&channel->sched_lock);
}

void vmbus_channel_event(u32 relid)
{
	struct vmbus_channel *channel;

	vmbus_stat_events++;
	trace_vmbus_event(relid);
	rcu_read_lock();
	channel = vmbus_relid_to_channel(relid);
	if (channel && !channel->rescind)
		vmbus_run_callback(channel);
	rcu_read_unlock();
}

/* ---- offers (5.1) ---- */

static void vmbus_post_released(u32 relid)
{
	struct vmbus_msg_relid msg = { { VMBUS_MSG_RELID_RELEASED, 0 }, relid };

	if (atomic_read(&vmbus_connection.state) == VMBUS_CONNECTED)
		vmbus_post_msg(&msg, sizeof(msg), true);
}

static void vmbus_add_work(struct work_struct *work);
static void vmbus_rescind_work(struct work_struct *work);

static void vmbus_copy_offer(struct vmbus_channel_offer_channel *to, const struct vmbus_msg_offer *from)
{
	memcpy(&to->offer.if_type, &from->if_type, sizeof(to->offer.if_type));
	memcpy(&to->offer.if_instance, &from->if_instance, sizeof(to->offer.if_instance));
	to->offer.chn_flags = from->flags;
	to->offer.mmio_megabytes = from->mmio_megabytes;
	memcpy(to->offer.user_def, from->user, sizeof(to->offer.user_def));
	to->offer.sub_channel_index = from->sub_channel_index;
	to->child_relid = from->relid;
	to->monitorid = from->monitor_id;
	to->monitor_allocated = from->monitor_allocated & 1;
	to->is_dedicated_interrupt = from->is_dedicated_interrupt & 1;
	to->connection_id = from->connection_id;
}

static struct vmbus_channel *vmbus_channel_alloc(const struct vmbus_msg_offer *offer)
{
	struct vmbus_channel *channel = kzalloc(sizeof(*channel), GFP_KERNEL);

	if (!channel)
		return NULL;
	vmbus_copy_offer(&channel->offermsg, offer);
	channel->state = CHANNEL_OFFER_STATE;
	channel->max_pkt_size = VMBUS_DEFAULT_MAX_PKT_SIZE;
	channel->is_performance = vmbus_class_is_performance(&channel->offermsg.offer.if_type);
	INIT_LIST_HEAD(&channel->sc_list);
	INIT_LIST_HEAD(&channel->sc_entry);
	spin_lock_init(&channel->sched_lock);
	spin_lock_init(&channel->rqstor_lock);
	spin_lock_init(&channel->outbound.lock);
	spin_lock_init(&channel->inbound.lock);
	kit_bh_init(&channel->callback_event, vmbus_deferred_event, channel);
	INIT_WORK(&channel->add_work, vmbus_add_work);
	INIT_WORK(&channel->rescind_work, vmbus_rescind_work);
	init_completion(&channel->added);
	atomic_set(&channel->refs, 1);
	return channel;
}

/* The live primary of an instance. Caller holds channel_mutex. */
static struct vmbus_channel *vmbus_find_primary(const guid_t *type, const guid_t *instance)
{
	struct vmbus_channel *c;

	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (!c->primary_channel && !c->rescind && guid_equal(&c->offermsg.offer.if_type, type) &&
		    guid_equal(&c->offermsg.offer.if_instance, instance))
			return c;
	}
	return NULL;
}

/* Fit a new channel among those known. 0, or -EINVAL when the offer makes no sense. Caller holds channel_mutex. */
static int vmbus_place_channel(struct vmbus_channel *channel)
{
	struct vmbus_channel_offer *offer = &channel->offermsg.offer;
	struct vmbus_channel *primary = vmbus_find_primary(&offer->if_type, &offer->if_instance);

	if (!is_sub_channel(channel) == !!primary)
		return -EINVAL; /* a second primary, or a subchannel of nobody */
	if (primary) {
		channel->primary_channel = vmbus_channel_get(primary);
		channel->device_obj = primary->device_obj;
		channel->is_performance = primary->is_performance;
		list_add_tail(&channel->sc_entry, &primary->sc_list);
	}
	vmbus_assign_cpu(channel);
	list_add_tail(&channel->listentry, &vmbus_connection.channel_list);
	rcu_assign_pointer(vmbus_connection.relids[channel->offermsg.child_relid], channel);
	return 0;
}

/*
 * After hibernation the host offers the same devices again, under new numbers. Only primaries count: drivers make their
 * subchannels anew. Caller holds channel_mutex.
 */
static bool vmbus_reoffer(const struct vmbus_msg_offer *offer)
{
	struct vmbus_channel *c;
	guid_t type, instance;

	if (!vmbus_connection.suspended)
		return false;
	memcpy(&type, &offer->if_type, sizeof(type));
	memcpy(&instance, &offer->if_instance, sizeof(instance));
	c = vmbus_find_primary(&type, &instance);
	if (!c || offer->sub_channel_index || c->offermsg.child_relid != VMBUS_RELID_INVALID)
		return offer->sub_channel_index;
	vmbus_copy_offer(&c->offermsg, offer);
	rcu_assign_pointer(vmbus_connection.relids[offer->relid], c);
	if (atomic_dec_and_test(&vmbus_connection.offers_pending))
		wake_up_all(&vmbus_connection.idle_wait);
	return true;
}

static void vmbus_refuse_offer(const struct vmbus_msg_offer *offer, const char *why)
{
	vmbus_stat_bad_messages++;
	pr_warn_ratelimited("offer of relid %u dropped: %s\n", offer->relid, why);
}

void vmbus_on_offer(const struct vmbus_msg_offer *msg)
{
	struct vmbus_msg_offer offer = *msg;
	struct vmbus_channel *channel;
	int ret;

	trace_vmbus_offer(offer.relid, offer.sub_channel_index);
	if (vmbus_connection.closing)
		return;
	if (vmbus_offer_check(&offer, vmbus_proto_version)) {
		vmbus_refuse_offer(&offer, "its numbers are out of range");
		return;
	}
	mutex_lock(&vmbus_connection.channel_mutex);
	if (vmbus_connection.relids[offer.relid]) {
		mutex_unlock(&vmbus_connection.channel_mutex);
		vmbus_refuse_offer(&offer, "that relid is in use");
		return;
	}
	if (vmbus_reoffer(&offer)) {
		mutex_unlock(&vmbus_connection.channel_mutex);
		return;
	}
	channel = vmbus_channel_alloc(&offer);
	ret = channel ? vmbus_place_channel(channel) : -ENOMEM;
	mutex_unlock(&vmbus_connection.channel_mutex);
	if (ret) {
		kfree(channel);
		vmbus_refuse_offer(&offer, ret == -ENOMEM ? "out of memory" : "it fits no device");
		vmbus_post_released(offer.relid);
		return;
	}
	vmbus_channel_get(channel); /* for add_work */
	atomic_inc(&vmbus_connection.offers_pending);
	queue_work(vmbus_connection.device_wq, &channel->add_work);
}

/* Is another channel of this instance, rescinded before, still on its way out? */
static bool vmbus_predecessor_left(struct vmbus_channel *channel)
{
	struct vmbus_channel *c;
	bool left = true;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (c != channel && !c->primary_channel && c->rescind &&
		    guid_equal(&c->offermsg.offer.if_instance, &channel->offermsg.offer.if_instance))
			left = false;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return left;
}

static int vmbus_add_primary(struct vmbus_channel *channel)
{
	struct hv_device *dev;

	/* The device's name is its instance: an earlier one must have given it up. */
	wait_event(vmbus_connection.idle_wait, channel->rescind || vmbus_predecessor_left(channel));
	if (channel->rescind)
		return 0;
	dev = vmbus_device_create(channel);
	if (!dev)
		return -ENOMEM;
	return vmbus_device_register(dev);
}

static int vmbus_add_sub(struct vmbus_channel *channel)
{
	struct vmbus_channel *primary = channel->primary_channel;
	void (*created)(struct vmbus_channel *channel);
	int ret;

	/* The primary's probe asked for subchannels, so it is at least running; its device exists. */
	channel->device_obj = primary->device_obj;
	if (!channel->device_obj || primary->rescind)
		return 0;
	ret = vmbus_channel_sysfs_add(channel->device_obj, channel);
	created = READ_ONCE(primary->sc_creation_callback);
	if (!ret && created)
		created(channel);
	return ret;
}

static void vmbus_add_work(struct work_struct *work)
{
	struct vmbus_channel *channel = container_of(work, struct vmbus_channel, add_work);
	int ret;

	channel->state = CHANNEL_OPEN_STATE;
	ret = channel->primary_channel ? vmbus_add_sub(channel) : vmbus_add_primary(channel);
	if (ret)
		pr_err("channel %u: no device: %d\n", channel->offermsg.child_relid, ret);
	channel->add_over = true;
	complete_all(&channel->added);
	if (atomic_dec_and_test(&vmbus_connection.offers_pending))
		wake_up_all(&vmbus_connection.idle_wait);
	vmbus_channel_put(channel);
}

/* ---- rescind and removal (7.4) ---- */

void vmbus_on_rescind(u32 relid)
{
	struct vmbus_channel *channel = NULL;

	trace_vmbus_rescind(relid);
	mutex_lock(&vmbus_connection.channel_mutex);
	if (relid && relid <= VMBUS_RELID_MAX)
		channel = vmbus_connection.relids[relid];
	if (channel && !channel->rescind)
		vmbus_channel_get(channel); /* for rescind_work */
	else
		channel = NULL;
	mutex_unlock(&vmbus_connection.channel_mutex);
	if (!channel)
		return;
	vmbus_wake_channel_waiters(channel);
	vmbus_detach_callback(channel);
	queue_work(vmbus_connection.device_wq, &channel->rescind_work);
}

/* Take a channel off every list. False when somebody else did. */
static bool vmbus_channel_unlink(struct vmbus_channel *channel)
{
	bool mine;

	mutex_lock(&vmbus_connection.channel_mutex);
	mine = !list_empty(&channel->listentry);
	if (mine) {
		list_del_init(&channel->listentry);
		list_del_init(&channel->sc_entry);
		if (channel->offermsg.child_relid <= VMBUS_RELID_MAX)
			rcu_assign_pointer(vmbus_connection.relids[channel->offermsg.child_relid], NULL);
		vmbus_release_cpu(channel);
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return mine;
}

void vmbus_channel_remove(struct vmbus_channel *channel)
{
	if (!vmbus_channel_unlink(channel))
		return;
	kit_bh_sync(&channel->callback_event);
	vmbus_channel_sysfs_del(channel);
	if (channel->offermsg.child_relid <= VMBUS_RELID_MAX)
		vmbus_post_released(channel->offermsg.child_relid);
	vmbus_channel_put(channel);
	wake_up_all(&vmbus_connection.idle_wait);
}

struct vmbus_channel *vmbus_sub_with_folder(struct vmbus_channel *primary)
{
	struct vmbus_channel *sub, *found = NULL;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(sub, &primary->sc_list, sc_entry) {
		if (!sub->kobj_added)
			continue;
		found = vmbus_channel_get(sub);
		break;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return found;
}

void vmbus_subchannel_closed(struct vmbus_channel *sub)
{
	if (sub->rescind)
		vmbus_channel_remove(sub);
}

/* Call the driver's callback, if it has one; counted, as the driver's code must not go away meanwhile. */
static bool vmbus_call_rescind(struct vmbus_channel *channel)
{
	void (*callback)(struct vmbus_channel *);

	atomic_inc(&vmbus_connection.rescind_calls);
	smp_mb(); /* pairs with the one in vmbus_wait_rescind_calls() */
	callback = READ_ONCE(channel->chn_rescind_callback);
	if (callback)
		callback(channel);
	if (atomic_dec_and_test(&vmbus_connection.rescind_calls))
		wake_up_all(&vmbus_connection.idle_wait);
	return callback != NULL;
}

/* A driver that has taken its callbacks back waits for those that run. Sleeps. */
void vmbus_wait_rescind_calls(void)
{
	smp_mb();
	wait_event(vmbus_connection.idle_wait, !atomic_read(&vmbus_connection.rescind_calls));
}

static void vmbus_rescind_primary(struct vmbus_channel *channel)
{
	if (vmbus_call_rescind(channel))
		return;
	if (channel->device_obj)
		vmbus_device_unregister(channel->device_obj);
	else
		vmbus_channel_remove(channel);
}

static void vmbus_rescind_work(struct work_struct *work)
{
	struct vmbus_channel *channel = container_of(work, struct vmbus_channel, rescind_work);

	wait_for_completion(&channel->added);
	if (!channel->primary_channel)
		vmbus_rescind_primary(channel);
	else if (channel->state != CHANNEL_OPENED_STATE)
		vmbus_channel_remove(channel);
	else
		vmbus_call_rescind(channel);
	/* The driver closes its open subchannels with the primary, and vmbus_subchannel_closed() ends this one. */
	vmbus_channel_put(channel);
}

/* The first channel that is still listed, subchannels before primaries, referenced. */
static struct vmbus_channel *vmbus_first_channel(bool sub)
{
	struct vmbus_channel *c, *found = NULL;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (!c->primary_channel == sub)
			continue;
		found = vmbus_channel_get(c);
		break;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return found;
}

/* Module exit: no driver is left. Offers that still come in are dropped. Sleeps. */
void vmbus_remove_all_channels(void)
{
	struct vmbus_channel *c;
	int pass;

	vmbus_connection.closing = true;
	flush_workqueue(vmbus_connection.control_wq);
	wait_event(vmbus_connection.idle_wait, !atomic_read(&vmbus_connection.offers_pending));
	flush_workqueue(vmbus_connection.device_wq);
	for (pass = 0; pass < 2; pass++) {
		while ((c = vmbus_first_channel(pass == 0)) != NULL) {
			if (c->device_obj && !c->primary_channel)
				vmbus_device_unregister(c->device_obj);
			vmbus_channel_remove(c);
			vmbus_channel_put(c);
		}
	}
}
