/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: ring buffer arithmetic and packet checks (docs/wire/02-vmbus.md 9).
 *
 * Indices are byte offsets into a data area of `size` bytes, multiples of 8, less than size. A full ring is never
 * allowed, so write == read always means empty.
 */
#ifndef _LIS_RING_MATH_H
#define _LIS_RING_MATH_H

#include "pure.h"
#include <wire/vmbus.h>

#define RING_UNIT 8U

/* One packet as the checks left it: every field lies within what was available. */
struct ring_packet {
	u16 type;
	u16 flags;
	u64 trans_id;
	u32 header_len; /* bytes from the descriptor to the payload, at least 16 */
	u32 packet_len; /* bytes from the descriptor to the end of the payload, padding included */
	u32 total_len; /* packet_len + trailer: what the reader advances by */
};

/* Every packet goes through these: a call would cost more than what they do. */

static inline bool ring_index_ok(u32 index, u32 size)
{
	return index < size && index % RING_UNIT == 0;
}

static inline u32 ring_index_add(u32 index, u32 len, u32 size)
{
	u32 to_end = size - index;

	/* Compared before adding: index + len may not fit in 32 bits. */
	return len < to_end ? index + len : len - to_end;
}

static inline u32 ring_bytes_used(u32 write, u32 read, u32 size)
{
	return write >= read ? write - read : size - (read - write);
}

static inline u32 ring_bytes_free(u32 write, u32 read, u32 size)
{
	return size - ring_bytes_used(write, read, size);
}

/* May a packet of total bytes (trailer included) be written into free bytes? */
static inline bool ring_fits(u32 free, u32 total)
{
	/* Exact fill would make write == read, which means empty. */
	return free > total;
}

/* 9.7 step 5: must the producer signal, given the consumer's mask and read index read after the store? */
static inline bool ring_signal_after_write(u32 mask, u32 old_write, u32 read)
{
	return mask == 0 && old_write == read;
}

/*
 * The same for several packets that the host was told of late: unread bytes it has before it, owed bytes were written
 * since it was last told. It may have stopped anywhere between them. With more before it, it has not come to the first
 * of them yet.
 */
static inline bool ring_signal_after_many(u32 mask, u32 unread, u32 owed)
{
	return mask == 0 && unread && unread <= owed;
}

/* 9.8 step 4: must the consumer signal a producer that waits for pending bytes, after freeing freed bytes? */
static inline bool ring_signal_after_read(u32 pending, u32 free_now, u32 freed)
{
	if (pending == 0 || !ring_fits(free_now, pending))
		return false;
	/*
	 * free_now - freed <= pending, written as a sum: the producer may have filled the room
	 * again meanwhile, and free_now is then less than freed.
	 */
	return (u64)pending + freed >= free_now;
}

/* Copy into / out of a data area that is not mapped twice; return the index behind the copy. len <= size. */
u32 ring_copy_in(u8 *data, u32 size, u32 at, const void *src, u32 len);
u32 ring_copy_out(const u8 *data, u32 size, u32 at, void *dst, u32 len);

/*
 * Fill a descriptor for a packet of header_len bytes (descriptor included, a multiple of 8) and payload_len bytes.
 * Return the total the packet takes in the ring (padding and trailer included), or 0 when it cannot be described
 * (16-bit length in units of 8).
 */
u32 ring_build_descriptor(struct vmpacket_descriptor *d, u16 type, u16 flags, u64 trans_id, u32 header_len,
			  u32 payload_len);

/* The trailer of a packet that began at index start (9.2). */
static inline u64 ring_trailer(u32 start)
{
	return (u64)start << 32;
}

/*
 * Check a private copy of a descriptor against avail readable bytes (9.11). Return 0 and fill *out, or -EINVAL when
 * not even a descriptor and trailer fit; lengths that lie are bounded the way 9.11 says.
 */
int ring_check_packet(const struct vmpacket_descriptor *copy, u32 avail, struct ring_packet *out);

#endif
