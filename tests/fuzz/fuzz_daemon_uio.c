// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings a host writes to, taken apart in user space, and the frames in them: nothing is read or written beyond them.
 */
#include <errno.h>
#include "fuzz.h"
#include "fcopy/ic_packet.h"
#include "fcopy/uio_ring.h"

#define DATA 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t *mem = aligned_alloc(8, 4096 + DATA), *packet = malloc(256);
	struct uio_ring r;
	uint64_t id;
	int turn, got;

	memset(mem, 0, 4096 + DATA);
	uio_ring_init(&r, mem, 4096 + DATA);
	r.hdr->read_index = take32(&in) % (2 * DATA);
	r.hdr->write_index = take32(&in) % (2 * DATA);
	take(&in, r.data, DATA);
	for (turn = 0; turn < 8; turn++) {
		const uint8_t *body;
		size_t len;

		got = uio_ring_take(&r, packet, 256, &id);
		PROMISE(got <= 256 && got % 8 == 0 || got == -EPROTO || got == -EMSGSIZE);
		if (got > 0 && ic_packet_kind(packet, (size_t)got, &body, &len) >= 0) {
			PROMISE(body >= packet && body + len <= packet + got);
			if (ic_packet_negotiate(packet, (size_t)got) <= 256)
				ic_packet_answer(packet, 0);
		}
		got = uio_ring_put(&r, packet, take8(&in), id);
		PROMISE(!got || got == -EAGAIN);
		if (!got)
			PROMISE(r.hdr->write_index < DATA && r.hdr->write_index % 8 == 0);
	}
	free(mem);
	free(packet);
	return 0;
}
