// SPDX-License-Identifier: GPL-2.0-only
/* Packets out of and into the rings (02 9.2 - 9.11). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"

#define DESCRIPTOR sizeof(struct vmpacket_descriptor)
#define PFN_MAX (1ULL << 40)

void packet_commit(struct vmb_channel *ch)
{
	bool early;

	if (ring_in_commit(&ch->in, &early))
		channel_interrupt(ch);
	if (fault_hit(FAULT_RING_READ, ch))
		fault_index(&ch->in.r, &ch->in.r.hdr->read_index);
	if (early)
		account_allow(&ch->account);
}

void packet_publish(struct vmb_channel *ch)
{
	if (ring_out_publish(&ch->out))
		channel_interrupt(ch);
	if (fault_hit(FAULT_RING_WRITE, ch)) {
		fault_index(&ch->out.r, &ch->out.r.hdr->write_index);
		channel_interrupt(ch);
	}
}

/* --- from the guest --------------------------------------------------------------------------------------------------- */

/* The bytes of [offset, offset + len) of the pages listed at pfns: 0, or -EPROTO when one is outside RAM. */
static int map_range(struct vmb_channel *ch, const uint8_t *pfns, uint32_t offset, uint32_t len, unsigned int *count)
{
	struct iovec *v = ch->iov + *count;
	unsigned int used = 0;
	uint64_t pfn;
	uint32_t n;
	uint8_t *p;

	for (; len; len -= n, offset = 0, pfns += 8) {
		memcpy(&pfn, pfns, 8);
		p = pfn < PFN_MAX ? mem_ptr(pfn << HVW_PAGE_SHIFT, HVW_PAGE_SIZE) : NULL;
		if (!p)
			return -EPROTO;
		p += offset;
		n = HVW_PAGE_SIZE - offset;
		n = n < len ? n : len;
		if (used && (uint8_t *)v[used - 1].iov_base + v[used - 1].iov_len == p) {
			v[used - 1].iov_len += n;
			continue;
		}
		v[used].iov_base = p;
		v[used++].iov_len = n;
	}
	*count += used;
	return 0;
}

/* 9.4, 9.5: ranges from byte 24 to the payload. Each takes at least 16 bytes, so iov and range are large enough. */
static int map_ranges(struct vmb_channel *ch, uint32_t end, struct vmb_packet *p)
{
	uint32_t want, at = sizeof(struct vmbus_gpa_direct_hdr), i, head[2], bytes;
	struct vmb_sg *r;

	if (end < at)
		return -EPROTO;
	memcpy(&want, ch->packet + 20, 4);
	if (!want || want > (end - at) / 16)
		return -EPROTO;
	p->sg.iov = ch->iov;
	for (i = 0; i < want; i++, at += bytes) {
		if (end - at < 16)
			return -EPROTO;
		memcpy(head, ch->packet + at, 8);
		if (!head[0] || head[1] >= HVW_PAGE_SIZE)
			return -EPROTO;
		if ((uint64_t)head[0] + head[1] > (uint64_t)(end - at - 8) / 8 * HVW_PAGE_SIZE)
			return -EPROTO;
		bytes = 8 + (head[0] + head[1] + HVW_PAGE_SIZE - 1) / HVW_PAGE_SIZE * 8;
		r = &ch->range[i];
		r->iov = ch->iov + p->sg.count;
		if (map_range(ch, ch->packet + at + 8, head[1], head[0], &p->sg.count))
			return -EPROTO;
		r->count = (unsigned int)(ch->iov + p->sg.count - r->iov);
		r->bytes = head[0];
		p->sg.bytes += head[0];
	}
	p->ranges = want;
	p->range = ch->range;
	return 0;
}

/* Copies the packet at the read index and checks its descriptor: its length without trailer, or -EPROTO. */
static int copy_packet(struct vmb_channel *ch, uint32_t have, struct vmpacket_descriptor *d)
{
	uint32_t len;

	if (have < DESCRIPTOR + VMBUS_PACKET_TRAILER)
		return -EPROTO;
	ring_get(&ch->in.r, ch->in.read, d, DESCRIPTOR);
	len = d->len8 * 8U;
	if (d->offset8 < 2 || d->len8 < d->offset8 || len + VMBUS_PACKET_TRAILER > have || len > ch->packet_size)
		return -EPROTO;
	ring_get(&ch->in.r, ring_add(&ch->in.r, ch->in.read, DESCRIPTOR), ch->packet + DESCRIPTOR, len - DESCRIPTOR);
	memcpy(ch->packet, d, DESCRIPTOR);
	return (int)len;
}

