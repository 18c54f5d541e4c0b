// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file copy daemon's own transport: rings in user space (docs/wire/02 9) and the frame of messages (docs/wire/03 2).
 */
#include <errno.h>
#include "unit.h"
#include "fcopy/ic_packet.h"
#include "fcopy/uio_ring.h"

#define BYTES (4096 + 256)

static uint8_t mem[BYTES] __attribute__((aligned(8)));
static struct uio_ring r;

static int fresh(void **state)
{
	(void)state;
	memset(mem, 0, sizeof(mem));
	uio_ring_init(&r, mem, sizeof(mem));
	return 0;
}

static void what_goes_in_comes_out(void **state)
{
	uint8_t in[100], out[128];
	uint64_t seed = 7, id;
	unsigned int round, k;

	(void)state;
	for (round = 0; round < 1000; round++) {
		size_t len = 1 + rnd(&seed) % sizeof(in);

		for (k = 0; k < len; k++)
			in[k] = (uint8_t)rnd(&seed);
		assert_int_equal(uio_ring_put(&r, in, len, round), 0);
		row_equal(round, uio_ring_take(&r, out, sizeof(out), &id), (len + 7) / 8 * 8);
		row_equal(round, id, round);
		assert_memory_equal(in, out, len);
		assert_int_equal(uio_ring_take(&r, out, sizeof(out), &id), 0);
	}
}

static void a_ring_is_never_full(void **state)
{
	uint8_t in[24] = { 0 }, out[24];
	unsigned int n = 0;
	uint64_t id;

	(void)state;
	/* 16 + 24 + 8 = 48 bytes each; 256 hold five and not 16 more. */
	while (!uio_ring_put(&r, in, sizeof(in), n))
		n++;
	assert_int_equal(n, 5);
	assert_int_equal(uio_ring_take(&r, out, sizeof(out), &id), 24);
	assert_int_equal(uio_ring_put(&r, in, sizeof(in), 9), 0);
	/* 4 * 48 = 192 are in it: 64 more would fill it. */
	fresh(NULL);
	for (n = 0; n < 4; n++)
		assert_int_equal(uio_ring_put(&r, in, sizeof(in), n), 0);
	assert_int_equal(uio_ring_put(&r, in, 0, 0), 0);
	assert_int_equal(uio_ring_put(&r, in, 16, 0), -EAGAIN);
}

static void a_host_that_lies(void **state)
{
	static const struct {
		uint32_t write;
		uint16_t offset8, len8;
		int want;
	} rows[] = {
		{ 48, 2, 5, 24 },	{ 256, 2, 5, -EPROTO }, { 47, 2, 5, -EPROTO },	  { 0xfffffff8, 2, 5, -EPROTO }, { 8, 2, 5, -EPROTO },
		{ 48, 2, 6, -EPROTO },	{ 48, 1, 5, -EPROTO },	{ 48, 6, 5, -EPROTO },	  { 48, 0xffff, 0xffff, -EPROTO },
		{ 48, 5, 5, 0 },	{ 48, 2, 0, -EPROTO },
	};
	uint8_t out[64];
	uint64_t id;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vmpacket_descriptor d = { .type = VM_PKT_DATA_INBAND, .offset8 = rows[i].offset8, .len8 = rows[i].len8 };

		fresh(NULL);
		memcpy(mem + 4096, &d, sizeof(d));
		r.hdr->write_index = rows[i].write;
		row_equal(i, uio_ring_take(&r, out, sizeof(out), &id), rows[i].want);
	}
	fresh(NULL);
	r.hdr->read_index = 300;
	assert_int_equal(uio_ring_put(&r, out, 8, 0), -EAGAIN);
	assert_int_equal(uio_ring_take(&r, out, sizeof(out), &id), -EPROTO);
}

static void too_large_and_no_data(void **state)
{
	struct vmpacket_descriptor d = { .type = 0xb, .offset8 = 2, .len8 = 2 };
	uint8_t in[64] = { 1 }, out[64];
	uint64_t id;

	(void)state;
	memcpy(mem + 4096, &d, sizeof(d));
	r.hdr->write_index = 24;
	assert_int_equal(uio_ring_put(&r, in, 64, 0), 0);
	assert_int_equal(uio_ring_put(&r, in, 8, 5), 0);
	assert_int_equal(uio_ring_take(&r, out, 8, &id), -EMSGSIZE);
	assert_int_equal(uio_ring_take(&r, out, 8, &id), 8);
	assert_int_equal(id, 5);
}

