// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: ring buffer arithmetic and packet checks (docs/wire/02-vmbus.md 9).
 *
 * The other side writes half of what these functions are given. The caller reads each shared field
 * once, checks it with ring_index_ok(), and hands over the private copy; from there every result
 * stays inside the ring.
 */
#include "ring_math.h"

#define RING_DESCRIPTOR_LEN ((u32)sizeof(struct vmpacket_descriptor))
#define RING_PACKET_MAX (0xFFFFU * RING_UNIT) /* len8 is 16 bits wide */

u32 ring_copy_in(u8 *data, u32 size, u32 at, const void *src, u32 len)
{
	u32 to_end = size - at;
	u32 first = len < to_end ? len : to_end;

	memcpy(data + at, src, first);
	memcpy(data, (const u8 *)src + first, len - first);
	return ring_index_add(at, len, size);
}

u32 ring_copy_out(const u8 *data, u32 size, u32 at, void *dst, u32 len)
{
	u32 to_end = size - at;
	u32 first = len < to_end ? len : to_end;

	memcpy(dst, data + at, first);
	memcpy((u8 *)dst + first, data, len - first);
	return ring_index_add(at, len, size);
}

u32 ring_build_descriptor(struct vmpacket_descriptor *d, u16 type, u16 flags, u64 trans_id,
			  u32 header_len, u32 payload_len)
{
	u32 packet_len;

	if (header_len < RING_DESCRIPTOR_LEN || header_len % RING_UNIT ||
	    header_len > RING_PACKET_MAX)
		return 0;
	if (payload_len > RING_PACKET_MAX - header_len)
		return 0;
	packet_len = header_len + (payload_len + RING_UNIT - 1) / RING_UNIT * RING_UNIT;

	d->type = type;
	d->offset8 = header_len / RING_UNIT;
	d->len8 = packet_len / RING_UNIT;
	d->flags = flags;
	d->trans_id = trans_id;
	return packet_len + VMBUS_PACKET_TRAILER;
}

int ring_check_packet(const struct vmpacket_descriptor *copy, u32 avail, struct ring_packet *out)
{
	u32 header_len = copy->offset8 * RING_UNIT;
	u32 packet_len = copy->len8 * RING_UNIT;
	u32 room;

	if (avail < RING_DESCRIPTOR_LEN + VMBUS_PACKET_TRAILER)
		return -EINVAL;
	/* Whole units only, or the read index would leave its grid. */
	room = avail / RING_UNIT * RING_UNIT - VMBUS_PACKET_TRAILER;
	if (packet_len < RING_DESCRIPTOR_LEN || packet_len > room)
		packet_len = room;
	if (header_len < RING_DESCRIPTOR_LEN || header_len > packet_len)
		header_len = RING_DESCRIPTOR_LEN;

	out->type = copy->type;
	out->flags = copy->flags;
	out->trans_id = copy->trans_id;
	out->header_len = header_len;
	out->packet_len = packet_len;
	out->total_len = packet_len + VMBUS_PACKET_TRAILER;
	return 0;
}