static int parse(struct vmb_channel *ch, const struct vmpacket_descriptor *d, uint32_t len, struct vmb_packet *p)
{
	uint32_t offset = d->offset8 * 8U;

	memset(p, 0, sizeof(*p));
	if (d->flags & ~VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED)
		return -EPROTO;
	p->type = d->type;
	p->wants_completion = d->flags & VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED;
	p->trans_id = d->trans_id;
	p->data = ch->packet + offset;
	p->len = len - offset;
	switch (d->type) {
	case VM_PKT_DATA_INBAND:
	case VM_PKT_DATA_USING_XFER_PAGES:
	case VM_PKT_COMP: return 0;
	case VM_PKT_DATA_USING_GPA_DIRECT: return map_ranges(ch, offset, p);
	}
	return -EPROTO;
}

static int take(struct vmb_channel *ch, uint32_t have, struct vmb_packet *p)
{
	struct vmpacket_descriptor d;
	int len = copy_packet(ch, have, &d);

	if (len > 0)
		trace_bytes(TRACE_PACKET, TRACE_FROM_GUEST, ch->relid, 0, ch->spec.name, ch->packet, (size_t)len);
	if (len < 0 || parse(ch, &d, (uint32_t)len, p) < 0) {
		channel_broken(ch, "a packet whose lengths, type or pages are wrong");
		return -EPROTO;
	}
	ring_in_skip(&ch->in, (uint32_t)len + VMBUS_PACKET_TRAILER);
	ch->count.packets_in++;
	ch->count.bytes_in += (uint32_t)len + VMBUS_PACKET_TRAILER;
	if (ch->in.freed >= ch->in.r.size / 4)
		packet_commit(ch);
	if (fault_hit(FAULT_RESCIND_TRAFFIC, ch))
		ch->pull_due = true;
	return 1;
}

int vmb_recv(struct vmb_channel *ch, struct vmb_packet *p)
{
	int have;

	if (ch->state != CH_OPEN || ch->stalled)
		return 0;
	if (ch->broken)
		return -EPROTO;
	if (!ch->in.masked) { /* out of turn */
		channel_queue(ch);
		have = ring_in_mask(&ch->in);
	} else {
		have = (int)ring_in_have(&ch->in);
		if (!have) {
			packet_commit(ch);
			have = ring_in_look(&ch->in);
		}
	}
	if (have > 0)
		return take(ch, (uint32_t)have, p);
	ch->drained = have == 0;
	if (have < 0)
		channel_broken(ch, "write index out of range");
	return have;
}

int vmb_pipe_data(const struct vmb_packet *p, const uint8_t **data, size_t *len)
{
	struct vmpipe_hdr h;

	if (p->len < sizeof(h))
		return -EPROTO;
	memcpy(&h, p->data, sizeof(h));
	if (h.type != VMBUS_PIPE_DATA || h.len > p->len - sizeof(h))
		return -EPROTO;
	*data = p->data + sizeof(h);
	*len = h.len;
	return 0;
}

/* --- scatter lists -------------------------------------------------------------------------------------------------------- */

bool vmb_sg_dup(struct vmb_sg *to, const struct vmb_sg *from)
{
	struct iovec *iov = malloc((from->count ? from->count : 1) * sizeof(*iov));

	if (!iov)
		return false;
	if (from->count)
		memcpy(iov, from->iov, from->count * sizeof(*iov));
	to->iov = iov;
	to->count = from->count;
	to->bytes = from->bytes;
	return true;
}

void vmb_sg_free(struct vmb_sg *sg)
{
	free(sg->iov);
	memset(sg, 0, sizeof(*sg));
}

static size_t sg_copy(const struct vmb_sg *sg, size_t offset, uint8_t *buf, size_t len, bool to_guest)
{
	size_t done = 0, n;
	unsigned int i;
	uint8_t *p;

	for (i = 0; i < sg->count && done < len; i++) {
		if (offset >= sg->iov[i].iov_len) {
			offset -= sg->iov[i].iov_len;
			continue;
		}
		p = (uint8_t *)sg->iov[i].iov_base + offset;
		n = sg->iov[i].iov_len - offset;
		n = n < len - done ? n : len - done;
		if (to_guest)
			memcpy(p, buf + done, n);
		else
			memcpy(buf + done, p, n);
		done += n;
		offset = 0;
	}
	return done;
}

