// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: rings in shared memory (docs/wire/02-vmbus.md 9). The arithmetic is in ring_math.c.
 *
 * The host may write anything at any time. So our own indices live in private memory and are only published; the host's
 * are read once per decision and checked; a packet is copied out before it is looked at. A driver that parses in place
 * (hv_pkt_peek) gets the checked lengths by value and must read each field of the payload once.
 *
 * Barriers, by the pair they order:
 *   data written / write_index stored               virt_wmb, pairs with the host's acquire of write_index
 *   write_index stored / mask and read_index read   virt_mb, pairs with the consumer's "unmask, then look again"
 *   write_index read / data read                    virt_rmb
 *   data read / read_index stored                   smp_store_release
 *   read_index stored / pending_send_sz read        virt_mb, pairs with the producer's "set pending, then look again"
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>
#include "vmbus.h"

/* ---- set-up ---- */

/* Map the data pages twice in a row, so that a packet that wraps is contiguous all the same. */
static void *hv_ring_map(struct page *pages, u32 count)
{
	struct page **list = kcalloc(2 * count, sizeof(*list), GFP_KERNEL);
	void *mapping;
	u32 i;

	if (!list)
		return NULL;
	for (i = 0; i < 2 * count; i++)
		list[i] = pages + i % count;
	mapping = vmap(list, 2 * count, VM_MAP, PAGE_KERNEL);
	kfree(list);
	return mapping;
}

/* Under the lock, because readers of hv_ringbuffer_get_debuginfo() come at any time. */
static void hv_ring_set_hdr(struct hv_ring_buffer_info *ring, struct vmbus_ring_hdr *hdr)
{
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	ring->hdr = hdr;
	spin_unlock_irqrestore(&ring->lock, flags);
}

/* pages: the header page and page_count - 1 data pages; copy_size: largest packet received, 0 for an outbound ring. */
int hv_ring_init(struct hv_ring_buffer_info *ring, struct page *pages, u32 page_count, u32 copy_size)
{
	if (page_count < 2)
		return -EINVAL;
	ring->size = (page_count - 1) << PAGE_SHIFT;
	ring->priv_write_index = 0;
	ring->priv_read_index = 0;
	ring->last_committed = 0;
	ring->cur_total = 0;
	ring->full = false;
	ring->owed = 0;
	ring->mapping = hv_ring_map(pages + 1, page_count - 1);
	ring->wrapped = !ring->mapping;
	ring->data = ring->wrapped ? page_address(pages + 1) : ring->mapping;
	ring->pkt_copy_size = copy_size;
	ring->pkt_copy = copy_size ? kvzalloc(copy_size, GFP_KERNEL) : NULL;
	if (copy_size && !ring->pkt_copy) {
		hv_ring_cleanup(ring);
		return -ENOMEM;
	}
	hv_ring_set_hdr(ring, page_address(pages));
	ring->hdr->feature_bits = VMBUS_RING_FEAT_PENDING_SEND_SZ;
	return 0;
}

void hv_ring_cleanup(struct hv_ring_buffer_info *ring)
{
	hv_ring_set_hdr(ring, NULL);
	if (ring->mapping)
		vunmap(ring->mapping);
	kvfree(ring->pkt_copy);
	ring->mapping = NULL;
	ring->pkt_copy = NULL;
	ring->data = NULL;
}

/* ---- sending ---- */

static u32 hv_ring_put(struct hv_ring_buffer_info *ring, u32 at, const void *src, u32 len)
{
	if (ring->wrapped)
		return ring_copy_in(ring->data, ring->size, at, src, len);
	memcpy(ring->data + at, src, len);
	return ring_index_add(at, len, ring->size);
}

/* Free bytes for the producer; 0 when the host's index is nonsense. */
static u32 hv_ring_free(const struct hv_ring_buffer_info *out)
{
	u32 read = READ_ONCE(out->hdr->read_index);

	if (!ring_index_ok(read, out->size))
		return 0;
	return ring_bytes_free(out->priv_write_index, read, out->size);
}

static void hv_ring_note_full(struct vmbus_channel *channel)
{
	channel->out_full_total++;
	if (!channel->outbound.full)
		channel->out_full_first++;
	channel->outbound.full = true;
}

