// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: RNDIS requests and their answers, one at a time (docs/wire/05-network.md 4, 6).
 *
 * The host reads a request from our page and completes the packet when it has done so; the answer is a message of its
 * own. The next request may use the page when both have come.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include "netvsc.h"

#define CONTROL_SECONDS 10

int nv_control_init(struct nv_net *nv)
{
	struct nv_control *c = &nv->control;

	mutex_init(&c->lock);
	spin_lock_init(&c->answer_lock);
	init_completion(&c->sent);
	init_completion(&c->answered);
	c->page = (void *)get_zeroed_page(GFP_KERNEL);
	return c->page ? 0 : -ENOMEM;
}

void nv_control_free(struct nv_net *nv)
{
	free_page((unsigned long)nv->control.page);
}

/* The channel is closed: the page is ours again. */
void nv_control_reset(struct nv_net *nv)
{
	nv->control.dead = false;
}

/* ---- sending ---- */

/**
 * nv_wait() - wait for what a poller brings
 * @nv: an adapter whose primary channel is open
 * @done: completed by the first queue's NAPI
 * @seconds: how long; less with a silent host that is left
 *
 * Sleeps. Every second the ring is looked at without a signal of the host, should that be lost, and whether the
 * adapter is rescinded, as that wakes nobody. Return: 0, -ENODEV or -ETIMEDOUT.
 */
int nv_wait(struct nv_net *nv, struct completion *done, unsigned int seconds)
{
	for (seconds = nv_patience(nv, seconds); seconds; seconds--) {
		if (wait_for_completion_timeout(done, HZ)) {
			WRITE_ONCE(nv->silent, false);
			return 0;
		}
		if (nv_is_gone(nv))
			return -ENODEV;
		local_bh_disable();
		nv_kick(&nv->queues[0]);
		local_bh_enable();
	}
	WRITE_ONCE(nv->silent, true);
	return -ETIMEDOUT;
}

static int nv_control_post(struct nv_net *nv, u32 len)
{
	struct hv_page_buffer page;
	union nvsp_msg m;

	page.pfn = virt_to_phys(nv->control.page) / HVW_PAGE_SIZE;
	page.offset = 0;
	page.len = len;
	nvsp_build_rndis(&m, true, NVSP_NO_SECTION, 0);
	return vmbus_sendpacket_pagebuffer(nv_primary(nv), &page, 1, &m, sizeof(m), NV_REQUEST_CONTROL,
					   false);
}

/* Frames may fill the ring for a moment. */
static int nv_control_send(struct nv_net *nv, u32 len)
{
	unsigned long end = jiffies + nv_patience(nv, CONTROL_SECONDS) * HZ;
	int ret;

	while ((ret = nv_control_post(nv, len)) == -EAGAIN) {
		if (time_after(jiffies, end)) {
			WRITE_ONCE(nv->silent, true);
			return -ETIMEDOUT;
		}
		wait_event_timeout(nv->wait, nv_is_gone(nv), max(HZ / 100, 1));
	}
	return ret;
}

static void nv_control_expect(struct nv_control *c, u32 id, u32 type)
{
	reinit_completion(&c->sent);
	reinit_completion(&c->answered);
	spin_lock_bh(&c->answer_lock);
	c->id = id;
	c->answer_type = type;
	c->error = 0;
	c->status = 0;
	c->info_len = 0;
	c->waiting = type != 0;
	spin_unlock_bh(&c->answer_lock);
}

static void nv_control_expect_nothing(struct nv_control *c)
{
	spin_lock_bh(&c->answer_lock);
	c->waiting = false;
	spin_unlock_bh(&c->answer_lock);
}

/*
 * Send what is in the page, wait until it has been read and, unless answer_type is 0, for the answer. The caller holds
 * control.lock.
 */
static int nv_control_exchange(struct nv_net *nv, u32 len, u32 id, u32 answer_type)
{
	struct nv_control *c = &nv->control;
	int ret;

	if (!len)
		return -EMSGSIZE;
	if (c->dead)
		return -EIO;
	nv_control_expect(c, id, answer_type);
	ret = nv_control_send(nv, len);
	if (ret) {
		nv_control_expect_nothing(c);
		return ret;
	}
	if (answer_type)
		ret = nv_wait(nv, &c->answered, CONTROL_SECONDS);
	nv_control_expect_nothing(c);
	/* Only the completion says that the page is not read any more. */
	if (nv_wait(nv, &c->sent, ret ? 1 : CONTROL_SECONDS)) {
		c->dead = true;
		ret = ret ? ret : -ETIMEDOUT;
	}
	return ret ? ret : c->error;
}

static u32 nv_control_id(struct nv_control *c)
{
	return ++c->next_id;
}

static int nv_status_error(u32 status)
{
	switch (status) {
	case RNDIS_STATUS_SUCCESS:
		return 0;
	case RNDIS_STATUS_NOT_SUPPORTED:
	case RNDIS_STATUS_INVALID_OID:
		return -EOPNOTSUPP;
	case RNDIS_STATUS_INVALID_DATA:
	case RNDIS_STATUS_INVALID_LENGTH:
		return -EINVAL;
	default:
		return -EIO;
	}
}