size_t vmb_sg_read(const struct vmb_sg *sg, size_t offset, void *buf, size_t len)
{
	return sg_copy(sg, offset, buf, len, false);
}

size_t vmb_sg_write(const struct vmb_sg *sg, size_t offset, const void *buf, size_t len)
{
	return sg_copy(sg, offset, (uint8_t *)buf, len, true);
}

/* --- to the guest ---------------------------------------------------------------------------------------------------------- */

/* The smallest want is told: what else waits is tried again when that fits. */
static int wait_for_room(struct vmb_channel *ch, uint32_t total)
{
	packet_publish(ch);
	if (ch->out.pending && ch->out.pending <= total)
		return -EAGAIN;
	account_allow(&ch->account);
	if (ring_out_block(&ch->out, total))
		return 0;
	ch->count.blocked++;
	if (fault_hit(FAULT_RING_PENDING, ch))
		__atomic_store_n(&ch->out.r.hdr->pending_send_sz, (uint32_t)fault_random(0), __ATOMIC_RELEASE);
	if (!ch->guest_pending_feature || fault_on)
		channel_retry_in(ch, 5 * NS_PER_MS);
	return -EAGAIN;
}

static int make_room(struct vmb_channel *ch, uint32_t total)
{
	int have;

	if (ch->state != CH_OPEN || ch->broken)
		return -ENOTCONN;
	if (total > ch->out.r.size - 8)
		return -EMSGSIZE;
	packet_commit(ch);
	have = ring_out_room(&ch->out, total);
	if (have < 0) {
		channel_broken(ch, "read index out of range");
		return -ENOTCONN;
	}
	return have >= (int)total ? 0 : wait_for_room(ch, total);
}

/* What a batch holds back is bounded, so that the guest may begin. */
static void put_done(struct vmb_channel *ch, uint32_t total)
{
	struct ring_out *out = &ch->out;

	ch->count.packets_out++;
	ch->count.bytes_out += total;
	if (!ch->batch) {
		packet_publish(ch);
	} else if (ring_used(&out->r, out->write, out->published) > out->r.size / 4) {
		packet_publish(ch);
		if (ch->signal_due)
			channel_raise(ch);
	}
}

static void trace_packet(const struct vmb_channel *ch, const struct vmpacket_descriptor *d, const struct iovec *head,
			 const struct iovec *iov, unsigned int count)
{
	static const uint8_t zero[8];
	struct iovec all[16];
	unsigned int n = 0, i;
	size_t payload = 0;

	all[n++] = (struct iovec){ (void *)d, DESCRIPTOR };
	if (head->iov_len)
		all[n++] = *head;
	for (i = 0; i < count && n < 15; i++) {
		all[n++] = iov[i];
		payload += iov[i].iov_len;
	}
	all[n++] = (struct iovec){ (void *)zero, -payload & 7 };
	trace_write(TRACE_PACKET, TRACE_TO_GUEST, ch->relid, 0, ch->spec.name, all, n);
}

/* Descriptor, extra header (its length a multiple of 8), payload, pad, trailer. */
int packet_put(struct vmb_channel *ch, struct vmpacket_descriptor *d, const struct iovec *head, const struct iovec *iov,
	       unsigned int count)
{
	static const uint8_t zero[8];
	size_t payload = 0, len;
	uint64_t trailer;
	unsigned int i;
	int err;

	for (i = 0; i < count; i++)
		payload += iov[i].iov_len;
	len = DESCRIPTOR + head->iov_len + ((payload + 7) & ~(size_t)7);
	if (len / 8 > 0xFFFF)
		return -EMSGSIZE;
	err = make_room(ch, (uint32_t)len + VMBUS_PACKET_TRAILER);
	if (err)
		return err;
	d->offset8 = (uint16_t)((DESCRIPTOR + head->iov_len) / 8);
	d->len8 = (uint16_t)(len / 8);
	trailer = (uint64_t)ch->out.write << 32;
	ring_out_put(&ch->out, d, DESCRIPTOR);
	ring_out_put(&ch->out, head->iov_base, (uint32_t)head->iov_len);
	for (i = 0; i < count; i++)
		ring_out_put(&ch->out, iov[i].iov_base, (uint32_t)iov[i].iov_len);
	ring_out_put(&ch->out, zero, (uint32_t)(-payload & 7));
	ring_out_put(&ch->out, &trailer, VMBUS_PACKET_TRAILER);
	if (__builtin_expect(trace_on, 0))
		trace_packet(ch, d, head, iov, count);
	put_done(ch, (uint32_t)len + VMBUS_PACKET_TRAILER);
	return 0;
}

