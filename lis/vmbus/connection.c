// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the connection to the host: contact, control messages, waiting for answers, unload (docs/wire/02-vmbus.md 2, 3,
 * 4, 10).
 *
 * Answers only wake a waiter and are handled in the interrupt. Offers and rescinds are put on one ordered queue, whose
 * worker never waits for the host, so that neither can overtake or block the other.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>
#include <asm/io.h>
#include <asm/msr.h>
#include "vmbus.h"
#include "trace.h"

#define POST_RETRIES 100
#define POST_DELAY_MAX_US (256 * 1024)
#define ANSWER_TIMEOUT_S 60
#define ANSWER_WARN_S 10
#define CONTACT_TIMEOUT_S 10
#define CRASH_UNLOAD_MS 100000 /* an Azure host has been seen to take 50 s */
#define CONTROL_PENDING_MAX 8192 /* offers and rescinds of a host that floods us */

struct vmbus_connection vmbus_connection;
u32 vmbus_proto_version;
EXPORT_SYMBOL_GPL(vmbus_proto_version);

static unsigned int max_version = VMBUS_VERSION_6_0;
module_param(max_version, uint, 0444);
MODULE_PARM_DESC(max_version, "Newest VMBus version to ask for: major << 16 | minor");

struct control_item {
	struct work_struct work;
	bool rescind;
	struct vmbus_msg_offer offer;
};

/* ---- posting ---- */

static void vmbus_post_pause(u32 attempt, bool can_sleep)
{
	u32 us = attempt < 18 ? 1U << attempt : POST_DELAY_MAX_US;

	if (us < 1000)
		udelay(us);
	else if (can_sleep)
		msleep(us / 1000);
	else
		mdelay(us / 1000);
}

static bool vmbus_post_again(u16 status)
{
	return status == HVW_STATUS_INVALID_CONNECTION_ID || status == HVW_STATUS_INSUFFICIENT_MEMORY ||
	       status == HVW_STATUS_INSUFFICIENT_BUFFERS;
}

int vmbus_post_msg(const void *msg, u32 len, bool can_sleep)
{
	const struct vmbus_msg_hdr *hdr = msg;
	bool contact = hdr->type == VMBUS_MSG_INITIATE_CONTACT;
	u32 conn_id = vmbus_connection.msg_conn_id;
	u16 status = HVW_STATUS_SUCCESS;
	u32 i;

	for (i = 0; i < POST_RETRIES; i++) {
		status = hv_post_message(conn_id, msg, len);
		if (!vmbus_post_again(status))
			break;
		/* The contact connection of 5.0 and later is simply absent on older hosts. */
		if (contact && conn_id == VMBUS_CONN_ID_MESSAGE_5_0 && status == HVW_STATUS_INVALID_CONNECTION_ID)
			return -ENXIO;
		vmbus_post_pause(i, can_sleep);
	}
	trace_vmbus_post(hdr->type, status);
	if (status == HVW_STATUS_SUCCESS)
		return 0;
	pr_err_ratelimited("message %u was not taken by the host: status 0x%x\n", hdr->type, status);
	return vmbus_post_again(status) ? -EAGAIN : -EIO;
}

/* ---- waiting ---- */

void vmbus_waiter_add(struct vmbus_waiter *w, u32 reply_type, u32 key1, u32 key2, struct vmbus_channel *channel)
{
	unsigned long flags;

	w->reply_type = reply_type;
	w->key1 = key1;
	w->key2 = key2;
	w->channel = channel;
	w->rescinded = false;
	w->reply_len = 0;
	init_completion(&w->done);
	spin_lock_irqsave(&vmbus_connection.waiter_lock, flags);
	list_add_tail(&w->entry, &vmbus_connection.waiters);
	/* A rescind that came before us has woken everybody it found; it will not come again. */
	if (channel && channel->rescind) {
		w->rescinded = true;
		complete(&w->done);
	}
	spin_unlock_irqrestore(&vmbus_connection.waiter_lock, flags);
}

void vmbus_waiter_cancel(struct vmbus_waiter *w)
{
	unsigned long flags;

	spin_lock_irqsave(&vmbus_connection.waiter_lock, flags);
	list_del_init(&w->entry);
	spin_unlock_irqrestore(&vmbus_connection.waiter_lock, flags);
}

