// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_balloon, the dynamic memory device (docs/wire/06-balloon.md).
 *
 * Device set-up and the thread that serves it. balloon.h says who runs what.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include "balloon.h"

#define DM_RING_PAYLOAD (16 * 1024)
#define DM_SETUP_SECONDS 5
#define DM_BATCH 32 /* host messages handled before the clock is looked at again */

static kit_bool_param hot_add_param = true;
module_param_named(hot_add, hot_add_param, bool, 0644);
MODULE_PARM_DESC(hot_add, "If set, memory the host adds is taken");

static unsigned int pressure_report_delay = 45;
module_param(pressure_report_delay, uint, 0644);
MODULE_PARM_DESC(pressure_report_delay, "Seconds before the first regular pressure report");

/* ---- sending ---- */

bool dm_stopping(struct dm_device *dm)
{
	return dm->channel->rescind || kthread_should_stop();
}

u32 dm_next_trans_id(struct dm_device *dm)
{
	return ++dm->trans_id;
}

static int dm_try_send(struct dm_device *dm, void *msg, u32 len)
{
	return vmbus_sendpacket(dm->channel, msg, len, 0, VM_PKT_DATA_INBAND, 0);
}

int dm_send(struct dm_device *dm, void *msg, u32 len)
{
	int ret;

	while ((ret = dm_try_send(dm, msg, len)) == -EAGAIN) {
		if (dm_stopping(dm))
			return -EINTR;
		dm->stats.send_retries++;
		wait_event_interruptible_timeout(dm->wait, dm_stopping(dm), msecs_to_jiffies(20));
	}
	return ret;
}

/* ---- pressure ---- */

u64 dm_floor_now(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return dm_floor(info.totalram);
}

u64 dm_committed_now(struct dm_device *dm)
{
	return dm_committed(vm_memory_committed(), dm->ballooned.pages, hot_pages_added(), hot_pages_onlined(),
			    dm_floor_now());
}

void dm_post_status(struct dm_device *dm, bool event)
{
	long available = si_mem_available();
	struct dm_status msg;
	u32 len;

	if (dm->quiet || (!event && dm->ticks < pressure_report_delay))
		return;
	if (dm->status_sent && time_before(jiffies, dm->last_status + HZ))
		return;
	len = dm_build_status(&msg, dm_next_trans_id(dm), available > 0 ? available : 0, dm_committed_now(dm));
	/* A full ring is no loss: the next second brings a newer figure. */
	if (dm_try_send(dm, &msg, len))
		return;
	dm->last_status = jiffies;
	dm->status_sent = true;
	dm->stats.status_reports++;
}

/* ---- the host's requests ---- */

static void dm_refuse(struct dm_device *dm, const char *why)
{
	dm->stats.refused_messages++;
	dev_warn_ratelimited(&dm->dev->device, "host message refused: %s\n", why);
}

static void dm_handle_hot_add(struct dm_device *dm, const void *buf, u32 size)
{
	struct dm_hot_add_response msg;
	struct dm_hot_add req;
	bool permanent = true;
	u32 pages = 0, len;

	dm->stats.hot_add_requests++;
	/* A refused request is answered all the same: the host waits for it before it sends the next. */
	if (dm_check_hot_add(buf, size, hot_max_pfn(), &req)) {
		dm_refuse(dm, "hot add range out of bounds");
	} else if (dm->can_hot_add && hot_add_param && !dm->may_hibernate && !dm->hot_add_dead) {
		dm->state = DM_HOT_ADD_BUSY;
		pages = hot_add(dm, &req, &permanent);
		if (!pages && permanent) {
			dm->hot_add_dead = true;
			dev_warn(&dm->dev->device, "hot add is not possible here, the host is told to stop\n");
		}
	}
	if (dm_stopping(dm))
		return;
	len = dm_build_hot_add_response(&msg, dm_next_trans_id(dm), pages, permanent);
	dm_send(dm, &msg, len);
}

