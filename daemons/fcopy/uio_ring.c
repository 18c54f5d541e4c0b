// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: rings in user space (uio_ring.h).
 */
#include <errno.h>
#include <string.h>
#include "fcopy/uio_ring.h"

void uio_ring_init(struct uio_ring *r, void *mem, uint32_t bytes)
{
	r->hdr = mem;
	r->data = (uint8_t *)mem + sizeof(struct vmbus_ring_hdr);
	r->size = bytes - (uint32_t)sizeof(struct vmbus_ring_hdr);
}

static int index_ok(const struct uio_ring *r, uint32_t index)
{
	return index < r->size && index % 8 == 0;
}

/* len <= size */
static void copy_from(const struct uio_ring *r, uint32_t at, void *to, uint32_t len)
{
	uint32_t first = r->size - at < len ? r->size - at : len;

	memcpy(to, r->data + at, first);
	memcpy((uint8_t *)to + first, r->data, len - first);
}

static uint32_t copy_to(struct uio_ring *r, uint32_t at, const void *from, uint32_t len)
{
	uint32_t first = r->size - at < len ? r->size - at : len;

	memcpy(r->data + at, from, first);
	memcpy(r->data, (const uint8_t *)from + first, len - first);
	return (at + len) % r->size;
}

void uio_ring_mask(struct uio_ring *r, int masked)
{
	r->hdr->interrupt_mask = (uint32_t)masked;
	__sync_synchronize();
}

/* One packet at `at`, of which `used` bytes are there: its payload's length, or why not; *total: how far to go. */
static int take_one(const struct uio_ring *r, uint32_t at, uint32_t used, uint8_t *out, size_t room, uint64_t *id,
		uint32_t *total)
{
	struct vmpacket_descriptor d;
	uint32_t len, head;

	if (used < sizeof(d) + VMBUS_PACKET_TRAILER)
		return -EPROTO;
	copy_from(r, at, &d, sizeof(d));
	len = d.len8 * 8U;
	head = d.offset8 * 8U;
	if (len > used - VMBUS_PACKET_TRAILER || head < sizeof(d) || head > len)
		return -EPROTO;
	*total = len + VMBUS_PACKET_TRAILER;
	*id = d.trans_id;
	if (d.type != VM_PKT_DATA_INBAND)
		return 0;
	if (len - head > room)
		return -EMSGSIZE;
	copy_from(r, (at + head) % r->size, out, len - head);
	return (int)(len - head);
}

int uio_ring_take(struct uio_ring *r, uint8_t *out, size_t room, uint64_t *id)
{
	uint32_t at = r->hdr->read_index, end, used, total;
	int got = 0;

	end = r->hdr->write_index;
	__sync_synchronize();
	if (!index_ok(r, at) || !index_ok(r, end))
		return -EPROTO;
	while (!got && at != end) {
		used = (end + r->size - at) % r->size;
		got = take_one(r, at, used, out, room, id, &total);
		if (got == -EPROTO)
			return got;
		at = (at + total) % r->size;
	}
	__sync_synchronize();
	r->hdr->read_index = at;
	return got;
}

int uio_ring_put(struct uio_ring *r, const uint8_t *payload, size_t len, uint64_t id)
{
	const uint32_t padded = (uint32_t)(len + 7) / 8 * 8;
	struct vmpacket_descriptor d = { .type = VM_PKT_DATA_INBAND, .offset8 = sizeof(d) / 8, .trans_id = id };
	const uint32_t total = (uint32_t)sizeof(d) + padded + VMBUS_PACKET_TRAILER;
	uint32_t at = r->hdr->write_index, read = r->hdr->read_index, start;
	const uint8_t zeros[8] = { 0 };
	uint64_t trailer;

	__sync_synchronize();
	/* Not one byte more than leaves it not full; the host's index decides only when it makes sense. */
	if (!index_ok(r, at) || !index_ok(r, read) || r->size - (at + r->size - read) % r->size <= total)
		return -EAGAIN;
	d.len8 = (uint16_t)((sizeof(d) + padded) / 8);
	start = at;
	trailer = (uint64_t)start << 32;
	at = copy_to(r, at, &d, sizeof(d));
	at = copy_to(r, at, payload, (uint32_t)len);
	at = copy_to(r, at, zeros, padded - (uint32_t)len);
	at = copy_to(r, at, &trailer, sizeof(trailer));
	__sync_synchronize();
	r->hdr->write_index = at;
	__sync_synchronize();
	return 0;
}
