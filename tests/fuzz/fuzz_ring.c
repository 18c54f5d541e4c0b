// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole hostile ring: the host chooses the data area and moves its write index wherever it likes
 * between two packets. The reader takes each shared field once and checks it, as the drivers do; it must
 * never leave the area, and every packet must bring it forward.
 */
#include "fuzz.h"
#include "../../lis/vmbus/ring_math.h"

#define SIZE 4096U
#define ROUNDS 64

static u8 area[SIZE], packet[SIZE];

/* One packet of what lies between read and write. Returns the new read index. */
static u32 read_one(u32 read, u32 used, const struct vmpacket_descriptor *d)
{
	struct ring_packet p;
	u32 end;

	if (ring_check_packet(d, used, &p)) {
		PROMISE(used < 24);
		return ring_index_add(read, used, SIZE);
	}
	PROMISE(p.header_len >= sizeof(*d) && p.header_len <= p.packet_len);
	PROMISE(p.packet_len + VMBUS_PACKET_TRAILER == p.total_len);
	PROMISE(p.total_len <= used && p.total_len % 8 == 0);
	end = ring_copy_out(area, SIZE, read, packet, p.packet_len);
	PROMISE(ring_index_ok(end, SIZE));
	PROMISE(p.type == d->type && p.flags == d->flags && p.trans_id == d->trans_id);
	return ring_index_add(read, p.total_len, SIZE);
}

/* Read until empty. The private copy is what counts: the host may rewrite the area at once. */
static u32 drain(struct input *in, u32 read, u32 write)
{
	struct vmpacket_descriptor d;
	u32 used, before, n = 0;

	while ((used = ring_bytes_used(write, read, SIZE)) != 0) {
		PROMISE(used < SIZE && used % 8 == 0);
		before = used;
		memset(&d, 0, sizeof(d));
		ring_copy_out(area, SIZE, read, &d, used < sizeof(d) ? used : sizeof(d));
		if (take8(in) & 1)
			take(in, area + take32(in) % (SIZE - 8), 8);
		read = read_one(read, used, &d);
		PROMISE(ring_index_ok(read, SIZE));
		PROMISE(ring_bytes_used(write, read, SIZE) < before);
		PROMISE(++n <= SIZE / 8);
	}
	return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	u32 read = take32(&in) % (SIZE / 8) * 8;
	u32 write, freed, pending, room, rounds;
	size_t len;

	len = in.left < SIZE ? in.left : SIZE;
	memset(area, 0, sizeof(area));
	take(&in, area, len);
	/* The indices come out of the same bytes: most inputs have nothing behind them. */
	in.at = data;
	in.left = size;
	for (rounds = 0; rounds < ROUNDS && in.left; rounds++) {
		write = take32(&in);
		if (rounds % 2)
			write = write % (SIZE / 8) * 8;
		if (!ring_index_ok(write, SIZE)) {
			PROMISE(write >= SIZE || write % 8);
			continue;
		}
		freed = ring_bytes_used(write, read, SIZE);
		read = drain(&in, read, write);
		PROMISE(read == write);
		room = ring_bytes_free(write, read, SIZE);
		PROMISE(room == SIZE);
		pending = take32(&in);
		if (ring_signal_after_read(pending, room, freed))
			PROMISE(pending != 0 && pending < room && room - freed <= pending);
	}
	return 0;
}
