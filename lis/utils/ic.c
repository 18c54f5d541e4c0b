// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: how every service deals with its host and its daemon. utils.h says who runs what.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include "utils.h"

#define IC_RING_PAYLOAD (16 * 1024)
#define IC_SEND_TRIES 50 /* of 20 ms: a host that does not take answers for a second has lost interest */

/* ---- to the host ---- */

static void ic_send(struct ic_service *svc)
{
	int tries, ret = -EAGAIN;

	if (!svc->live)
		return;
	for (tries = 0; ret == -EAGAIN && tries < IC_SEND_TRIES && !svc->channel->rescind; tries++) {
		if (tries)
			msleep(20);
		ret = vmbus_sendpacket(svc->channel, svc->packet, svc->len, svc->id, VM_PKT_DATA_INBAND, 0);
	}
	if (ret && !svc->channel->rescind)
		dev_warn_ratelimited(&svc->dev->device, "%s: an answer could not be sent (%d)\n", svc->class->name, ret);
}

/* The request in hand is over. */
static void ic_answer(struct ic_service *svc, u32 status)
{
	svc->len = ic_make_answer(svc->packet, svc->len, svc->answer_size, status);
	svc->busy = IC_IDLE;
	ic_send(svc);
	if (svc->class->answered)
		svc->class->answered(svc);
}

/* ---- to the daemon ---- */

static void ic_slot_fill(struct ic_slot *slot, u32 len)
{
	slot->len = len;
	slot->seq++;
}

/* Tell the daemon to undo what the host began and will not end. */
static void ic_abandon(struct ic_service *svc)
{
	const struct ic_daemon_class *d = svc->class->daemon;
	u32 len;

	if (!d || !d->abandon || !svc->registered)
		return;
	len = d->abandon(svc, svc->notice.data);
	if (!len)
		return;
	ic_slot_fill(&svc->notice, len);
	chardev_wake(svc);
}

/*
 * Nobody waits for the daemon's answer any more. It may never have read the request; if it has, it will still answer.
 */
static void ic_withdraw(struct ic_service *svc)
{
	svc->ask.len = 0;
	if (svc->delivered)
		svc->owed = true;
	else if (svc->class->daemon->unread)
		svc->class->daemon->unread(svc);
	svc->delivered = false;
	svc->busy = IC_IDLE;
	cancel_delayed_work(&svc->timeout);
}

static void ic_ask(struct ic_service *svc, u32 len)
{
	unsigned long delay = svc->seconds * HZ;

	svc->busy = IC_ASKED;
	svc->delivered = false;
	svc->deadline = jiffies + delay;
	ic_slot_fill(&svc->ask, len);
	schedule_delayed_work(&svc->timeout, delay);
	chardev_wake(svc);
}

static void ic_timeout(struct work_struct *work)
{
	struct ic_service *svc = container_of(work, struct ic_service, timeout.work);
	long left;

	mutex_lock(&svc->lock);
	left = (long)(svc->deadline - jiffies);
	if (svc->live && svc->busy == IC_ASKED && left > 0) {
		/* That was the time of an earlier request. */
		schedule_delayed_work(&svc->timeout, left);
	} else if (svc->live && svc->busy == IC_ASKED) {
		dev_warn(&svc->dev->device, "%s: the daemon did not answer in %u s\n", svc->class->name, svc->seconds);
		ic_withdraw(svc);
		ic_abandon(svc);
		ic_answer(svc, IC_E_FAIL);
		ic_kick(svc);
	}
	mutex_unlock(&svc->lock);
}

/*
 * Daemons read a message, deal with it, write the answer. So after a request was withdrawn that the daemon had read,
 * its next message is the late answer to that one (owed); unless it has read the next request by then, for it would
 * not have without being done with the last.
 */