/* Write descriptor, pieces, padding and trailer; return the index behind them. */
static u32 hv_ring_put_packet(struct hv_ring_buffer_info *out, const struct hv_ring_piece *pieces, u32 count,
			      u32 pad, u64 trailer)
{
	static const u8 zeros[8];
	u32 at = out->priv_write_index;
	u32 i;

	for (i = 0; i < count; i++)
		at = hv_ring_put(out, at, pieces[i].base, pieces[i].len);
	at = hv_ring_put(out, at, zeros, pad);
	return hv_ring_put(out, at, &trailer, sizeof(trailer));
}

/* Must the host be told of the packet at old, or of those before it that it was not told of (9.7 steps 4 and 5)? */
static bool hv_ring_must_signal(struct hv_ring_buffer_info *out, u32 old)
{
	u32 owed = out->owed;
	u32 mask, read;

	out->owed = 0;
	virt_mb();
	mask = READ_ONCE(out->hdr->interrupt_mask);
	virt_rmb();
	read = READ_ONCE(out->hdr->read_index);
	if (!owed)
		return ring_signal_after_write(mask, old, read);
	return ring_index_ok(read, out->size) &&
	       ring_signal_after_many(mask, ring_bytes_used(out->priv_write_index, read, out->size), owed);
}

/* Publish the new write index; say whether the host must be told now. more: vmbus_kick() or a later write does it. */
static bool hv_ring_publish(struct hv_ring_buffer_info *out, u32 next, bool more)
{
	u32 old = out->priv_write_index;

	out->priv_write_index = next;
	virt_wmb();
	WRITE_ONCE(out->hdr->write_index, next);
	if (more || out->owed)
		out->owed = min(out->owed + ring_bytes_used(next, old, out->size), out->size);
	return !more && hv_ring_must_signal(out, old);
}

static int hv_ring_write_locked(struct vmbus_channel *channel, struct vmpacket_descriptor *d,
				const struct hv_ring_piece *pieces, u32 count, u64 requestid, u32 total, u32 used,
				bool more)
{
	struct hv_ring_buffer_info *out = &channel->outbound;
	u64 id = requestid;
	u32 next;

	if (!ring_fits(hv_ring_free(out), total)) {
		hv_ring_note_full(channel);
		return -EAGAIN;
	}
	/* From here on nothing else fails, so a request id once taken is always sent. */
	if (channel->next_request_id_callback && d->flags & VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED) {
		id = channel->next_request_id_callback(channel, requestid);
		if (id == VMBUS_RQST_ERROR)
			return -EAGAIN;
	}
	d->trans_id = id == VMBUS_NO_RQSTOR ? requestid : id;
	out->full = false;
	next = hv_ring_put_packet(out, pieces, count, total - VMBUS_PACKET_TRAILER - used,
				  ring_trailer(out->priv_write_index));
	return hv_ring_publish(out, next, more);
}

/* more: the host need not hear of it yet, vmbus_kick() will come. */
int hv_ring_write(struct vmbus_channel *channel, struct vmpacket_descriptor *d, const struct hv_ring_piece *pieces,
		  u32 count, u64 requestid, u64 *trans_id, bool more)
{
	struct hv_ring_buffer_info *out = &channel->outbound;
	u32 total = ((u32)d->len8 << 3) + VMBUS_PACKET_TRAILER;
	unsigned long flags;
	u32 i, used = 0;
	int ret;

	for (i = 0; i < count; i++)
		used += pieces[i].len;
	if (used + VMBUS_PACKET_TRAILER > total)
		return -EINVAL;
	if (channel->rescind || !out->hdr)
		return -ENODEV;
	if (total > out->size - 8)
		return -EINVAL;
	spin_lock_irqsave(&out->lock, flags);
	ret = hv_ring_write_locked(channel, d, pieces, count, requestid, total, used, more);
	spin_unlock_irqrestore(&out->lock, flags);
	if (ret < 0)
		return ret;
	if (trans_id)
		*trans_id = d->trans_id;
	if (ret) {
		channel->intr_out_empty++;
		vmbus_set_event(channel);
	}
	return 0;
}

/**
 * vmbus_kick() - tell the host of packets that were sent with "more to come"
 * @channel: the channel
 *
 * Any context; cheap when there are none. Spec: docs/wire/02-vmbus.md 9.7.
 */