static size_t negotiation(uint8_t *p, unsigned int f, unsigned int m, const uint16_t *versions, unsigned int units)
{
	struct ic_packet_hdr h = { .pipe = { VMBUS_PIPE_DATA, 0 }, .ic = { .type = IC_MSG_NEGOTIATE, .flags = 3 } };
	struct ic_negotiate n = { (uint16_t)f, (uint16_t)m, 0 };

	h.ic.size = (uint16_t)(sizeof(n) + units * 2);
	h.pipe.len = sizeof(h.ic) + h.ic.size;
	memset(p, 0, 256);
	memcpy(p, &h, sizeof(h));
	memcpy(p + sizeof(h), &n, sizeof(n));
	memcpy(p + sizeof(h) + sizeof(n), versions, units * 2);
	return sizeof(h) + sizeof(n) + units * 2;
}

static void negotiations(void **state)
{
	static const uint16_t both[] = { 1, 0, 3, 0, 1, 1 }, none[] = { 1, 0, 3, 1, 1, 1 };
	struct ic_negotiate_reply reply;
	uint8_t p[256];
	size_t len;

	(void)state;
	len = negotiation(p, 2, 1, both, 6);
	assert_int_equal(ic_packet_negotiate(p, len), 28 + 16);
	memcpy(&reply, p + 28, sizeof(reply));
	assert_true(reply.n.framework_count == 1 && reply.n.message_count == 1 && reply.framework.major == 3 && reply.message.minor == 1);
	assert_int_equal(p[8 + 17], 5);
	len = negotiation(p, 2, 1, none, 6);
	ic_packet_negotiate(p, len);
	assert_int_equal(p[28], 0);
	/* More versions than there are. */
	len = negotiation(p, 100, 100, both, 6);
	ic_packet_negotiate(p, len);
	assert_int_equal(p[28], 0);
	len = negotiation(p, 0xffff, 0xffff, both, 6);
	ic_packet_negotiate(p, len);
	assert_int_equal(p[28], 0);
}

static void frames(void **state)
{
	const uint8_t *body;
	uint8_t p[256];
	size_t len, body_len;
	struct ic_packet_hdr h = { .pipe = { VMBUS_PIPE_DATA, 20 + 36 }, .ic = { .type = IC_MSG_FCOPY, .flags = 3, .size = 36 } };

	(void)state;
	memset(p, 0, sizeof(p));
	memcpy(p, &h, sizeof(h));
	assert_int_equal(ic_packet_kind(p, 64, &body, &body_len), IC_PACKET_REQUEST);
	assert_true(body == p + 28 && body_len == 36);
	assert_int_equal(ic_packet_kind(p, 63, &body, &body_len), -EPROTO);
	assert_int_equal(ic_packet_kind(p, 27, &body, &body_len), -EPROTO);
	ic_packet_answer(p, IC_E_EXISTS);
	assert_int_equal(p[8 + 12], 0x50);
	assert_int_equal(p[8 + 17], 5);
	/* An answer is no request. */
	assert_int_equal(ic_packet_kind(p, 64, &body, &body_len), -EPROTO);
	/* The smaller of what the pipe and the header say. */
	h.ic.size = 4;
	memcpy(p, &h, sizeof(h));
	assert_int_equal(ic_packet_kind(p, 64, &body, &body_len), IC_PACKET_REQUEST);
	assert_int_equal(body_len, 4);
	h.pipe.len = 19;
	memcpy(p, &h, sizeof(h));
	assert_int_equal(ic_packet_kind(p, 64, &body, &body_len), -EPROTO);
	h.pipe.len = 56;
	h.ic.type = IC_MSG_KVP;
	memcpy(p, &h, sizeof(h));
	len = 64;
	assert_int_equal(ic_packet_kind(p, len, &body, &body_len), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_goes_in_comes_out, fresh),
		cmocka_unit_test_setup(a_ring_is_never_full, fresh),
		cmocka_unit_test(a_host_that_lies),
		cmocka_unit_test_setup(too_large_and_no_data, fresh),
		cmocka_unit_test(negotiations),
		cmocka_unit_test(frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
