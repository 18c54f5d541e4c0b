// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's sending side with a host that lies about its read index: what the guest writes stays in the
 * area, and reads back as it was meant.
 */
#include "fuzz.h"
#include "../../lis/vmbus/ring_math.h"

#define SIZE 1024U
#define GUARD 64

static u8 memory[SIZE + 2 * GUARD], payload[SIZE * 2];
#define area (memory + GUARD)

static void look_at_guards(void)
{
	u32 i;

	for (i = 0; i < GUARD; i++)
		PROMISE(memory[i] == 0xEE && memory[GUARD + SIZE + i] == 0xEE);
}

static u32 write_packet(u32 write, const struct vmpacket_descriptor *d, u32 total)
{
	struct vmpacket_descriptor back;
	struct ring_packet p;
	u64 trailer = ring_trailer(write);
	u32 end, start;

	end = ring_copy_in(area, SIZE, write, d, sizeof(*d));
	end = ring_copy_in(area, SIZE, end, payload, total - sizeof(*d) - sizeof(trailer));
	end = ring_copy_in(area, SIZE, end, &trailer, sizeof(trailer));
	PROMISE(ring_index_ok(end, SIZE) && end != write);
	ring_copy_out(area, SIZE, write, &back, sizeof(back));
	PROMISE(ring_check_packet(&back, ring_bytes_used(end, write, SIZE), &p) == 0);
	PROMISE(p.total_len == total && p.header_len == d->offset8 * 8U);
	start = (u32)(trailer >> 32);
	PROMISE(start == write);
	return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct vmpacket_descriptor d;
	u32 write = 0, read, total, end, header_len, payload_len;

	memset(memory, 0xEE, sizeof(memory));
	memset(payload, 0x5A, sizeof(payload));
	while (in.left) {
		read = take32(&in);
		header_len = take8(&in) & 1 ? take32(&in) : 16U + take8(&in) % 8 * 8;
		payload_len = take8(&in) & 1 ? take32(&in) : take8(&in);
		if (!ring_index_ok(read, SIZE))
			read = read % (SIZE / 8) * 8;
		total = ring_build_descriptor(&d, 6, 0, 1, header_len, payload_len);
		if (total == 0)
			continue;
		PROMISE(total % 8 == 0 && total <= 0x80000U);
		PROMISE(total >= header_len && total - header_len >= payload_len + 8ULL);
		if (!ring_fits(ring_bytes_free(write, read, SIZE), total))
			continue;
		PROMISE(total < SIZE);
		end = write_packet(write, &d, total);
		PROMISE(end != read); /* never full */
		if (ring_signal_after_write(take32(&in), write, read))
			PROMISE(write == read);
		write = end;
		look_at_guards();
	}
	return 0;
}
