// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/vmbus/ring_math.c, one table per function.
 */
#include "unit.h"
#include "../../lis/vmbus/ring_math.h"

#define MAX 0xFFFFFFFFU

static void index_validity(void **state)
{
	static const struct {
		u32 index, size;
		bool ok;
	} t[] = {
		{ 0, 4096, true },     { 8, 4096, true },	{ 4088, 4096, true },
		{ 4096, 4096, false }, { 4104, 4096, false },	{ 1, 4096, false },
		{ 7, 4096, false },    { 4, 4096, false },	{ 4092, 4096, false },
		{ MAX, 4096, false },  { MAX - 7, 4096, false }, { 0, 0, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, ring_index_ok(t[i].index, t[i].size), t[i].ok);
}

static void index_addition(void **state)
{
	static const struct {
		u32 index, len, size, want;
	} t[] = {
		{ 0, 0, 4096, 0 },	{ 0, 8, 4096, 8 },	 { 4088, 8, 4096, 0 },
		{ 4088, 16, 4096, 8 },	{ 4080, 8, 4096, 4088 }, { 16, 4096, 4096, 16 },
		{ 0, 4096, 4096, 0 },
		/* would not fit in 32 bits if added first */
		{ 0xFFFFFFE8U, 0x20, 0xFFFFFFF0U, 0x18 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, ring_index_add(t[i].index, t[i].len, t[i].size), t[i].want);
}

static void bytes_used_and_free(void **state)
{
	static const struct {
		u32 write, read, size, used;
	} t[] = {
		{ 0, 0, 4096, 0 },     { 4088, 4088, 4096, 0 }, { 8, 0, 4096, 8 },
		{ 0, 8, 4096, 4088 },  { 16, 4088, 4096, 24 },	{ 4088, 0, 4096, 4088 },
		{ 0, 4088, 4096, 8 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, ring_bytes_used(t[i].write, t[i].read, t[i].size), t[i].used);
		row_equal(i, ring_bytes_free(t[i].write, t[i].read, t[i].size),
			  t[i].size - t[i].used);
	}
}

/* 9.1: never full, so exact fill does not fit; the largest packet is size - 8. */
static void room_for_a_packet(void **state)
{
	static const struct {
		u32 free, total;
		bool fits;
	} t[] = {
		{ 4096, 4088, true }, { 4096, 4096, false }, { 24, 24, false }, { 32, 24, true },
		{ 0, 24, false },     { 8, 0, true },	     { 0, 0, false },	{ 24, MAX, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, ring_fits(t[i].free, t[i].total), t[i].fits);
}

/* 9.7 step 5 */
static void signal_after_write(void **state)
{
	static const struct {
		u32 mask, old_write, read;
		bool signal;
	} t[] = {
		{ 0, 0, 0, true },    { 0, 64, 64, true },     { 0, 64, 56, false },
		{ 0, 64, 72, false }, { 1, 64, 64, false },    { 0x80000000U, 64, 64, false },
		{ 1, 0, 8, false },   { 0, 0, 4088, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, ring_signal_after_write(t[i].mask, t[i].old_write, t[i].read),
			  t[i].signal);
}

/* 9.7: of several packets at once */
static void signal_after_many(void **state)
{
	static const struct {
		u32 mask, unread, owed;
		bool signal;
	} t[] = {
		{ 0, 64, 64, true },  { 0, 8, 64, true },  { 0, 0, 64, false }, { 0, 72, 64, false },
		{ 1, 64, 64, false }, { 1, 8, 64, false }, { 0, 0, 0, false },	{ 0, MAX, 4096, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, ring_signal_after_many(t[i].mask, t[i].unread, t[i].owed), t[i].signal);
}

/* 9.8 step 4 */
static void signal_after_read(void **state)
{
	static const struct {
		u32 pending, free_now, freed;
		bool signal;
	} t[] = {
		{ 0, 4096, 4096, false }, /* nobody waits */
		{ 64, 128, 64, true },	  /* 64 was not room enough for 64, 128 is */
		{ 64, 128, 56, false },	  /* 72 was room already: signalled before */
		{ 64, 128, 72, true },
		{ 64, 64, 64, false },	  /* exact fill is no room */
		{ 64, 72, 8, true },
		{ 64, 72, 0, false },	  /* nothing freed, room already */
		{ 64, 56, 56, false },	  /* still too little */
		{ 4088, 4096, 4096, true },
		{ 4088, 4088, 4088, false },
		{ 4096, 4096, 4096, false }, /* can never be satisfied */
		{ 8, 16, 200, true },	  /* the producer took some of what was freed */
		{ MAX, 4096, 4096, false },
		{ MAX, MAX, MAX, false },
		{ 16, MAX, MAX, true },	  /* sums beyond 32 bits */
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, ring_signal_after_read(t[i].pending, t[i].free_now, t[i].freed),
			  t[i].signal);
}

/* Every start and length of a small area, compared with a byte-by-byte copy. */
static void copies_wrap(void **state)
{
	u8 data[16], want[16], src[16], got[16];
	u32 at, len, i, end;

	(void)state;
	for (i = 0; i < sizeof(src); i++)
		src[i] = (u8)(0x80 + i);
	for (at = 0; at < sizeof(data); at++) {
		for (len = 0; len <= sizeof(data); len++) {
			memset(data, 0x11, sizeof(data));
			memset(want, 0x11, sizeof(want));
			memset(got, 0, sizeof(got));
			for (i = 0; i < len; i++)
				want[(at + i) % sizeof(data)] = src[i];
			end = (at + len) % sizeof(data);
			assert_int_equal(ring_copy_in(data, sizeof(data), at, src, len), end);
			assert_memory_equal(data, want, sizeof(data));
			assert_int_equal(ring_copy_out(data, sizeof(data), at, got, len), end);
			assert_memory_equal(got, src, len);
			for (i = len; i < sizeof(got); i++)
				assert_int_equal(got[i], 0);
		}
	}
}

/* The example of 9.2: 20 bytes in band, completion asked, id 1. */
static void packet_example(void **state)
{
	static const u8 want[] = { 6, 0, 2, 0, 5, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0 };
	struct vmpacket_descriptor d;

	(void)state;
	assert_int_equal(ring_build_descriptor(&d, VM_PKT_DATA_INBAND,
					       VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED, 1,
					       sizeof(d), 20), 48);
	assert_memory_equal(&d, want, sizeof(want));
}

static void descriptor_lengths(void **state)
{
	static const struct {
		u32 header_len, payload_len, total;
		u16 offset8, len8;
	} t[] = {
		{ 16, 0, 24, 2, 2 },	   { 16, 1, 32, 2, 3 },	    { 16, 8, 32, 2, 3 },
		{ 16, 9, 40, 2, 4 },	   { 40, 20, 72, 5, 8 },
		{ 16, 524264, 524288, 2, 0xFFFF }, { 16, 524263, 524288, 2, 0xFFFF },
		{ 524280, 0, 524288, 0xFFFF, 0xFFFF },
		/* cannot be described */
		{ 16, 524265, 0, 0, 0 },   { 524280, 1, 0, 0, 0 },  { 524288, 0, 0, 0, 0 },
		{ 16, MAX, 0, 0, 0 },	   { 16, MAX - 7, 0, 0, 0 }, { MAX, 16, 0, 0, 0 },
		{ 8, 8, 0, 0, 0 },	   { 0, 8, 0, 0, 0 },	    { 20, 8, 0, 0, 0 },
	};
	struct vmpacket_descriptor d, untouched;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(&d, 0xEE, sizeof(d));
		memset(&untouched, 0xEE, sizeof(untouched));
		row_equal(i, ring_build_descriptor(&d, 9, 0, 7, t[i].header_len, t[i].payload_len),
			  t[i].total);
		if (t[i].total == 0) {
			assert_memory_equal(&d, &untouched, sizeof(d));
			continue;
		}
		row_equal(i, d.offset8, t[i].offset8);
		row_equal(i, d.len8, t[i].len8);
		row_equal(i, d.type, 9);
		row_equal(i, d.flags, 0);
		row_equal(i, d.trans_id, 7);
	}
}

static void trailer(void **state)
{
	(void)state;
	assert_true(ring_trailer(0) == 0);
	assert_true(ring_trailer(0x1008) == 0x0000100800000000ULL);
}

/* 9.11; room is what is available less the trailer */
static void check_packet(void **state)
{
	static const struct {
		u16 offset8, len8;
		u32 avail;
		int err;
		u32 header_len, packet_len;
	} t[] = {
		{ 2, 5, 48, 0, 16, 40 },	  { 2, 5, 4096, 0, 16, 40 },
		{ 5, 5, 48, 0, 40, 40 },	  /* no payload */
		{ 2, 2, 24, 0, 16, 16 },	  /* the shortest packet */
		{ 2, 2, 16, -EINVAL, 0, 0 },	  { 2, 2, 8, -EINVAL, 0, 0 },
		{ 2, 2, 0, -EINVAL, 0, 0 },	  { 2, 2, 23, -EINVAL, 0, 0 },
		{ 2, 1, 64, 0, 16, 56 },	  /* shorter than a descriptor */
		{ 2, 0, 64, 0, 16, 56 },	  { 0, 0, 24, 0, 16, 16 },
		{ 2, 8, 64, 0, 16, 56 },	  /* its trailer is not there */
		{ 2, 7, 64, 0, 16, 56 },	  { 2, 0xFFFF, 64, 0, 16, 56 },
		{ 1, 5, 48, 0, 16, 40 },	  { 0, 5, 48, 0, 16, 40 },
		{ 6, 5, 48, 0, 16, 40 },	  /* payload would start behind the end */
		{ 0xFFFF, 5, 48, 0, 16, 40 },	  { 0xFFFF, 0xFFFF, 24, 0, 16, 16 },
		{ 7, 9, 64, 0, 56, 56 },	  /* header fits what len was cut to */
		{ 8, 9, 64, 0, 16, 56 },	  { 2, 0xFFFF, 524288, 0, 16, 524280 },
		{ 2, 9, 71, 0, 16, 56 },	  /* only whole units count */
	};
	struct vmpacket_descriptor d;
	struct ring_packet p;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		d.type = 0xB;
		d.flags = 0xFFFE;
		d.trans_id = 0x123456789ABCDEF0ULL;
		d.offset8 = t[i].offset8;
		d.len8 = t[i].len8;
		row_equal(i, ring_check_packet(&d, t[i].avail, &p), t[i].err);
		if (t[i].err)
			continue;
		row_equal(i, p.type, 0xB);
		row_equal(i, p.flags, 0xFFFE);
		row_equal(i, p.trans_id, 0x123456789ABCDEF0ULL);
		row_equal(i, p.header_len, t[i].header_len);
		row_equal(i, p.packet_len, t[i].packet_len);
		row_equal(i, p.total_len, t[i].packet_len + 8);
	}
}

/* Whatever a descriptor says, the result lies in what was available and keeps the index on its grid. */
static void check_packet_bounds(void **state)
{
	static const u16 v[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF };
	struct vmpacket_descriptor d;
	struct ring_packet p;
	unsigned int o, l;
	u32 avail;

	(void)state;
	memset(&d, 0, sizeof(d));
	for (avail = 24; avail <= 96; avail++) {
		for (o = 0; o < ARRAY_SIZE(v); o++) {
			for (l = 0; l < ARRAY_SIZE(v); l++) {
				d.offset8 = v[o];
				d.len8 = v[l];
				assert_int_equal(ring_check_packet(&d, avail, &p), 0);
				assert_true(p.header_len >= 16 && p.header_len <= p.packet_len);
				assert_true(p.total_len <= avail);
				assert_int_equal(p.total_len % 8, 0);
				assert_int_equal(p.total_len, p.packet_len + 8);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_validity),     cmocka_unit_test(index_addition),
		cmocka_unit_test(bytes_used_and_free), cmocka_unit_test(room_for_a_packet),
		cmocka_unit_test(signal_after_write), cmocka_unit_test(signal_after_many),
		cmocka_unit_test(signal_after_read),
		cmocka_unit_test(copies_wrap),	      cmocka_unit_test(packet_example),
		cmocka_unit_test(descriptor_lengths), cmocka_unit_test(trailer),
		cmocka_unit_test(check_packet),	      cmocka_unit_test(check_packet_bounds),
	};

	return cmocka_run_group_tests_name("ring_math", tests, NULL, NULL);
}