static void dm_handle_balloon(struct dm_device *dm, const void *buf)
{
	dm->stats.balloon_requests++;
	if (dm->may_hibernate || !dm->can_balloon) {
		dm->stats.ignored_requests++;
		return;
	}
	dm->state = DM_BALLOON_UP;
	dm_balloon_up(dm, dm_balloon_pages(buf));
}

static void dm_handle_unballoon(struct dm_device *dm, const void *buf, u32 size)
{
	dm->stats.unballoon_requests++;
	if (dm->may_hibernate || !dm->can_balloon) {
		dm->stats.ignored_requests++;
		return;
	}
	dm->state = DM_BALLOON_DOWN;
	dm_balloon_down(dm, buf, size);
}

static void dm_handle_info(struct dm_device *dm, const void *buf, u32 size)
{
	u64 pages;

	if (!dm_info_max_pages(buf, size, &pages))
		return;
	dm->host_max_pages = pages;
	dev_info(&dm->dev->device, "the host's maximum is %llu MB\n", (unsigned long long)pages >> 8);
}

static void dm_handle(struct dm_device *dm, int type, const void *buf, u32 size)
{
	switch (type) {
	case DM_BALLOON_REQUEST:
		dm_handle_balloon(dm, buf);
		break;
	case DM_UNBALLOON_REQUEST:
		dm_handle_unballoon(dm, buf, size);
		break;
	case DM_HOT_ADD_REQUEST:
		dm_handle_hot_add(dm, buf, size);
		break;
	case DM_INFO:
		dm_handle_info(dm, buf, size);
		return;
	case -ENOMSG:
		dm_refuse(dm, "unknown type");
		return;
	case -EINVAL:
		dm_refuse(dm, "size does not fit its type");
		return;
	default: /* answers, and nothing was asked */
		dm_refuse(dm, "out of turn");
		return;
	}
	dm->state = DM_INITIALIZED;
	dm_post_status(dm, true);
}

/*
 * Take one packet off the ring into recv_buffer. The private copy is what gets checked and used, and the ring's room
 * goes back to the host before the message is acted on. Return the payload's bytes, 0 for a packet that is no message,
 * -ENOENT when the ring is empty. Whoever owns the device at the moment (probe or the thread).
 */
static int dm_receive(struct dm_device *dm)
{
	struct vmpacket_descriptor *pkt = hv_pkt_iter_first(dm->channel);
	u32 len = 0;

	if (pkt) {
		if (pkt->type == VM_PKT_DATA_INBAND)
			len = min_t(u32, hv_pkt_datalen(pkt), DM_MSG_MAX);
		memcpy(dm->recv_buffer, hv_pkt_data(pkt), len);
		hv_pkt_iter_next(dm->channel, pkt);
	}
	hv_pkt_iter_close(dm->channel);
	return pkt ? (int)len : -ENOENT;
}

static void dm_serve(struct dm_device *dm)
{
	u32 size, n;
	int len, type;

	for (n = 0; n < DM_BATCH && !dm_stopping(dm); n++) {
		len = dm_receive(dm);
		if (len < 0)
			return;
		type = dm_check_message(dm->recv_buffer, len, dm->version, &size);
		dm_handle(dm, type, dm->recv_buffer, size);
	}
	/* More may be waiting, and the host signals only an empty ring. */
	atomic_set(&dm->kicked, 1);
}

static void dm_tick(struct dm_device *dm)
{
	if (dm->ticks != ~0U)
		dm->ticks++;
	dm_reporting_check(dm);
	dm_post_status(dm, false);
}

static int dm_thread(void *data)
{
	struct dm_device *dm = data;
	unsigned long next = jiffies + HZ;

	while (!kthread_should_stop()) {
		long left = (long)(next - jiffies);

		wait_event_interruptible_timeout(dm->wait, atomic_read(&dm->kicked) || kthread_should_stop(),
						 left > 0 ? left : 0);
		/* The flag goes down before the ring is read: a signal that comes meanwhile raises it again. */
		atomic_set(&dm->kicked, 0);
		smp_mb();
		dm_serve(dm);
		if (time_after_eq(jiffies, next)) {
			dm_tick(dm);
			next = jiffies + HZ;
		}
		cond_resched();
	}
	return 0;
}