int ic_daemon_says(struct ic_service *svc, const void *msg)
{
	const struct ic_daemon_class *d = svc->class->daemon;
	int len;

	if (!svc->registered) {
		len = d->hello(svc, msg, svc->hello.data);
		if (len < 0)
			return len;
		svc->registered = true;
		ic_slot_fill(&svc->hello, len);
		chardev_wake(svc);
		ic_kick(svc);
		return 0;
	}
	if (svc->busy == IC_ASKED && svc->delivered) {
		svc->delivered = false;
		cancel_delayed_work(&svc->timeout);
		/* The body grows to the size of the answer first, so that the class may write to all of it. */
		svc->len = ic_make_answer(svc->packet, svc->len, svc->answer_size, IC_S_OK);
		ic_answer(svc, d->answer(svc, msg));
		ic_kick(svc);
		return 0;
	}
	if (!svc->owed)
		return -EINVAL;
	svc->owed = false;
	return 0;
}

void ic_daemon_gone(struct ic_service *svc)
{
	svc->registered = false;
	svc->hello.len = 0;
	svc->notice.len = 0;
	if (svc->busy == IC_ASKED) {
		ic_withdraw(svc);
		ic_answer(svc, IC_E_FAIL);
		ic_kick(svc);
	}
	svc->owed = false;
}

/* ---- from the host ---- */

static void ic_agree(struct ic_service *svc)
{
	svc->len = ic_negotiate(svc->packet, svc->len, svc->body, ic_speaks(svc->class->msg_type), &svc->agreed);
	svc->busy = IC_IDLE;
	if (!svc->agreed.framework)
		dev_warn_ratelimited(&svc->dev->device, "%s: the host offers no version that is spoken here\n",
				     svc->class->name);
	else
		dev_info_ratelimited(&svc->dev->device, "%s: version %u.%u\n", svc->class->name,
				     svc->agreed.message >> 16, svc->agreed.message & 0xFFFF);
	/* A host that begins anew has forgotten what it began before. */
	ic_abandon(svc);
	if (svc->class->reset)
		svc->class->reset(svc);
	ic_send(svc);
}

static void ic_request(struct ic_service *svc)
{
	u32 status = IC_E_FAIL, ask = 0;

	svc->answer_size = 0;
	svc->seconds = IC_DAEMON_SECONDS;
	if (svc->agreed.framework && (!svc->class->daemon || svc->registered))
		ask = svc->class->request(svc, IC_BODY(svc->packet), svc->body, &status);
	if (ask)
		ic_ask(svc, ask);
	else
		ic_answer(svc, status);
}

static void ic_handle(struct ic_service *svc)
{
	const struct ic_daemon_class *d = svc->class->daemon;
	u32 type;

	if (ic_check_packet(svc->packet, svc->len, &type, &svc->body)) {
		dev_warn_ratelimited(&svc->dev->device, "%s: a packet that is no message\n", svc->class->name);
		return;
	}
	if (type == IC_MSG_NEGOTIATE && d && d->gates && !svc->registered) {
		svc->busy = IC_HELD;
	} else if (type == IC_MSG_NEGOTIATE) {
		ic_agree(svc);
	} else if (type == svc->class->msg_type) {
		ic_request(svc);
	} else {
		svc->answer_size = 0;
		ic_answer(svc, IC_E_FAIL);
	}
}

/* Take one packet off the ring; it is a private copy from here on. False when there is none. */
static bool ic_receive(struct ic_service *svc)
{
	struct vmpacket_descriptor *pkt = hv_pkt_iter_first(svc->channel);

	svc->len = 0;
	if (pkt) {
		if (pkt->type == VM_PKT_DATA_INBAND)
			svc->len = min_t(u32, hv_pkt_datalen(pkt), IC_PACKET_MAX);
		memcpy(svc->packet, hv_pkt_data(pkt), svc->len);
		svc->id = pkt->trans_id;
		hv_pkt_iter_next(svc->channel, pkt);
	}
	hv_pkt_iter_close(svc->channel);
	return pkt != NULL;
}

static void ic_work(struct work_struct *work)
{
	struct ic_service *svc = container_of(work, struct ic_service, work);
	int n;

	mutex_lock(&svc->lock);
	if (svc->live && svc->busy == IC_HELD && svc->registered)
		ic_agree(svc);
	/* A host that floods us gets its turn after others had theirs. */
	for (n = 0; n < 32 && svc->live && svc->busy == IC_IDLE && ic_receive(svc); n++)
		ic_handle(svc);
	if (n == 32)
		ic_kick(svc);
	mutex_unlock(&svc->lock);
}

