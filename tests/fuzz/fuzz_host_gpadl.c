// SPDX-License-Identifier: GPL-2.0-only
/* GPADL headers and bodies of every form, interleaved: what is accepted names RAM only, and all of it can be read. */
#include "fuzz.h"
#include "test/bus_guest.h"
#include "vmbus/bus.h"

static void dev_ready(struct vmb_channel *ch)
{
}

static void dev_close(struct vmb_channel *ch)
{
}

static const struct vmb_ops ops = { .ready = dev_ready, .close = dev_close };

static void check(struct vmb_channel *ch, uint32_t id)
{
	static uint8_t to[1 << 16];
	struct vmb_gpadl *g = vmb_gpadl(ch, id);
	struct iovec iov[8192];
	unsigned int n, i;
	size_t size, sum = 0;

	if (!g)
		return;
	size = vmb_gpadl_size(g);
	PROMISE(size && !vmb_gpadl_read(g, size, to, 1) && !vmb_gpadl_read(g, 1, to, (size_t)-1));
	PROMISE(vmb_gpadl_read(g, size > sizeof(to) ? size - sizeof(to) : 0, to, size < sizeof(to) ? size : sizeof(to)));
	n = vmb_gpadl_iov(g, 0, size, iov, 8192);
	PROMISE(n);
	for (i = 0; i < n; i++) {
		uint8_t *p = iov[i].iov_base;

		sum += iov[i].iov_len;
		PROMISE(p >= dbl_ram(0) && p + iov[i].iov_len <= dbl_ram(0) + DBL_RAM);
		PROMISE(p + iov[i].iov_len <= dbl_ram(DBL_HOLE) || p >= dbl_ram(DBL_HOLE + 4096));
	}
	PROMISE(sum == size);
}

/* One byte of input makes a page number that is mostly RAM. */
static uint64_t pfn(struct input *in)
{
	uint8_t b = take8(in);

	return b == 255 ? take64(in) : b == 254 ? DBL_HOLE >> 12 : b * 8UL;
}

static void post_header(struct input *in)
{
	struct vmbus_msg_gpadl_header h = { { 8, 0 }, 1 + take8(in) % 2, take8(in) % 8, 0, 0, 0, 0, { 0 } };
	unsigned int n = take8(in) % 27, i;

	h.range_count = take8(in) % 16 ? 1 : take8(in);
	h.range_buflen = (uint16_t)(take8(in) & 1 ? 8 + 8 * take8(in) : take32(in));
	h.byte_count = take8(in) & 3 ? (uint32_t)(h.range_buflen - 8) / 8 * 4096 : take32(in);
	h.byte_offset = take8(in) & 3 ? 0 : take32(in);
	for (i = 0; i < n; i++)
		h.pfn[i] = pfn(in);
	vmb_post_from_guest(4, 1, &h, 28 + 8 * n);
}

static void post_body(struct input *in)
{
	struct vmbus_msg_gpadl_body b = { { 9, 0 }, take8(in), take8(in) % 8, { 0 } };
	unsigned int n = take8(in) % 29, i;

	for (i = 0; i < n; i++)
		b.pfn[i] = pfn(in);
	vmb_post_from_guest(4, 1, &b, 16 + 8 * n);
}

static void post_teardown(struct input *in)
{
	struct vmbus_msg_gpadl_teardown t = { { 11, 0 }, 1 + take8(in) % 2, take8(in) % 8 };

	vmb_post_from_guest(4, 1, &t, sizeof(t));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmb_offer_spec spec = { .name = "fuzz" };
	struct input in = { data, size };
	struct vmb_channel *ch[2];
	struct dbl_message m;
	uint32_t i;

	guest_boot(0x50003, false);
	for (i = 0; i < 2; i++) {
		spec.instance.b[0] = (uint8_t)i;
		ch[i] = vmb_offer(&spec, &ops, NULL);
	}
	guest_connect(0x50003);
	while (in.left) {
		switch (take8(&in) % 8) {
		case 0: case 1: post_header(&in); break;
		case 2: post_teardown(&in); break;
		default: post_body(&in);
		}
		dbl_run();
		for (i = 0; i < 16; i++)
			check(ch[i / 8], i % 8);
		while (dbl_take(&m))
			;
	}
	guest_end();
	PROMISE(!bus.gpadls && !bus.gpadl_bytes && !bus.gpadl_memory);
	return 0;
}