static int vmbus_waiter_wait_s(struct vmbus_waiter *w, unsigned int seconds)
{
	unsigned int waited = 0;

	while (!wait_for_completion_timeout(&w->done, ANSWER_WARN_S * HZ)) {
		waited += ANSWER_WARN_S;
		pr_warn("no answer (message %u) from the host for %u s\n", w->reply_type, waited);
		if (waited >= seconds)
			break;
	}
	vmbus_waiter_cancel(w);
	if (w->reply_len)
		return 0;
	return w->rescinded ? -ENODEV : -ETIMEDOUT;
}

int vmbus_waiter_wait(struct vmbus_waiter *w)
{
	return vmbus_waiter_wait_s(w, ANSWER_TIMEOUT_S);
}

void vmbus_wake_channel_waiters(struct vmbus_channel *channel)
{
	struct vmbus_waiter *w;
	unsigned long flags;

	spin_lock_irqsave(&vmbus_connection.waiter_lock, flags);
	channel->rescind = true;
	list_for_each_entry(w, &vmbus_connection.waiters, entry) {
		if (w->channel != channel)
			continue;
		w->rescinded = true;
		complete(&w->done);
	}
	spin_unlock_irqrestore(&vmbus_connection.waiter_lock, flags);
}

/* Hand an answer to the first waiter it fits; an answer nobody asked for is dropped. */
static void vmbus_answer(u32 type, u32 key1, u32 key2, const void *payload, u32 len)
{
	struct vmbus_waiter *w;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&vmbus_connection.waiter_lock, flags);
	list_for_each_entry(w, &vmbus_connection.waiters, entry) {
		if (w->reply_type != type || w->key1 != key1 || w->key2 != key2 || w->reply_len)
			continue;
		memcpy(w->reply, payload, len);
		w->reply_len = len;
		complete(&w->done);
		found = true;
		break;
	}
	spin_unlock_irqrestore(&vmbus_connection.waiter_lock, flags);
	if (!found)
		vmbus_stat_bad_messages++;
}

/* ---- messages from the host ---- */

static void vmbus_control_work(struct work_struct *work)
{
	struct control_item *item = container_of(work, struct control_item, work);

	if (item->rescind)
		vmbus_on_rescind(item->offer.relid);
	else
		vmbus_on_offer(&item->offer);
	kfree(item);
	if (atomic_dec_and_test(&vmbus_connection.control_pending))
		wake_up_all(&vmbus_connection.idle_wait);
}

static void vmbus_queue_control(bool rescind, const void *payload)
{
	struct control_item *item;

	if (atomic_read(&vmbus_connection.control_pending) >= CONTROL_PENDING_MAX) {
		vmbus_stat_bad_messages++;
		return;
	}
	item = kmalloc(sizeof(*item), GFP_ATOMIC);
	if (!item) {
		pr_err_ratelimited("out of memory: an offer or rescind of the host is lost\n");
		return;
	}
	item->rescind = rescind;
	if (rescind)
		item->offer.relid = ((const struct vmbus_msg_relid *)payload)->relid;
	else
		memcpy(&item->offer, payload, sizeof(item->offer));
	INIT_WORK(&item->work, vmbus_control_work);
	atomic_inc(&vmbus_connection.control_pending);
	queue_work(vmbus_connection.control_wq, &item->work);
}

static void vmbus_on_answer(u32 type, const void *payload, u32 len)
{
	const struct vmbus_msg_gpadl_created *two = payload; /* {relid, second key} as most answers have */

	switch (type) {
	case VMBUS_MSG_OPEN_RESULT:
	case VMBUS_MSG_GPADL_CREATED:
		vmbus_answer(type, two->relid, two->gpadl, payload, len);
		break;
	case VMBUS_MSG_GPADL_TORNDOWN:
	case VMBUS_MSG_MODIFY_CHANNEL_RESPONSE:
		vmbus_answer(type, two->relid, 0, payload, len);
		break;
	case VMBUS_MSG_VERSION_RESPONSE:
	case VMBUS_MSG_UNLOAD_RESPONSE:
		vmbus_answer(type, 0, 0, payload, len);
		break;
	default:
		break;
	}
}

/* Only version 0.13 has the short offer, which ends before the connection id (wire/02 4.3). */
static bool vmbus_short_offer(int type, u32 len)
{
	return type == VMBUS_MSG_OFFER && len < sizeof(struct vmbus_msg_offer) &&
	       vmbus_proto_version != VMBUS_VERSION_0_13;
}