int packet_put_flat(struct vmb_channel *ch, const uint8_t *bytes, uint32_t len)
{
	uint64_t trailer;
	int err = make_room(ch, len + VMBUS_PACKET_TRAILER);

	if (err)
		return err;
	trailer = (uint64_t)ch->out.write << 32;
	ring_out_put(&ch->out, bytes, len);
	ring_out_put(&ch->out, &trailer, VMBUS_PACKET_TRAILER);
	trace_bytes(TRACE_PACKET, TRACE_TO_GUEST, ch->relid, 0, ch->spec.name, bytes, len);
	put_done(ch, len + VMBUS_PACKET_TRAILER);
	return 0;
}

static int send(struct vmb_channel *ch, uint16_t type, bool want_completion, uint64_t trans_id, const struct iovec *head,
		const struct iovec *iov, unsigned int count)
{
	struct vmpacket_descriptor d = {
		.type = type,
		.flags = want_completion ? VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED : 0,
		.trans_id = trans_id,
	};

	if (__builtin_expect(fault_on, 0))
		return fault_packet(ch, &d, head, iov, count);
	return packet_put(ch, &d, head, iov, count);
}

int vmb_send(struct vmb_channel *ch, uint16_t type, bool want_completion, uint64_t trans_id, const struct iovec *iov,
	     unsigned int count)
{
	static const struct iovec none;

	return send(ch, type, want_completion, trans_id, &none, iov, count);
}

int vmb_send_inband(struct vmb_channel *ch, uint64_t trans_id, bool want_completion, const void *data, size_t len)
{
	struct iovec iov = { (void *)data, len };

	return vmb_send(ch, VM_PKT_DATA_INBAND, want_completion, trans_id, &iov, 1);
}

int vmb_complete(struct vmb_channel *ch, uint64_t trans_id, const void *data, size_t len)
{
	struct iovec iov = { (void *)data, len };

	return vmb_send(ch, VM_PKT_COMP, false, trans_id, &iov, 1);
}

int vmb_send_pipe(struct vmb_channel *ch, uint64_t trans_id, const void *data, size_t len)
{
	struct vmpipe_hdr h = { VMBUS_PIPE_DATA, (uint32_t)len };
	struct iovec iov[2] = { { &h, sizeof(h) }, { (void *)data, len } };

	return vmb_send(ch, VM_PKT_DATA_INBAND, false, trans_id, iov, 2);
}

int vmb_send_xfer(struct vmb_channel *ch, uint64_t trans_id, bool want_completion, uint16_t set_id,
		  const struct vmbus_xfer_range *ranges, unsigned int count, const void *data, size_t len)
{
	struct {
		uint16_t set_id;
		uint8_t sender_owns_set, reserved;
		uint32_t count;
		struct vmbus_xfer_range range[VMB_XFER_MAX];
	} h = { .set_id = set_id, .count = count };
	struct iovec head = { &h, 8 + count * sizeof(*ranges) };
	struct iovec iov = { (void *)data, len };

	if (count > VMB_XFER_MAX)
		return -EMSGSIZE;
	memcpy(h.range, ranges, count * sizeof(*ranges));
	return send(ch, VM_PKT_DATA_USING_XFER_PAGES, want_completion, trans_id, &head, &iov, 1);
}

void vmb_batch_begin(struct vmb_channel *ch)
{
	ch->batch++;
}

void vmb_batch_end(struct vmb_channel *ch)
{
	if (!ch->batch || --ch->batch)
		return;
	if (ch->state != CH_OPEN)
		return;
	packet_publish(ch);
	if (ch->signal_due)
		channel_interrupt(ch);
}

size_t vmb_room(const struct vmb_channel *ch)
{
	int have;

	if (ch->state != CH_OPEN || ch->broken)
		return 0;
	have = ring_out_room((struct ring_out *)&ch->out, ch->out.r.size);
	return have > 0 ? (size_t)have : 0;
}
