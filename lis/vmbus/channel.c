// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what a driver does with a channel: ring memory, GPADLs, open and close, sending (docs/wire/02-vmbus.md 6-9).
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>
#include <asm/io.h>
#include <asm/sync_bitops.h>
#include "vmbus.h"
#include "trace.h"

/* ---- signalling the host (8.3) ---- */

static void vmbus_set_send_bit(u32 relid)
{
	unsigned long *words = (unsigned long *)((u8 *)vmbus_connection.int_page + VMBUS_INT_PAGE_SEND);

	sync_set_bit(relid, words);
}

static void vmbus_trigger_monitor(u8 id)
{
	struct vmbus_monitor_page *page = vmbus_connection.monitor_pages[1];

	/* The host polls 32-bit groups; on little-endian the bit of an unsigned long array is the same bit. */
	sync_set_bit(id % 32, (unsigned long *)&page->group[id / 32].pending);
}

/**
 * vmbus_set_event() - signal the host that a channel's ring needs attention
 * @channel: an opened channel
 *
 * Any context. The monitor page saves the hypercall where the host allocated one for the channel and nobody asked for
 * low latency.
 */
void vmbus_set_event(struct vmbus_channel *channel)
{
	const struct vmbus_channel_offer_channel *offer = &channel->offermsg;

	channel->sig_events++;
	if (offer->monitor_allocated && !channel->low_latency) {
		vmbus_set_send_bit(offer->child_relid);
		vmbus_trigger_monitor(offer->monitorid);
		return;
	}
	if (!offer->is_dedicated_interrupt)
		vmbus_set_send_bit(offer->child_relid);
	hv_signal_event(offer->connection_id, 0);
}
EXPORT_SYMBOL_GPL(vmbus_set_event);

/* ---- GPADLs (6) ---- */

static u64 vmbus_buffer_pfn(const void *ctx, u32 page)
{
	const void *addr = (const u8 *)ctx + ((unsigned long)page << PAGE_SHIFT);

	return is_vmalloc_addr(addr) ? vmalloc_to_pfn(addr) : virt_to_phys((void *)addr) >> PAGE_SHIFT;
}