/* Softirq: the host signalled. Everything is done by whoever waits. */
static void dm_callback(void *context)
{
	struct dm_device *dm = context;

	atomic_set(&dm->kicked, 1);
	wake_up(&dm->wait);
}

/* ---- set-up ---- */

/*
 * Wait for an answer of this type until the deadline; its 64 bits go to *bits. A rescind wakes nobody, so it is looked
 * for every second. Process context, no thread yet.
 */
static int dm_await(struct dm_device *dm, int type, unsigned long deadline, u64 *bits)
{
	u32 size;
	int len;

	while (time_before(jiffies, deadline)) {
		if (dm->channel->rescind)
			return -ENODEV;
		atomic_set(&dm->kicked, 0);
		smp_mb();
		len = dm_receive(dm);
		if (len < 0) {
			wait_event_timeout(dm->wait, atomic_read(&dm->kicked) || dm->channel->rescind,
					   min_t(long, HZ, deadline - jiffies));
			continue;
		}
		if (dm_check_message(dm->recv_buffer, len, dm->version, &size) == type) {
			*bits = dm_response_bits(dm->recv_buffer);
			return 0;
		}
		dm_refuse(dm, "not the answer that is waited for");
	}
	return -ETIMEDOUT;
}

static int dm_negotiate_version(struct dm_device *dm)
{
	unsigned long deadline = jiffies + DM_SETUP_SECONDS * HZ;
	struct dm_version_request msg;
	u32 version, len;
	u64 bits;
	int ret;

	for (version = dm_next_version(0); version; version = dm_next_version(version)) {
		len = dm_build_version(&msg, dm_next_trans_id(dm), version);
		ret = dm_try_send(dm, &msg, len);
		if (!ret)
			ret = dm_await(dm, DM_VERSION_RESPONSE, deadline, &bits);
		if (ret)
			return ret;
		if (bits & DM_RESPONSE_ACCEPTED) {
			dm->version = version;
			dev_info(&dm->dev->device, "using dynamic memory protocol version %u.%u\n", version >> 16,
				 version & 0xFFFF);
			return 0;
		}
	}
	return -EPROTO;
}

static int dm_agree_capabilities(struct dm_device *dm)
{
	unsigned long deadline = jiffies + DM_SETUP_SECONDS * HZ;
	struct dm_capabilities msg;
	u64 bits;
	u32 len;
	int ret;

	len = dm_build_capabilities(&msg, dm_next_trans_id(dm), dm->can_balloon, dm->can_hot_add, hot_block_pages());
	ret = dm_try_send(dm, &msg, len);
	if (!ret)
		ret = dm_await(dm, DM_CAPABILITIES_RESPONSE, deadline, &bits);
	if (ret)
		return ret;
	if (!(bits & DM_RESPONSE_ACCEPTED))
		return -EPROTO;
	dm->quiet = bits & DM_RESPONSE_SUPPRESS_STATUS;
	return 0;
}

/* Open the channel, agree with the host and start the thread. Process context. */
static int dm_connect(struct dm_device *dm)
{
	struct task_struct *thread;
	int ret;

	dm->state = DM_INITIALIZING;
	dm->version = 0;
	dm->ticks = 0;
	dm->status_sent = false;
	set_channel_read_mode(dm->channel, HV_CALL_DIRECT);
	ret = vmbus_open(dm->channel, VMBUS_RING_SIZE(DM_RING_PAYLOAD), VMBUS_RING_SIZE(DM_RING_PAYLOAD), NULL, 0,
			 dm_callback, dm);
	if (ret)
		return ret;
	ret = dm_negotiate_version(dm);
	if (!ret)
		ret = dm_agree_capabilities(dm);
	if (ret)
		goto close;
	dm->state = DM_INITIALIZED;
	thread = kthread_run(dm_thread, dm, "hv_balloon");
	if (IS_ERR(thread)) {
		ret = PTR_ERR(thread);
		goto close;
	}
	dm->thread = thread;
	return 0;
close:
	dm->state = DM_INIT_ERROR;
	vmbus_close(dm->channel);
	return ret;
}