void ic_kick(struct ic_service *svc)
{
	/* After ic_close() nothing may be queued: the next thing may be that svc is freed. */
	if (svc->live)
		schedule_work(&svc->work);
}

/* Softirq: the host signalled. */
static void ic_callback(void *context)
{
	ic_kick(context);
}

/* ---- life ---- */

int ic_open(struct ic_service *svc)
{
	int ret;

	/* The ring is read later, by the work, so the host's signals must not be masked until it is empty. */
	set_channel_read_mode(svc->channel, HV_CALL_DIRECT);
	svc->channel->max_pkt_size = svc->class->packet_max;
	ret = vmbus_open(svc->channel, VMBUS_RING_SIZE(IC_RING_PAYLOAD), VMBUS_RING_SIZE(IC_RING_PAYLOAD), NULL, 0,
			 ic_callback, svc);
	if (ret)
		return ret;
	mutex_lock(&svc->lock);
	svc->open = true;
	svc->live = true;
	mutex_unlock(&svc->lock);
	ic_kick(svc);
	return 0;
}

void ic_close(struct ic_service *svc)
{
	if (!svc->open)
		return;
	svc->open = false;
	mutex_lock(&svc->lock);
	svc->live = false;
	mutex_unlock(&svc->lock);
	vmbus_close(svc->channel);
	cancel_work_sync(&svc->work);
	cancel_delayed_work_sync(&svc->timeout);
	mutex_lock(&svc->lock);
	if (svc->busy == IC_ASKED)
		ic_withdraw(svc);
	ic_abandon(svc);
	svc->busy = IC_IDLE;
	svc->agreed.framework = 0;
	if (svc->class->reset)
		svc->class->reset(svc);
	mutex_unlock(&svc->lock);
}

static void ic_release(struct kref *ref)
{
	struct ic_service *svc = container_of(ref, struct ic_service, ref);

	kfree(svc->hello.data);
	kfree(svc->notice.data);
	kfree(svc->ask.data);
	kfree(svc->read_buf);
	kfree(svc->write_buf);
	kfree(svc->packet);
	kfree(svc->state);
	kfree(svc);
}

void ic_put(struct ic_service *svc)
{
	kref_put(&svc->ref, ic_release);
}

/* Everything a request will need is had beforehand: while file systems are frozen, memory may not be. */
static int ic_allocate(struct ic_service *svc)
{
	const struct ic_daemon_class *d = svc->class->daemon;

	svc->packet = kzalloc(IC_PACKET_MAX, GFP_KERNEL);
	svc->state = kzalloc(max_t(u32, svc->class->state_size, 1), GFP_KERNEL);
	if (!svc->packet || !svc->state)
		return -ENOMEM;
	if (!d)
		return 0;
	svc->hello.data = kzalloc(d->msg_size, GFP_KERNEL);
	svc->notice.data = kzalloc(d->msg_size, GFP_KERNEL);
	svc->ask.data = kzalloc(d->msg_size, GFP_KERNEL);
	svc->read_buf = kzalloc(d->msg_size, GFP_KERNEL);
	svc->write_buf = kzalloc(d->msg_size, GFP_KERNEL);
	if (!svc->hello.data || !svc->notice.data || !svc->ask.data || !svc->read_buf || !svc->write_buf)
		return -ENOMEM;
	return 0;
}

struct ic_service *ic_create(struct hv_device *dev, const struct ic_class *class)
{
	struct ic_service *svc = kzalloc(sizeof(*svc), GFP_KERNEL);

	if (!svc)
		return NULL;
	kref_init(&svc->ref);
	svc->class = class;
	svc->dev = dev;
	svc->channel = dev->channel;
	mutex_init(&svc->lock);
	mutex_init(&svc->read_lock);
	mutex_init(&svc->write_lock);
	INIT_LIST_HEAD(&svc->entry);
	init_waitqueue_head(&svc->wait);
	INIT_WORK(&svc->work, ic_work);
	INIT_DELAYED_WORK(&svc->timeout, ic_timeout);
	if (ic_allocate(svc)) {
		ic_put(svc);
		return NULL;
	}
	return svc;
}
