// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes in the ring from the guest, any header: packets the device gets lie within the rules. */
#include "fuzz.h"
#include "test/bus_guest.h"
#include "vmbus/bus.h"

static void check_range(const struct vmb_sg *r)
{
	size_t bytes = 0;

	for (unsigned int i = 0; i < r->count; i++) {
		uint8_t *p = r->iov[i].iov_base;

		PROMISE(p >= dbl_ram(0) && p + r->iov[i].iov_len <= dbl_ram(0) + DBL_RAM);
		PROMISE(p + r->iov[i].iov_len <= dbl_ram(DBL_HOLE) || p >= dbl_ram(DBL_HOLE + 4096));
		bytes += r->iov[i].iov_len;
	}
	PROMISE(bytes == r->bytes);
}

static void dev_ready(struct vmb_channel *ch)
{
	size_t bytes, sum;
	struct vmb_packet p;
	uint8_t last;

	while (vmb_recv(ch, &p) > 0) {
		PROMISE(p.len % 8 == 0 && p.len <= 1024);
		if (p.len)
			last = p.data[p.len - 1];
		check_range(&p.sg);
		for (sum = 0, bytes = 0; sum < p.ranges; sum++) {
			check_range(&p.range[sum]);
			bytes += p.range[sum].bytes;
		}
		PROMISE(bytes == p.sg.bytes);
		vmb_complete(ch, p.trans_id, &last, p.len ? 1 : 0);
	}
}

static void dev_close(struct vmb_channel *ch)
{
}

static const struct vmb_ops ops = { .ready = dev_ready, .close = dev_close };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmb_offer_spec spec = { .name = "fuzz", .max_packet = 1024 };
	struct guest_channel c = { .vp = 1 };
	struct input in = { data, size };
	struct vmbus_msg_offer o;
	uint32_t at, len;

	guest_boot(0x50003, false);
	vmb_offer(&spec, &ops, NULL);
	guest_connect(0x50003);
	guest_expect(1, &o, sizeof(o));
	guest_expect(4, NULL, 0);
	PROMISE(guest_open(&c, &o, GUEST_RINGS, 2) == 0);
	while (in.left) {
		at = take32(&in) % c.out.size;
		len = take8(&in) * 8U;
		len = len < c.out.size - at ? len : c.out.size - at;
		take(&in, c.out.data + at, len);
		c.out.hdr->write_index = take32(&in);
		c.out.hdr->pending_send_sz = take32(&in);
		c.in.hdr->read_index = take32(&in);
		c.in.hdr->interrupt_mask = take8(&in) & 1;
		dbl_signal(c.connection_id);
		dbl_run();
		PROMISE(c.in.hdr->write_index < c.in.size && c.out.hdr->read_index < c.out.size);
	}
	guest_end();
	return 0;
}