/* Undo dm_connect(). After this the host has no say any more. Process context. */
static void dm_disconnect(struct dm_device *dm)
{
	if (!dm->thread)
		return;
	kthread_stop(dm->thread);
	dm->thread = NULL;
	vmbus_close(dm->channel);
}

static void dm_note_abilities(struct dm_device *dm)
{
	/* A host may return part of a guest page when the page is larger than its own, so only equal sizes balloon. */
	dm->can_balloon = PAGE_SIZE == HVW_PAGE_SIZE;
	dm->can_hot_add = dm->can_balloon && !hot_start();
	dm->may_hibernate = vmbus_hibernation_possible();
	if (dm->may_hibernate)
		dev_info(&dm->dev->device, "this machine may hibernate: no balloon, no hot add\n");
}

static int dm_probe(struct hv_device *dev, const struct hv_vmbus_device_id *id)
{
	struct dm_device *dm = kzalloc(sizeof(*dm), GFP_KERNEL);
	int ret;

	if (!dm)
		return -ENOMEM;
	dm->dev = dev;
	dm->channel = dev->channel;
	init_waitqueue_head(&dm->wait);
	hv_set_drvdata(dev, dm);
	dm_note_abilities(dm);
	ret = dm_connect(dm);
	if (ret) {
		dev_err(&dev->device, "no agreement with the host (%d), dynamic memory is off\n", ret);
		if (dm->can_hot_add)
			hot_stop();
		hv_set_drvdata(dev, NULL);
		kfree(dm);
		return ret;
	}
	dm_reporting_start(dm);
	dm_view_create(dm);
	return 0;
}

/*
 * Also runs after a rescind and while an operation is under way: kthread_stop() breaks that off. The channel is closed
 * before the pages go back, so that the host has been told they are the guest's again when the first one is touched.
 */
static void dm_remove(struct hv_device *dev)
{
	struct dm_device *dm = hv_get_drvdata(dev);

	dm_view_remove();
	dm_disconnect(dm);
	dm_reporting_stop();
	if (dm->can_hot_add)
		hot_stop();
	dm_release_all(dm);
	hv_set_drvdata(dev, NULL);
	kfree(dm);
}

static int dm_suspend(struct hv_device *dev)
{
	struct dm_device *dm = hv_get_drvdata(dev);

	/* The host forgets the balloon when the machine goes; the image would wake with pages nobody owns. */
	if (dm->ballooned.pages) {
		dev_err(&dev->device, "%llu pages are ballooned: the machine cannot hibernate now\n",
			(unsigned long long)dm->ballooned.pages);
		return -EBUSY;
	}
	dm_disconnect(dm);
	return 0;
}

static int dm_resume(struct hv_device *dev)
{
	struct dm_device *dm = hv_get_drvdata(dev);
	int ret = dm_connect(dm);

	if (ret)
		dev_err(&dev->device, "no agreement with the host after resume (%d), dynamic memory is off\n", ret);
	return ret;
}

static const struct hv_vmbus_device_id dm_ids[] = {
	{ HV_DM_GUID, 0 },
	{ { { 0 } }, 0 },
};

static struct hv_driver dm_driver = {
	.name = "hv_balloon",
	.id_table = dm_ids,
	.probe = dm_probe,
	.remove = dm_remove,
	.suspend = dm_suspend,
	.resume = dm_resume,
};

static int __init dm_init(void)
{
	return vmbus_driver_register(&dm_driver);
}

static void __exit dm_exit(void)
{
	vmbus_driver_unregister(&dm_driver);
}

module_init(dm_init);
module_exit(dm_exit);

MODULE_DESCRIPTION("Hyper-V dynamic memory");
MODULE_LICENSE("GPL");
MODULE_VERSION(LIS_VERSION);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_BALLOON);