void vmbus_kick(struct vmbus_channel *channel)
{
	struct hv_ring_buffer_info *out = &channel->outbound;
	unsigned long flags;
	bool signal;

	if (!READ_ONCE(out->owed))
		return;
	spin_lock_irqsave(&out->lock, flags);
	signal = out->hdr && out->owed && hv_ring_must_signal(out, out->priv_write_index);
	spin_unlock_irqrestore(&out->lock, flags);
	if (!signal || channel->rescind)
		return;
	channel->intr_out_empty++;
	vmbus_set_event(channel);
}
EXPORT_SYMBOL_GPL(vmbus_kick);

/**
 * hv_set_pending_send_size() - ask the host to signal when this many bytes are free (9.9)
 * @channel: the channel a send was refused on
 * @size: bytes of the packet that waits, at most the ring's size - 8; 0 ends the wish
 *
 * Any context. The caller tries once more afterwards: the room may have come in between.
 */
void hv_set_pending_send_size(struct vmbus_channel *channel, u32 size)
{
	if (!channel->outbound.hdr)
		return;
	WRITE_ONCE(channel->outbound.hdr->pending_send_sz, size);
	virt_mb();
}
EXPORT_SYMBOL_GPL(hv_set_pending_send_size);

/**
 * hv_get_bytes_to_write() - free bytes of an outbound ring; 0 when the host's index is nonsense
 * @ring: an outbound ring
 */
u32 hv_get_bytes_to_write(const struct hv_ring_buffer_info *ring)
{
	return ring->hdr ? hv_ring_free(ring) : 0;
}
EXPORT_SYMBOL_GPL(hv_get_bytes_to_write);

/* ---- receiving ---- */

/**
 * hv_get_bytes_to_read() - bytes an inbound ring holds beyond the reader; 0 when the host's index is nonsense
 * @ring: an inbound ring
 */
u32 hv_get_bytes_to_read(const struct hv_ring_buffer_info *ring)
{
	u32 write;

	if (!ring->hdr)
		return 0;
	write = READ_ONCE(ring->hdr->write_index);
	if (!ring_index_ok(write, ring->size))
		return 0;
	virt_rmb();
	return ring_bytes_used(write, ring->priv_read_index, ring->size);
}
EXPORT_SYMBOL_GPL(hv_get_bytes_to_read);

static void hv_ring_get(const struct hv_ring_buffer_info *in, u32 at, void *dst, u32 len)
{
	if (in->wrapped)
		ring_copy_out(in->data, in->size, at, dst, len);
	else
		memcpy(dst, in->data + at, len);
}

/*
 * Look at the next packet: its checked lengths in *pkt. What is too short to be a packet is skipped as a whole, so that
 * nonsense cannot keep the reader busy for ever.
 */
static bool hv_ring_next(struct vmbus_channel *channel, struct ring_packet *pkt)
{
	struct hv_ring_buffer_info *in = &channel->inbound;
	u32 avail = hv_get_bytes_to_read(in);
	struct vmpacket_descriptor d;

	if (!avail)
		return false;
	if (avail >= sizeof(d)) {
		hv_ring_get(in, in->priv_read_index, &d, sizeof(d));
		if (!ring_check_packet(&d, avail, pkt))
			return true;
	}
	channel->bad_packets++;
	in->priv_read_index = ring_index_add(in->priv_read_index, avail, in->size);
	return false;
}

/**
 * hv_pkt_peek() - the next packet, in place
 * @channel: the channel
 * @pkt: filled with the packet's checked type, flags, id and lengths
 * @data: where the payload (pkt->packet_len - pkt->header_len bytes) lies; the type-specific header is before it
 *
 * The bytes are the host's to change at any time: read each field once and check what was read. One reader at a time,
 * any context. Valid until hv_pkt_consume(). Return: false when the ring is empty.
 */
bool hv_pkt_peek(struct vmbus_channel *channel, struct ring_packet *pkt, const void **data)
{
	struct hv_ring_buffer_info *in = &channel->inbound;

	if (!hv_ring_next(channel, pkt))
		return false;
	if (!in->wrapped) {
		*data = in->data + in->priv_read_index + pkt->header_len;
		return true;
	}
	if (pkt->packet_len > in->pkt_copy_size) {
		channel->bad_packets++;
		hv_pkt_consume(channel, pkt);
		return false;
	}
	hv_ring_get(in, in->priv_read_index, in->pkt_copy, pkt->packet_len);
	*data = in->pkt_copy + pkt->header_len;
	return true;
}
EXPORT_SYMBOL_GPL(hv_pkt_peek);