void vmbus_on_message(const void *payload, u32 len)
{
	int type = vmbus_msg_check(payload, len);

	trace_vmbus_on_msg(len, type);
	if (vmbus_short_offer(type, len))
		type = -EINVAL;
	switch (type) {
	case VMBUS_MSG_OFFER:
	case VMBUS_MSG_RESCIND:
		vmbus_queue_control(type == VMBUS_MSG_RESCIND, payload);
		break;
	case VMBUS_MSG_ALL_OFFERS:
		complete(&vmbus_connection.all_offers);
		break;
	case VMBUS_MSG_TL_CONNECT_RESULT:
		break; /* a refused connect; the socket layer times out */
	default:
		if (type < 0)
			vmbus_stat_bad_messages++;
		else
			vmbus_on_answer(type, payload, len);
	}
}

/* ---- contact ---- */

static int vmbus_contact(u32 version)
{
	struct vmbus_connection *c = &vmbus_connection;
	struct vmbus_msg_initiate_contact msg;
	struct vmbus_waiter w;
	int ret;

	vmbus_build_contact(&msg, version, c->msg_vp, virt_to_phys(c->int_page), virt_to_phys(c->monitor_pages[0]),
			    virt_to_phys(c->monitor_pages[1]));
	c->msg_conn_id = vmbus_contact_conn_id(version);
	vmbus_waiter_add(&w, VMBUS_MSG_VERSION_RESPONSE, 0, 0, NULL);
	ret = vmbus_post_msg(&msg, sizeof(msg), true);
	if (ret) {
		vmbus_waiter_cancel(&w);
		return ret;
	}
	ret = vmbus_waiter_wait_s(&w, CONTACT_TIMEOUT_S);
	trace_vmbus_contact(version, ret);
	if (ret)
		return ret;
	switch (vmbus_judge_contact((struct vmbus_msg_version_response *)w.reply, version, &c->msg_conn_id)) {
	case VMBUS_CONTACT_OK:
		return 0;
	case VMBUS_CONTACT_NEXT:
		return -EPROTONOSUPPORT;
	default:
		pr_err("the host knows version %u.%u but cannot connect\n", version >> 16, version & 0xFFFF);
		return -ECONNREFUSED;
	}
}

static int vmbus_negotiate(u32 wanted)
{
	u32 version = wanted ? wanted : vmbus_next_version(0, max_version);
	int ret = -EPROTONOSUPPORT;

	while (version) {
		/* The interrupt may come before we return: the scheme it uses must be known by then. */
		vmbus_proto_version = version;
		ret = vmbus_contact(version);
		if ((ret != -EPROTONOSUPPORT && ret != -ENXIO) || wanted)
			break;
		/* A host that lacks the connection of 5.0 knows none of the versions that use it. */
		version = vmbus_next_version(ret == -ENXIO ? VMBUS_VERSION_5_0 : version, max_version);
	}
	return ret == -ENXIO ? -EPROTONOSUPPORT : ret;
}

/*
 * Messages go to the CPU that connects; it cannot be changed later, so CPU 0 is taken, which hardly ever goes away.
 */
int vmbus_connect(u32 version)
{
	struct vmbus_connection *c = &vmbus_connection;
	int ret;

	c->connect_cpu = cpumask_first(cpu_online_mask);
	c->msg_vp = hv_cpu_to_vp(c->connect_cpu);
	init_completion(&c->all_offers);
	atomic_set(&c->state, VMBUS_CONNECTING);
	memset(c->int_page, 0, PAGE_SIZE);
	memset(c->monitor_pages[0], 0, PAGE_SIZE);
	memset(c->monitor_pages[1], 0, PAGE_SIZE);
	ret = vmbus_negotiate(version);
	if (ret) {
		atomic_set(&c->state, VMBUS_DISCONNECTED);
		pr_err("no connection to the host: %d\n", ret);
		return ret;
	}
	atomic_set(&c->state, VMBUS_CONNECTED);
	pr_info("Vmbus version:%u.%u\n", vmbus_proto_version >> 16, vmbus_proto_version & 0xFFFF);
	return 0;
}