static int vmbus_post_gpadl(u32 relid, u32 gpadl, void *buffer, u32 size)
{
	union {
		struct vmbus_msg_gpadl_header header;
		struct vmbus_msg_gpadl_body body;
	} *msg;
	u32 pages = PAGE_ALIGN(size) >> PAGE_SHIFT;
	u32 i, len, bodies = vmbus_gpadl_bodies(pages);
	int ret = -EINVAL;

	msg = kmalloc(sizeof(*msg), GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	len = vmbus_gpadl_fill_header(&msg->header, relid, gpadl, pages, size, vmbus_buffer_pfn, buffer);
	if (len)
		ret = vmbus_post_msg(msg, len, true);
	for (i = 0; i < bodies && !ret; i++) {
		len = vmbus_gpadl_fill_body(&msg->body, gpadl, i, pages, vmbus_buffer_pfn, buffer);
		ret = vmbus_post_msg(msg, len, true);
	}
	kfree(msg);
	return ret;
}

/**
 * vmbus_establish_gpadl() - let the host use guest memory
 * @channel: channel the memory belongs to
 * @kbuffer: page-aligned memory, from the page allocator or vmalloc()
 * @size: bytes, a multiple of the page size, at most VMBUS_GPADL_MAX_PAGES pages
 * @gpadl: filled on success
 *
 * Sleeps. Return: 0; -EINVAL for a size out of range, -EDQUOT when the host refuses, -ENODEV when the channel is
 * rescinded, -ETIMEDOUT, or another -errno. Only after 0, -EINVAL, -ENOMEM, -EDQUOT and -ENODEV may the memory be freed
 * or reused; otherwise the host may still use it and the caller leaks it.
 */
int vmbus_establish_gpadl(struct vmbus_channel *channel, void *kbuffer, u32 size, struct vmbus_gpadl *gpadl)
{
	struct vmbus_msg_gpadl_created *reply;
	u32 relid = channel->offermsg.child_relid;
	u32 id = atomic_inc_return(&vmbus_connection.next_gpadl) - 1;
	struct vmbus_waiter w;
	int ret;

	vmbus_waiter_add(&w, VMBUS_MSG_GPADL_CREATED, relid, id, channel);
	ret = vmbus_post_gpadl(relid, id, kbuffer, size);
	if (ret)
		vmbus_waiter_cancel(&w);
	else
		ret = vmbus_waiter_wait(&w);
	reply = (struct vmbus_msg_gpadl_created *)w.reply;
	if (!ret && reply->status) {
		pr_err("the host refused %u bytes of memory for channel %u: status 0x%x\n", size, relid,
		       reply->status);
		ret = -EDQUOT;
	}
	trace_vmbus_gpadl(relid, id, ret);
	if (ret)
		return ret;
	gpadl->gpadl_handle = id;
	gpadl->size = size;
	gpadl->buffer = kbuffer;
	return 0;
}
EXPORT_SYMBOL_GPL(vmbus_establish_gpadl);

/**
 * vmbus_teardown_gpadl() - take guest memory back from the host
 * @channel: channel the memory belongs to
 * @gpadl: what vmbus_establish_gpadl() filled; its handle becomes 0 on success
 *
 * Sleeps. Return: 0 when the memory may be freed (also if the channel is rescinded: the host has promised not to touch
 * it any more); otherwise -errno, and the caller leaks it.
 */
int vmbus_teardown_gpadl(struct vmbus_channel *channel, struct vmbus_gpadl *gpadl)
{
	struct vmbus_msg_gpadl_teardown msg;
	struct vmbus_waiter w;
	int ret = 0;

	if (!gpadl->gpadl_handle)
		return 0;
	memset(&msg, 0, sizeof(msg));
	msg.hdr.type = VMBUS_MSG_GPADL_TEARDOWN;
	msg.relid = channel->offermsg.child_relid;
	msg.gpadl = gpadl->gpadl_handle;
	vmbus_waiter_add(&w, VMBUS_MSG_GPADL_TORNDOWN, gpadl->gpadl_handle, 0, channel);
	if (!channel->rescind)
		ret = vmbus_post_msg(&msg, sizeof(msg), true);
	if (ret)
		vmbus_waiter_cancel(&w);
	else
		ret = vmbus_waiter_wait(&w);
	if (ret == -ENODEV)
		ret = 0;
	if (ret)
		pr_err("channel %u: GPADL 0x%x was not torn down: %d; its memory is lost\n", msg.relid, msg.gpadl,
		       ret);
	else
		gpadl->gpadl_handle = 0;
	return ret;
}
EXPORT_SYMBOL_GPL(vmbus_teardown_gpadl);

/* ---- requests in flight (9.11) ---- */

static int vmbus_alloc_requestor(struct vmbus_channel *channel)
{
	struct request_slot *slots;

	if (!channel->rqstor_size || channel->requestor.slots)
		return 0;
	slots = vzalloc(channel->rqstor_size * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	request_table_init(&channel->requestor, slots, channel->rqstor_size);
	return 0;
}

/**
 * vmbus_take_requests() - take all requests in flight away from a channel
 * @channel: an opened channel that nobody sends on and that is to be closed
 * @taken: filled with the channel's table; the caller walks it and gives it to vmbus_free_requests()
 *
 * Any context. What the host completes from now on is unknown. So a driver can close the channel first and end its
 * requests afterwards, when the host does not use their memory any more.
 */
void vmbus_take_requests(struct vmbus_channel *channel, struct request_table *taken)
{
	unsigned long flags;

	spin_lock_irqsave(&channel->rqstor_lock, flags);
	*taken = channel->requestor;
	memset(&channel->requestor, 0, sizeof(channel->requestor));
	spin_unlock_irqrestore(&channel->rqstor_lock, flags);
}
EXPORT_SYMBOL_GPL(vmbus_take_requests);

/**
 * vmbus_free_requests() - free a table that vmbus_take_requests() gave
 * @taken: the table; empty afterwards
 *
 * Sleeps.
 */
void vmbus_free_requests(struct request_table *taken)
{
	vfree(taken->slots);
	memset(taken, 0, sizeof(*taken));
}
EXPORT_SYMBOL_GPL(vmbus_free_requests);

/**
 * vmbus_next_request_id() - take a transaction id for a request
 * @channel: a channel with rqstor_size set before it was opened
 * @rqst_addr: what vmbus_request_addr() is to return for it
 *
 * Any context. A driver sets this as next_request_id_callback. Return: the id, VMBUS_RQST_ERROR when all are in use,
 * VMBUS_NO_RQSTOR when the channel has no table.
 */
u64 vmbus_next_request_id(struct vmbus_channel *channel, u64 rqst_addr)
{
	unsigned long flags;
	u64 id;

	if (!channel->requestor.slots)
		return VMBUS_NO_RQSTOR;
	spin_lock_irqsave(&channel->rqstor_lock, flags);
	id = request_table_get(&channel->requestor, rqst_addr);
	spin_unlock_irqrestore(&channel->rqstor_lock, flags);
	return id;
}
EXPORT_SYMBOL_GPL(vmbus_next_request_id);

/**
 * vmbus_request_addr_match() - end the request a completion names, if it holds the value expected
 * @channel: the channel
 * @trans_id: the completion's transaction id, as the host sent it
 * @rqst_addr: the value expected; VMBUS_RQST_ERROR accepts any
 *
 * Any context. Return: the value stored with the request; VMBUS_RQST_ERROR when no such request is in flight;
 * VMBUS_NO_RQSTOR when the channel has no table.
 */
u64 vmbus_request_addr_match(struct vmbus_channel *channel, u64 trans_id, u64 rqst_addr)
{
	unsigned long flags;
	u64 addr;

	if (!channel->requestor.slots)
		return VMBUS_NO_RQSTOR;
	spin_lock_irqsave(&channel->rqstor_lock, flags);
	if (rqst_addr == VMBUS_RQST_ERROR)
		addr = request_table_put(&channel->requestor, trans_id);
	else
		addr = request_table_put_match(&channel->requestor, trans_id, rqst_addr);
	if (addr == VMBUS_RQST_ERROR)
		channel->bad_packets++;
	spin_unlock_irqrestore(&channel->rqstor_lock, flags);
	return addr;
}
EXPORT_SYMBOL_GPL(vmbus_request_addr_match);

/**
 * vmbus_request_addr() - end the request a completion names
 * @channel: the channel
 * @trans_id: the completion's transaction id, as the host sent it
 *
 * As vmbus_request_addr_match() with any value.
 */
u64 vmbus_request_addr(struct vmbus_channel *channel, u64 trans_id)
{
	return vmbus_request_addr_match(channel, trans_id, VMBUS_RQST_ERROR);
}
EXPORT_SYMBOL_GPL(vmbus_request_addr);

/* ---- ring memory ---- */

/**
 * vmbus_alloc_ring() - allocate the memory of both rings
 * @channel: a closed channel
 * @send_size: bytes of the ring towards the host, header page included; a multiple of the page size
 * @recv_size: the same for the ring from the host
 *
 * Sleeps. Memory of the node of the channel's CPU is preferred. Return: 0, -EINVAL or -ENOMEM.
 */
int vmbus_alloc_ring(struct vmbus_channel *channel, u32 send_size, u32 recv_size)
{
	int node = cpu_to_node(channel->target_cpu);
	int order = get_order((unsigned long)send_size + recv_size);
	struct page *page;

	if (send_size % PAGE_SIZE || recv_size % PAGE_SIZE || send_size < 2 * PAGE_SIZE || recv_size < 2 * PAGE_SIZE)
		return -EINVAL;
	page = alloc_pages_node(node, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN, order);
	if (!page)
		page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	if (!page)
		return -ENOMEM;
	channel->ringbuffer_page = page;
	channel->ringbuffer_mem = page_address(page);
	channel->ringbuffer_pagecount = (send_size + recv_size) >> PAGE_SHIFT;
	channel->ringbuffer_send_offset = send_size >> PAGE_SHIFT;
	return 0;
}
EXPORT_SYMBOL_GPL(vmbus_alloc_ring);

/**
 * vmbus_free_ring() - free what vmbus_alloc_ring() allocated
 * @channel: a closed channel
 *
 * Sleeps. Memory the host may still use (a GPADL that could not be torn down) is leaked.
 */
void vmbus_free_ring(struct vmbus_channel *channel)
{
	hv_ring_cleanup(&channel->outbound);
	hv_ring_cleanup(&channel->inbound);
	if (channel->ringbuffer_page && !channel->ringbuffer_lost && !channel->ringbuffer_gpadlhandle.gpadl_handle)
		__free_pages(channel->ringbuffer_page, get_order((unsigned long)channel->ringbuffer_pagecount
								 << PAGE_SHIFT));
	channel->ringbuffer_page = NULL;
	channel->ringbuffer_mem = NULL;
	channel->ringbuffer_gpadlhandle.gpadl_handle = 0;
	channel->ringbuffer_lost = false;
}
EXPORT_SYMBOL_GPL(vmbus_free_ring);

static int vmbus_init_rings(struct vmbus_channel *channel)
{
	u32 send_pages = channel->ringbuffer_send_offset;
	u32 copy = channel->max_pkt_size ? channel->max_pkt_size : VMBUS_DEFAULT_MAX_PKT_SIZE;
	int ret;

	memset(channel->ringbuffer_mem, 0, PAGE_SIZE);
	memset((u8 *)channel->ringbuffer_mem + (send_pages << PAGE_SHIFT), 0, PAGE_SIZE);
	ret = hv_ring_init(&channel->outbound, channel->ringbuffer_page, send_pages, 0);
	if (ret)
		return ret;
	return hv_ring_init(&channel->inbound, channel->ringbuffer_page + send_pages,
			    channel->ringbuffer_pagecount - send_pages, copy);
}

/* ---- open and close (7) ---- */

/* Give the host the rings and ask it to open; userdata is class specific. */
static int vmbus_post_open(struct vmbus_channel *channel, const void *userdata, u32 userdatalen)
{
	struct vmbus_msg_open_result *reply;
	u32 relid = channel->offermsg.child_relid;
	struct vmbus_msg_open msg;
	struct vmbus_waiter w;
	int ret;

	memset(&msg, 0, sizeof(msg));
	msg.hdr.type = VMBUS_MSG_OPEN;
	msg.relid = relid;
	msg.open_id = relid;
	msg.gpadl = channel->ringbuffer_gpadlhandle.gpadl_handle;
	msg.target_vp = channel->target_vp;
	msg.downstream_offset = channel->ringbuffer_send_offset;
	if (userdatalen)
		memcpy(msg.user, userdata, userdatalen);
	vmbus_waiter_add(&w, VMBUS_MSG_OPEN_RESULT, relid, relid, channel);
	ret = vmbus_post_msg(&msg, sizeof(msg), true);
	if (ret)
		vmbus_waiter_cancel(&w);
	else
		ret = vmbus_waiter_wait(&w);
	reply = (struct vmbus_msg_open_result *)w.reply;
	if (!ret && reply->status) {
		pr_err("the host did not open channel %u: status 0x%x\n", relid, reply->status);
		ret = -EAGAIN;
	}
	trace_vmbus_opened(relid, ret);
	return ret;
}

static void vmbus_post_close(struct vmbus_channel *channel)
{
	struct vmbus_msg_relid msg = { { VMBUS_MSG_CLOSE, 0 }, channel->offermsg.child_relid };

	if (channel->rescind)
		return;
	if (vmbus_post_msg(&msg, sizeof(msg), true))
		pr_err("channel %u: the host did not take CLOSE\n", msg.relid);
}

static void vmbus_attach_callback(struct vmbus_channel *channel, void (*callback)(void *), void *context)
{
	unsigned long flags;

	spin_lock_irqsave(&channel->sched_lock, flags);
	channel->channel_callback_context = context;
	channel->onchannel_callback = callback;
	spin_unlock_irqrestore(&channel->sched_lock, flags);
}

/* After these errors of vmbus_establish_gpadl() the host may have the memory all the same. */
static bool vmbus_gpadl_unsure(int err)
{
	return err == -ETIMEDOUT || err == -EIO || err == -EAGAIN;
}

static int vmbus_do_open(struct vmbus_channel *channel, const void *userdata, u32 userdatalen,
			 void (*callback)(void *), void *context)
{
	int ret;

	if (userdatalen > VMBUS_OFFER_USER_LEN || channel->state != CHANNEL_OPEN_STATE || !channel->ringbuffer_page)
		return -EINVAL;
	ret = vmbus_init_rings(channel);
	if (!ret)
		ret = vmbus_alloc_requestor(channel);
	if (ret)
		goto err_rings;
	ret = vmbus_establish_gpadl(channel, channel->ringbuffer_mem, channel->ringbuffer_pagecount << PAGE_SHIFT,
				    &channel->ringbuffer_gpadlhandle);
	if (ret)
		goto err_gpadl;
	/* Signals may come before the answer does. */
	vmbus_attach_callback(channel, callback, context);
	channel->state = CHANNEL_OPENING_STATE;
	ret = vmbus_post_open(channel, userdata, userdatalen);
	if (ret)
		goto err_open;
	channel->state = CHANNEL_OPENED_STATE;
	return 0;

err_open:
	vmbus_detach_callback(channel);
	if (ret == -ETIMEDOUT)
		vmbus_post_close(channel);
	channel->state = CHANNEL_OPEN_STATE;
	vmbus_teardown_gpadl(channel, &channel->ringbuffer_gpadlhandle);
	goto err_requestor;
err_gpadl:
	channel->ringbuffer_lost = vmbus_gpadl_unsure(ret);
err_requestor:
	vmbus_free_requests(&channel->requestor);
err_rings:
	hv_ring_cleanup(&channel->outbound);
	hv_ring_cleanup(&channel->inbound);
	return ret;
}

/**
 * vmbus_connect_ring() - open a channel whose rings vmbus_alloc_ring() allocated
 * @channel: a closed channel
 * @callback: called when the host signals (see callback_mode)
 * @context: its argument
 *
 * Sleeps. Return: 0, -EINVAL when the channel is not ready, -EAGAIN when the host refuses, -ENODEV when it is
 * rescinded, or another -errno.
 */
int vmbus_connect_ring(struct vmbus_channel *channel, void (*callback)(void *context), void *context)
{
	return vmbus_do_open(channel, NULL, 0, callback, context);
}
EXPORT_SYMBOL_GPL(vmbus_connect_ring);

/**
 * vmbus_open() - allocate rings and open a channel
 * @channel: a closed channel
 * @send_size: bytes of the ring towards the host, header page included; a multiple of the page size
 * @recv_size: the same for the ring from the host
 * @userdata: class specific data for the host, may be NULL
 * @userdatalen: its bytes, at most 120
 * @callback: called when the host signals (see callback_mode)
 * @context: its argument
 *
 * Sleeps. Return: as vmbus_connect_ring(), or -ENOMEM.
 */
int vmbus_open(struct vmbus_channel *channel, u32 send_size, u32 recv_size, void *userdata, u32 userdatalen,
	       void (*callback)(void *context), void *context)
{
	int ret = vmbus_alloc_ring(channel, send_size, recv_size);

	if (ret)
		return ret;
	ret = vmbus_do_open(channel, userdata, userdatalen, callback, context);
	if (ret)
		vmbus_free_ring(channel);
	return ret;
}
EXPORT_SYMBOL_GPL(vmbus_open);

void vmbus_detach_callback(struct vmbus_channel *channel)
{
	unsigned long flags;

	spin_lock_irqsave(&channel->sched_lock, flags);
	channel->onchannel_callback = NULL;
	spin_unlock_irqrestore(&channel->sched_lock, flags);
	/* One that is running has read the pointer already: wait for it. Later ones find NULL. */
	kit_bh_sync(&channel->callback_event);
}

static int vmbus_close_one(struct vmbus_channel *channel)
{
	int ret;

	if (channel->state != CHANNEL_OPENED_STATE)
		return -EINVAL;
	vmbus_detach_callback(channel);
	channel->state = CHANNEL_OPEN_STATE;
	vmbus_post_close(channel);
	ret = vmbus_teardown_gpadl(channel, &channel->ringbuffer_gpadlhandle);
	hv_ring_cleanup(&channel->outbound);
	hv_ring_cleanup(&channel->inbound);
	vmbus_free_requests(&channel->requestor);
	return ret;
}

/* The next subchannel that is open or may yet be opened by the driver's callback, referenced. */
static struct vmbus_channel *vmbus_next_live_sub(struct vmbus_channel *primary)
{
	struct vmbus_channel *sub, *found = NULL;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(sub, &primary->sc_list, sc_entry) {
		if (sub->state != CHANNEL_OPENED_STATE && sub->add_over)
			continue;
		found = vmbus_channel_get(sub);
		break;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return found;
}

static void vmbus_close_subchannels(struct vmbus_channel *primary)
{
	struct vmbus_channel *sub;

	/* Of those the host offers from now on the driver hears nothing: it may be about to leave. */
	WRITE_ONCE(primary->sc_creation_callback, NULL);
	while ((sub = vmbus_next_live_sub(primary)) != NULL) {
		wait_for_completion(&sub->added);
		if (vmbus_close_one(sub) != -EINVAL)
			vmbus_free_ring(sub);
		vmbus_subchannel_closed(sub);
		vmbus_channel_put(sub);
	}
}

/**
 * vmbus_disconnect_ring() - close a channel and its subchannels, keeping the channel's ring memory
 * @channel: an opened primary channel, or an opened subchannel
 *
 * Sleeps; the callback does not run any more afterwards. Return: 0, -EINVAL when the channel is not open, or -errno
 * when the host kept the rings (vmbus_free_ring() then leaks them).
 */
int vmbus_disconnect_ring(struct vmbus_channel *channel)
{
	if (!channel->primary_channel)
		vmbus_close_subchannels(channel);
	return vmbus_close_one(channel);
}
EXPORT_SYMBOL_GPL(vmbus_disconnect_ring);

/**
 * vmbus_close() - close a channel and its subchannels and free their rings
 * @channel: the channel; nothing happens when it is not open
 *
 * Sleeps; the callback does not run any more afterwards.
 */
void vmbus_close(struct vmbus_channel *channel)
{
	if (vmbus_disconnect_ring(channel) != -EINVAL)
		vmbus_free_ring(channel);
	if (channel->primary_channel)
		vmbus_subchannel_closed(channel);
}
EXPORT_SYMBOL_GPL(vmbus_close);

/**
 * vmbus_set_sc_create_callback() - be told of subchannels
 * @primary: the device's channel
 * @cb: called in process context, once per new subchannel; opens it. Forgotten when the primary is closed.
 */
void vmbus_set_sc_create_callback(struct vmbus_channel *primary, void (*cb)(struct vmbus_channel *new_sc))
{
	primary->sc_creation_callback = cb;
}
EXPORT_SYMBOL_GPL(vmbus_set_sc_create_callback);

/**
 * vmbus_set_chn_rescind_callback() - take the end of a device, or of a subchannel, into the driver's own hands
 * @channel: the device's channel, or an open subchannel
 * @cb: called in process context when the host rescinds; for the device's channel it must see to
 *      vmbus_device_unregister() being called, a subchannel's is closed with the device's
 *
 * vmbus_driver_unregister() returns when no such call is running.
 */
void vmbus_set_chn_rescind_callback(struct vmbus_channel *channel, void (*cb)(struct vmbus_channel *))
{
	channel->chn_rescind_callback = cb;
}
EXPORT_SYMBOL_GPL(vmbus_set_chn_rescind_callback);

/* ---- sending (9.7) ---- */

static int vmbus_send_inband(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid, u64 *trans_id,
			     enum vmbus_packet_type type, u32 flags, bool more)
{
	struct vmpacket_descriptor d;
	struct hv_ring_piece pieces[2];

	if (!ring_build_descriptor(&d, type, flags, requestid, sizeof(d), len))
		return -EINVAL;
	pieces[0].base = &d;
	pieces[0].len = sizeof(d);
	pieces[1].base = buffer;
	pieces[1].len = len;
	return hv_ring_write(channel, &d, pieces, 2, requestid, trans_id, more);
}

/**
 * vmbus_sendpacket_getid() - send a packet and learn its transaction id
 * @channel: an opened channel
 * @buffer: payload
 * @len: its bytes
 * @requestid: transaction id, or what the request table is to store
 * @trans_id: filled with the id on the wire; may be NULL
 * @type: VM_PKT_DATA_INBAND or VM_PKT_COMP
 * @flags: 0 or VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED
 *
 * Any context. Return: 0; -EAGAIN when the ring or the request table is full; -ENODEV when the channel is rescinded;
 * -EINVAL when the packet can never fit.
 */
int vmbus_sendpacket_getid(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid, u64 *trans_id,
			   enum vmbus_packet_type type, u32 flags)
{
	return vmbus_send_inband(channel, buffer, len, requestid, trans_id, type, flags, false);
}
EXPORT_SYMBOL_GPL(vmbus_sendpacket_getid);

/**
 * vmbus_sendpacket() - send a packet
 * @channel: an opened channel
 * @buffer: payload
 * @len: its bytes
 * @requestid: transaction id, or what the request table is to store
 * @type: VM_PKT_DATA_INBAND or VM_PKT_COMP
 * @flags: 0 or VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED
 *
 * As vmbus_sendpacket_getid().
 */
int vmbus_sendpacket(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid, enum vmbus_packet_type type,
		     u32 flags)
{
	return vmbus_sendpacket_getid(channel, buffer, len, requestid, NULL, type, flags);
}
EXPORT_SYMBOL_GPL(vmbus_sendpacket);

/**
 * vmbus_sendpacket_more() - as vmbus_sendpacket(); the host need not hear of it at once: vmbus_kick() will be called
 */
int vmbus_sendpacket_more(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid,
			  enum vmbus_packet_type type, u32 flags)
{
	return vmbus_send_inband(channel, buffer, len, requestid, NULL, type, flags, true);
}
EXPORT_SYMBOL_GPL(vmbus_sendpacket_more);

/**
 * vmbus_sendpacket_pagebuffer() - send a packet that describes guest pages, one range per page
 * @channel: an opened channel
 * @pagebuffers: the pages; offset + len of each within one page, len not 0
 * @count: 1 ... VMBUS_PAGE_BUFFERS_MAX
 * @buffer: payload
 * @len: its bytes
 * @requestid: transaction id, or what the request table is to store
 * @more: the host need not hear of it at once: vmbus_kick() will be called
 *
 * Any context; a completion is asked for. Return: as vmbus_sendpacket_getid().
 */
int vmbus_sendpacket_pagebuffer(struct vmbus_channel *channel, struct hv_page_buffer pagebuffers[], u32 count,
				void *buffer, u32 len, u64 requestid, bool more)
{
	struct vmbus_gpa_direct_hdr hdr;
	struct hv_ring_piece pieces[3];

	if (!count || count > VMBUS_PAGE_BUFFERS_MAX)
		return -EINVAL;
	if (!ring_build_descriptor(&hdr.d, VM_PKT_DATA_USING_GPA_DIRECT, VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED,
				   requestid, sizeof(hdr) + count * sizeof(*pagebuffers), len))
		return -EINVAL;
	hdr.reserved = 0;
	hdr.range_count = count;
	pieces[0].base = &hdr;
	pieces[0].len = sizeof(hdr);
	pieces[1].base = pagebuffers;
	pieces[1].len = count * sizeof(*pagebuffers);
	pieces[2].base = buffer;
	pieces[2].len = len;
	return hv_ring_write(channel, &hdr.d, pieces, 3, requestid, NULL, more);
}
EXPORT_SYMBOL_GPL(vmbus_sendpacket_pagebuffer);

/**
 * vmbus_sendpacket_mpb_desc() - send a packet that describes guest memory as one range of many pages
 * @channel: an opened channel
 * @desc: range filled in by the caller (len, offset, PFNs); the rest is filled here
 * @desc_size: bytes of desc up to the last PFN; a multiple of 8
 * @buffer: payload
 * @len: its bytes
 * @requestid: transaction id, or what the request table is to store
 * @more: the host need not hear of it at once: vmbus_kick() will be called
 *
 * Any context; a completion is asked for. Return: as vmbus_sendpacket_getid().
 */
int vmbus_sendpacket_mpb_desc(struct vmbus_channel *channel, struct vmbus_packet_mpb_array *desc, u32 desc_size,
			      void *buffer, u32 len, u64 requestid, bool more)
{
	struct vmpacket_descriptor *d = (struct vmpacket_descriptor *)desc;
	struct hv_ring_piece pieces[2];

	if (desc_size < sizeof(*desc) ||
	    !ring_build_descriptor(d, VM_PKT_DATA_USING_GPA_DIRECT, VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED,
				   requestid, desc_size, len))
		return -EINVAL;
	desc->reserved = 0;
	desc->rangecount = 1;
	pieces[0].base = desc;
	pieces[0].len = desc_size;
	pieces[1].base = buffer;
	pieces[1].len = len;
	return hv_ring_write(channel, d, pieces, 2, requestid, NULL, more);
}
EXPORT_SYMBOL_GPL(vmbus_sendpacket_mpb_desc);