/**
 * hv_pkt_consume() - step over a packet hv_pkt_peek() gave; the host sees it at hv_pkt_iter_close()
 * @channel: the channel
 * @pkt: the packet
 */
void hv_pkt_consume(struct vmbus_channel *channel, const struct ring_packet *pkt)
{
	struct hv_ring_buffer_info *in = &channel->inbound;

	in->priv_read_index = ring_index_add(in->priv_read_index, pkt->total_len, in->size);
}
EXPORT_SYMBOL_GPL(hv_pkt_consume);

/**
 * hv_pkt_iter_first() - the next packet, as a private copy
 * @channel: the channel
 *
 * The descriptor of the copy holds checked lengths; a packet longer than the channel's max_pkt_size is cut. One reader
 * at a time, any context. Valid until the next iterator call. Return: the packet or NULL.
 */
struct vmpacket_descriptor *hv_pkt_iter_first(struct vmbus_channel *channel)
{
	struct hv_ring_buffer_info *in = &channel->inbound;
	struct vmpacket_descriptor *d = (void *)in->pkt_copy;
	struct ring_packet pkt;
	u32 len;

	if (!hv_ring_next(channel, &pkt))
		return NULL;
	len = pkt.packet_len;
	if (len > in->pkt_copy_size) {
		channel->bad_packets++;
		len = in->pkt_copy_size & ~7U;
	}
	hv_ring_get(in, in->priv_read_index, in->pkt_copy, len);
	/* The copy was made after the check: put the checked values over whatever the host wrote since. */
	d->type = pkt.type;
	d->flags = pkt.flags;
	d->trans_id = pkt.trans_id;
	d->len8 = len >> 3;
	d->offset8 = min(pkt.header_len, len) >> 3;
	in->cur_total = pkt.total_len;
	return d;
}
EXPORT_SYMBOL_GPL(hv_pkt_iter_first);

/**
 * hv_pkt_iter_next() - step over the packet in hand and get the next
 * @channel: the channel
 * @pkt: the packet in hand, as the iterator gave it
 */
struct vmpacket_descriptor *hv_pkt_iter_next(struct vmbus_channel *channel, const struct vmpacket_descriptor *pkt)
{
	struct hv_ring_buffer_info *in = &channel->inbound;

	in->priv_read_index = ring_index_add(in->priv_read_index, in->cur_total, in->size);
	in->cur_total = 0;
	return hv_pkt_iter_first(channel);
}
EXPORT_SYMBOL_GPL(hv_pkt_iter_next);

/**
 * hv_pkt_iter_close() - give what was read back to the host, and signal it if it waits for room (9.8)
 * @channel: the channel
 *
 * Call it once after a batch; any context.
 */
void hv_pkt_iter_close(struct vmbus_channel *channel)
{
	struct hv_ring_buffer_info *in = &channel->inbound;
	u32 freed = ring_bytes_used(in->priv_read_index, in->last_committed, in->size);
	u32 pending, write;

	if (!freed)
		return;
	in->last_committed = in->priv_read_index;
	smp_store_release(&in->hdr->read_index, in->priv_read_index);
	if (!(READ_ONCE(in->hdr->feature_bits) & VMBUS_RING_FEAT_PENDING_SEND_SZ))
		return;
	virt_mb();
	pending = READ_ONCE(in->hdr->pending_send_sz);
	if (!pending)
		return;
	virt_rmb();
	write = READ_ONCE(in->hdr->write_index);
	if (!ring_index_ok(write, in->size))
		return;
	if (ring_signal_after_read(pending, ring_bytes_free(write, in->priv_read_index, in->size), freed)) {
		channel->intr_in_full++;
		vmbus_set_event(channel);
	}
}
EXPORT_SYMBOL_GPL(hv_pkt_iter_close);

/**
 * hv_begin_read() - ask the host not to signal this ring while it is being drained
 * @inbound: the ring
 */
void hv_begin_read(struct hv_ring_buffer_info *inbound)
{
	if (!inbound->hdr)
		return;
	WRITE_ONCE(inbound->hdr->interrupt_mask, 1);
	virt_mb();
}
EXPORT_SYMBOL_GPL(hv_begin_read);