int vmbus_request_offers(void)
{
	struct vmbus_msg_hdr msg = { VMBUS_MSG_REQUEST_OFFERS, 0 };
	int ret = vmbus_post_msg(&msg, sizeof(msg), true);

	if (ret)
		return ret;
	if (!wait_for_completion_timeout(&vmbus_connection.all_offers, CONTACT_TIMEOUT_S * HZ))
		pr_warn("the host did not say that all devices are offered\n");
	flush_workqueue(vmbus_connection.control_wq);
	return 0;
}

/**
 * vmbus_send_tl_connect_request() - ask the host to connect an hvsock endpoint (wire/02 4.7)
 * @guest_instance: GUID the offer will carry as its instance
 * @host_service: service asked for
 *
 * May sleep. Return: 0 when posted (success shows as an offer), -EPROTONOSUPPORT below version 4.0, else -errno.
 */
int vmbus_send_tl_connect_request(const guid_t *guest_instance, const guid_t *host_service)
{
	struct vmbus_msg_tl_connect msg;

	if (vmbus_proto_version < VMBUS_VERSION_4_0)
		return -EPROTONOSUPPORT;
	memset(&msg, 0, sizeof(msg));
	msg.hdr.type = VMBUS_MSG_TL_CONNECT;
	memcpy(&msg.endpoint, guest_instance, sizeof(msg.endpoint));
	memcpy(&msg.service, host_service, sizeof(msg.service));
	return vmbus_post_msg(&msg, sizeof(msg), true);
}
EXPORT_SYMBOL_GPL(vmbus_send_tl_connect_request);

/**
 * vmbus_send_modifychannel() - move a channel's interrupts to another VP (wire/02 7.5)
 * @channel: an opened channel
 * @target_vp: VP index
 *
 * Sleeps. From version 5.3 the host's answer is awaited; below, old and new VP may both see interrupts for a while.
 * Return: 0, -EPROTONOSUPPORT below 4.1, -ENODEV when rescinded, -EIO when the host refuses, else -errno.
 */
int vmbus_send_modifychannel(struct vmbus_channel *channel, u32 target_vp)
{
	struct vmbus_msg_modify_response *resp;
	struct vmbus_msg_modify msg;
	struct vmbus_waiter w;
	int ret;

	if (vmbus_proto_version < VMBUS_VERSION_4_1)
		return -EPROTONOSUPPORT;
	memset(&msg, 0, sizeof(msg));
	msg.hdr.type = VMBUS_MSG_MODIFY_CHANNEL;
	msg.relid = channel->offermsg.child_relid;
	msg.target_vp = target_vp;
	if (vmbus_proto_version < VMBUS_VERSION_5_3)
		return vmbus_post_msg(&msg, sizeof(msg), true);
	vmbus_waiter_add(&w, VMBUS_MSG_MODIFY_CHANNEL_RESPONSE, msg.relid, 0, channel);
	ret = vmbus_post_msg(&msg, sizeof(msg), true);
	if (ret) {
		vmbus_waiter_cancel(&w);
		return ret;
	}
	ret = vmbus_waiter_wait(&w);
	trace_vmbus_modify(msg.relid, target_vp, ret);
	if (ret)
		return ret;
	resp = (struct vmbus_msg_modify_response *)w.reply;
	return resp->status ? -EIO : 0;
}
EXPORT_SYMBOL_GPL(vmbus_send_modifychannel);

/* ---- unload ---- */

void vmbus_unload(void)
{
	struct vmbus_msg_hdr msg = { VMBUS_MSG_UNLOAD, 0 };
	struct vmbus_waiter w;

	/* The crash path may have been faster. Older hosts cannot reconnect after UNLOAD and are not told. */
	if (atomic_xchg(&vmbus_connection.state, VMBUS_DISCONNECTED) == VMBUS_DISCONNECTED ||
	    vmbus_proto_version < VMBUS_VERSION_3_0)
		return;
	vmbus_waiter_add(&w, VMBUS_MSG_UNLOAD_RESPONSE, 0, 0, NULL);
	if (vmbus_post_msg(&msg, sizeof(msg), true)) {
		vmbus_waiter_cancel(&w);
		return;
	}
	if (vmbus_waiter_wait(&w))
		pr_err("the host did not answer UNLOAD; it may still write to this guest's memory\n");
}