/* With a page the host still reads, nothing is written there. */
static u32 nv_control_build(struct nv_control *c, bool set, u32 id, u32 oid, const void *info, u32 len)
{
	if (c->dead)
		return 1;
	return set ? rndis_build_set(c->page, id, oid, info, len) : rndis_build_query(c->page, id, oid, info, len);
}

static int nv_control_request(struct nv_net *nv, bool set, u32 oid, const void *info, u32 info_len, void *answer,
			      u32 *len)
{
	struct nv_control *c = &nv->control;
	u32 id;
	int ret;

	mutex_lock(&c->lock);
	id = nv_control_id(c);
	ret = nv_control_exchange(nv, nv_control_build(c, set, id, oid, info, info_len), id,
				  set ? RNDIS_MSG_SET_C : RNDIS_MSG_QUERY_C);
	if (!ret)
		ret = nv_status_error(c->status);
	if (!ret && answer) {
		*len = min(*len, c->info_len);
		memcpy(answer, c->info, *len);
	}
	mutex_unlock(&c->lock);
	return ret;
}

/**
 * nv_query() - ask the host for the value of an OID
 * @nv: a connected adapter
 * @oid: what is asked
 * @ask: what the information buffer of the question holds, may be NULL
 * @ask_len: its bytes
 * @answer: filled with the answer
 * @len: room in answer; the answer's bytes on return, cut to the room
 *
 * Sleeps. Return: 0, -EOPNOTSUPP, -EINVAL or -EIO as the host says, -ETIMEDOUT, -ENODEV when the adapter is rescinded.
 * Spec: docs/wire/05-network.md 6, 7.
 */
int nv_query(struct nv_net *nv, u32 oid, const void *ask, u32 ask_len, void *answer, u32 *len)
{
	return nv_control_request(nv, false, oid, ask, ask_len, answer, len);
}

/**
 * nv_set() - set an OID of the host's
 * @nv: a connected adapter
 * @oid: what is set
 * @info: the value
 * @len: its bytes
 *
 * As nv_query().
 */
int nv_set(struct nv_net *nv, u32 oid, const void *info, u32 len)
{
	return nv_control_request(nv, true, oid, info, len, NULL, NULL);
}

/**
 * nv_rndis_init() - begin to talk RNDIS
 * @nv: an adapter whose buffers the host has
 *
 * Sleeps. Fills max_packets and align. Return: as nv_query().
 */
int nv_rndis_init(struct nv_net *nv)
{
	struct nv_control *c = &nv->control;
	u32 id;
	int ret;

	mutex_lock(&c->lock);
	id = nv_control_id(c);
	ret = nv_control_exchange(nv, rndis_build_init(c->page, id), id, RNDIS_MSG_INIT_C);
	if (!ret)
		ret = nv_status_error(c->status);
	if (!ret) {
		nv->max_packets = c->answer.max_packets;
		nv->align = c->answer.align;
	}
	mutex_unlock(&c->lock);
	return ret;
}

/* The host need not answer that, and it is no matter if it does not take it. */
void nv_rndis_halt(struct nv_net *nv)
{
	struct nv_control *c = &nv->control;
	u32 id;

	mutex_lock(&c->lock);
	id = nv_control_id(c);
	if (!c->dead)
		nv_control_exchange(nv, rndis_build_halt(c->page, id), id, 0);
	mutex_unlock(&c->lock);
}

/* ---- receiving ---- */

/* Softirq: the host has read the request. */
void nv_control_sent(struct nv_net *nv)
{
	complete(&nv->control.sent);
}

static void nv_control_answer(struct nv_net *nv, const struct rndis_control *m, const u8 *msg, int error)
{
	struct nv_control *c = &nv->control;

	spin_lock(&c->answer_lock);
	if (c->waiting && m->type == c->answer_type && m->request_id == c->id) {
		c->waiting = false;
		c->answer = *m;
		c->error = error;
		c->status = m->status;
		c->info_len = m->info_len;
		memcpy(c->info, msg + m->info_offset, m->info_len);
		complete(&c->answered);
	} else {
		nv->bad_messages++;
	}
	spin_unlock(&c->answer_lock);
}

/**
 * nv_control_receive() - a control message of the host's
 * @nv: the adapter
 * @msg: where it lies in the receive buffer
 * @len: bytes there
 *
 * Softirq, the first queue's NAPI only.
 */
void nv_control_receive(struct nv_net *nv, const void *msg, u32 len)
{
	u8 *copy = nv->control.copy;
	struct rndis_control m;
	int ret;

	len = min_t(u32, len, RNDIS_CONTROL_MAX);
	memcpy(copy, msg, len);
	ret = rndis_check_control(copy, len, &m);
	if (ret && ret != -EOVERFLOW) {
		nv->bad_messages++;
		return;
	}
	if (rndis_is_answer(m.type))
		nv_control_answer(nv, &m, copy, ret);
	else if (m.type == RNDIS_MSG_INDICATE && !ret)
		nv_link_indicate(nv, m.status, copy + m.info_offset, m.info_len);
	else if (m.type != RNDIS_MSG_KEEPALIVE && m.type != RNDIS_MSG_KEEPALIVE_C)
		nv->bad_messages++;
}