/**
 * hv_end_read() - allow signals again
 * @inbound: the ring
 *
 * Return: bytes that came since the last read and were not signalled; the caller reads on when it is not 0 (9.10).
 */
u32 hv_end_read(struct hv_ring_buffer_info *inbound)
{
	if (!inbound->hdr)
		return 0;
	WRITE_ONCE(inbound->hdr->interrupt_mask, 0);
	virt_mb();
	return hv_get_bytes_to_read(inbound);
}
EXPORT_SYMBOL_GPL(hv_end_read);

/* Take one packet off the ring into buffer, descriptor included when raw. */
static int hv_ring_receive(struct vmbus_channel *channel, void *buffer, u32 len, u32 *actual, u64 *requestid, bool raw)
{
	struct hv_ring_buffer_info *in = &channel->inbound;
	struct ring_packet pkt;
	u32 skip, bytes;

	*actual = 0;
	*requestid = 0;
	if (!in->hdr)
		return -ENODEV;
	if (!hv_ring_next(channel, &pkt))
		return 0;
	skip = raw ? 0 : pkt.header_len;
	bytes = pkt.packet_len - skip;
	*actual = bytes;
	*requestid = pkt.trans_id;
	if (bytes > len)
		return -ENOBUFS;
	hv_ring_get(in, ring_index_add(in->priv_read_index, skip, in->size), buffer, bytes);
	hv_pkt_consume(channel, &pkt);
	hv_pkt_iter_close(channel);
	return 0;
}

/**
 * vmbus_recvpacket() - take one packet's payload off the ring
 * @channel: the channel
 * @buffer: where to copy it
 * @len: bytes of buffer
 * @actual: bytes of the payload (a multiple of 8), 0 when the ring is empty
 * @requestid: the packet's transaction id
 *
 * One reader at a time, any context. Return: 0; -ENOBUFS when buffer is too short (the packet stays, *actual says what
 * it takes); -ENODEV when the channel has no ring.
 */
int vmbus_recvpacket(struct vmbus_channel *channel, void *buffer, u32 len, u32 *actual, u64 *requestid)
{
	return hv_ring_receive(channel, buffer, len, actual, requestid, false);
}
EXPORT_SYMBOL_GPL(vmbus_recvpacket);

/**
 * vmbus_recvpacket_raw() - as vmbus_recvpacket(), with the descriptor
 * @channel: the channel
 * @buffer: where to copy it
 * @len: bytes of buffer
 * @actual: bytes of the packet, 0 when the ring is empty
 * @requestid: the packet's transaction id
 *
 * The lengths in the copied descriptor are the host's: use @actual.
 */
int vmbus_recvpacket_raw(struct vmbus_channel *channel, void *buffer, u32 len, u32 *actual, u64 *requestid)
{
	return hv_ring_receive(channel, buffer, len, actual, requestid, true);
}
EXPORT_SYMBOL_GPL(vmbus_recvpacket_raw);

/**
 * hv_ringbuffer_get_debuginfo() - the state of a ring, for sysfs and debugfs
 * @ring: the ring
 * @info: filled
 *
 * Any context. Return: 0, or -EINVAL when the channel is closed or the host's indices are nonsense.
 */
int hv_ringbuffer_get_debuginfo(struct hv_ring_buffer_info *ring, struct hv_ring_buffer_debug_info *info)
{
	unsigned long flags;
	int ret = -EINVAL;

	spin_lock_irqsave(&ring->lock, flags);
	if (ring->hdr) {
		u32 read = READ_ONCE(ring->hdr->read_index);
		u32 write = READ_ONCE(ring->hdr->write_index);

		info->current_interrupt_mask = READ_ONCE(ring->hdr->interrupt_mask);
		info->current_read_index = read;
		info->current_write_index = write;
		info->pending_send_sz = READ_ONCE(ring->hdr->pending_send_sz);
		if (ring_index_ok(read, ring->size) && ring_index_ok(write, ring->size)) {
			info->bytes_avail_toread = ring_bytes_used(write, read, ring->size);
			info->bytes_avail_towrite = ring_bytes_free(write, read, ring->size);
			ret = 0;
		}
	}
	spin_unlock_irqrestore(&ring->lock, flags);
	return ret;
}
EXPORT_SYMBOL_GPL(hv_ringbuffer_get_debuginfo);