/* Free a slot while polling; say whether it held the answer to UNLOAD. */
static bool vmbus_poll_slot(struct hvw_message *slot)
{
	u32 type = READ_ONCE(slot->type);
	struct vmbus_msg_hdr hdr;

	if (type == HVW_MSG_TYPE_NONE)
		return false;
	virt_rmb();
	memcpy(&hdr, slot->payload, sizeof(hdr));
	hv_message_done(slot, type);
	return type == HVW_MSG_TYPE_VMBUS && hdr.type == VMBUS_MSG_UNLOAD_RESPONSE;
}

/* The answer may come to any VP, so every slot is looked at. */
static bool vmbus_poll_slots(void)
{
	unsigned int cpu;

	for_each_present_cpu(cpu) {
		struct hvw_message *slots = hv_cpu(cpu)->message_page;

		if (slots && vmbus_poll_slot(&slots[HVW_SINT_VMBUS]))
			return true;
	}
	return false;
}

/*
 * A slot that is taken keeps the answer out, and its host then waits for an EOM by that very VP, which is stopped: a
 * timer message whose interrupt was never served is enough. So the slots are emptied before the host is asked, and
 * looked at every millisecond, for a stopped VP's timer may fire once more.
 */
void vmbus_unload_crash(void)
{
	struct vmbus_msg_hdr msg = { VMBUS_MSG_UNLOAD, 0 };
	u32 ms;

	if (atomic_xchg(&vmbus_connection.state, VMBUS_DISCONNECTED) == VMBUS_DISCONNECTED ||
	    vmbus_proto_version < VMBUS_VERSION_3_0)
		return;
	vmbus_poll_slots();
	if (vmbus_post_msg(&msg, sizeof(msg), false))
		return;
	for (ms = 0; ms < CRASH_UNLOAD_MS; ms++) {
		if (vmbus_poll_slots()) {
			pr_info("VMBus unloaded after %u ms\n", ms);
			return;
		}
		mdelay(1);
		touch_nmi_watchdog();
		if (ms % 5000 == 4999)
			pr_notice("waiting for the host to answer UNLOAD (%u s)\n", (ms + 1) / 1000);
	}
	pr_err("the host did not answer UNLOAD\n");
}

/* ---- memory and queues of the connection ---- */

static int vmbus_conn_alloc(struct vmbus_connection *c)
{
	c->int_page = (void *)get_zeroed_page(GFP_KERNEL);
	c->monitor_pages[0] = (void *)get_zeroed_page(GFP_KERNEL);
	c->monitor_pages[1] = (void *)get_zeroed_page(GFP_KERNEL);
	c->relids = vzalloc((VMBUS_RELID_MAX + 1) * sizeof(*c->relids));
	c->control_wq = alloc_ordered_workqueue("hv_vmbus_con", WQ_MEM_RECLAIM);
	c->device_wq = alloc_workqueue("hv_vmbus_dev", WQ_UNBOUND, 0);
	if (c->int_page && c->monitor_pages[0] && c->monitor_pages[1] && c->relids && c->control_wq && c->device_wq)
		return 0;
	return -ENOMEM;
}

int vmbus_conn_init(void)
{
	struct vmbus_connection *c = &vmbus_connection;
	int ret;

	spin_lock_init(&c->waiter_lock);
	INIT_LIST_HEAD(&c->waiters);
	mutex_init(&c->channel_mutex);
	INIT_LIST_HEAD(&c->channel_list);
	init_waitqueue_head(&c->idle_wait);
	init_completion(&c->all_offers);
	atomic_set(&c->state, VMBUS_DISCONNECTED);
	atomic_set(&c->control_pending, 0);
	atomic_set(&c->offers_pending, 0);
	atomic_set(&c->rescind_calls, 0);
	atomic_set(&c->next_gpadl, VMBUS_GPADL_FIRST_ID);
	ret = vmbus_conn_alloc(c);
	if (ret)
		vmbus_conn_exit();
	return ret;
}

void vmbus_conn_exit(void)
{
	struct vmbus_connection *c = &vmbus_connection;

	if (c->control_wq)
		destroy_workqueue(c->control_wq);
	if (c->device_wq)
		destroy_workqueue(c->device_wq);
	vfree(c->relids);
	free_page((unsigned long)c->int_page);
	free_page((unsigned long)c->monitor_pages[0]);
	free_page((unsigned long)c->monitor_pages[1]);
	memset(c, 0, sizeof(*c));
}
