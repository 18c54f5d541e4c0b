// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/balloon/dm_check.c: dynamic memory messages, in both directions (docs/wire/06-balloon.md).
 */
#include "unit.h"
#include "../../lis/balloon/dm_check.h"

#define MIB(n) ((n) * 256ULL) /* pages */
#define RANGE(pfn, pages) ((u64)(pfn) | (u64)(pages) << 40)

static void put(u8 *msg, u32 at, u64 value, u32 len)
{
	memcpy(msg + at, &value, len);
}

static u8 *message(u16 type, u16 size)
{
	static u8 msg[DM_MSG_MAX + 64];

	memset(msg, 0, sizeof(msg));
	put(msg, 0, type, 2);
	put(msg, 2, size, 2);
	put(msg, 4, 0xAABBCCDD, 4);
	return msg;
}

/* 3: sizes, directions, and the version a type came with */
static void messages_of_the_host(void **state)
{
	static const struct {
		u16 type, size;
		u32 len, version;
		int want;
	} t[] = {
		{ 2, 16, 16, 0, 2 },	       { 4, 16, 16, DM_VERSION_2_0, 4 },
		{ 6, 16, 16, DM_VERSION_0_3, 6 }, { 8, 16, 16, DM_VERSION_1_0, 8 },
		{ 10, 16, 16, DM_VERSION_2_0, 10 }, { 10, 24, 24, DM_VERSION_2_0, 10 },
		{ 12, 32, 32, DM_VERSION_1_0, 12 }, { 12, 32, 32, DM_VERSION_0_3, -EINVAL },
		{ 12, 32, 32, 0, 12 },	       { 6, 16, 40, DM_VERSION_2_0, 6 }, /* padded */
		{ 8, 4096, 4096, DM_VERSION_2_0, 8 },
		/* lengths that do not hold */
		{ 6, 16, 15, DM_VERSION_2_0, -EINVAL }, { 6, 17, 16, DM_VERSION_2_0, -EINVAL },
		{ 6, 15, 16, DM_VERSION_2_0, -EINVAL }, { 6, 8, 16, DM_VERSION_2_0, -EINVAL },
		{ 6, 7, 16, DM_VERSION_2_0, -EINVAL },	{ 6, 0, 16, DM_VERSION_2_0, -EINVAL },
		{ 6, 0xFFFF, 16, DM_VERSION_2_0, -EINVAL }, { 6, 16, 7, DM_VERSION_2_0, -EINVAL },
		{ 6, 16, 0, DM_VERSION_2_0, -EINVAL },	{ 8, 4097, 4104, DM_VERSION_2_0, -EINVAL },
		{ 2, 15, 16, 0, -EINVAL },
		/* what only a guest sends, and what nobody does */
		{ 0, 16, 16, DM_VERSION_2_0, -EINVAL }, { 1, 16, 16, DM_VERSION_2_0, -EINVAL },
		{ 3, 32, 32, DM_VERSION_2_0, -EINVAL }, { 5, 48, 48, DM_VERSION_2_0, -EINVAL },
		{ 7, 16, 16, DM_VERSION_2_0, -EINVAL }, { 9, 16, 16, DM_VERSION_2_0, -EINVAL },
		{ 11, 16, 16, DM_VERSION_2_0, -EINVAL },
		{ 13, 24, 24, DM_VERSION_2_0, -ENOMSG }, { 14, 24, 24, DM_VERSION_2_0, -ENOMSG },
		{ 0xFFFF, 8, 8, DM_VERSION_2_0, -ENOMSG }, { 13, 24, 23, DM_VERSION_2_0, -EINVAL },
	};
	unsigned int i;
	u32 size;
	u8 *exact;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exact = malloc(t[i].len + 1);
		memcpy(exact, message(t[i].type, t[i].size), t[i].len);
		size = 12345;
		row_equal(i, dm_check_message(exact, t[i].len, t[i].version, &size), t[i].want);
		if (t[i].want > 0)
			row_equal(i, size, t[i].size);
		free(exact);
	}
}

static void answers_and_requests(void **state)
{
	u8 *m = message(DM_CAPABILITIES_RESPONSE, 16);

	(void)state;
	put(m, 8, 5, 8);
	assert_true(dm_response_bits(m) == (DM_RESPONSE_ACCEPTED | DM_RESPONSE_SUPPRESS_STATUS));
	m = message(DM_BALLOON_REQUEST, 16);
	put(m, 8, 0x12345678, 4);
	put(m, 12, 0xFFFFFFFF, 4);
	assert_int_equal(dm_balloon_pages(m), 0x12345678);
}

static void unballoon_counts(void **state)
{
	static const struct {
		u32 count, more, size;
		int want;
	} t[] = {
		{ 0, 0, 16, 0 },	 { 1, 0, 24, 0 },	   { 2, 1, 32, 0 },
		{ 510, 0, 4096, 0 },	 { 1, 0, 4096, 0 },	   { 1, 0xFFFFFFFE, 24, 0 },
		{ 1, 0, 16, -EINVAL },	 { 1, 0, 23, -EINVAL },	   { 3, 0, 32, -EINVAL },
		{ 511, 0, 4096, -EINVAL }, { 0x20000000, 0, 4096, -EINVAL }, /* * 8 wraps */
		{ 0xFFFFFFFF, 0, 4096, -EINVAL }, { 0x1FFFFFFF, 0, 16, -EINVAL },
	};
	unsigned int i;
	bool more;
	u32 count;
	u8 *m;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		m = message(DM_UNBALLOON_REQUEST, (u16)t[i].size);
		put(m, 8, t[i].more, 4);
		put(m, 12, t[i].count, 4);
		row_equal(i, dm_check_unballoon(m, t[i].size, &count, &more), t[i].want);
		if (t[i].want)
			continue;
		row_equal(i, count, t[i].count);
		row_equal(i, more, t[i].more & 1);
	}
}

static void ranges(void **state)
{
	static const struct {
		u64 wire, pfn;
		u32 pages;
		bool ok;
	} t[] = {
		{ RANGE(0x1000, 512), 0x1000, 512, true },
		{ RANGE(0, 1), 0, 1, true },
		{ RANGE(0xFFFFFFFFFFULL, 1), 0xFFFFFFFFFFULL, 1, true },
		{ RANGE(0x123456789AULL, 0xFFFFFF), 0x123456789AULL, 0xFFFFFF, true },
		{ RANGE(0x1000, 0), 0, 0, false },
		{ RANGE(0xFFFFFFFFFFULL, 2), 0, 0, false },
		{ ~0ULL, 0, 0, false },
		{ 0, 0, 0, false },
	};
	u8 *m = message(DM_UNBALLOON_REQUEST, 16 + 8 * ARRAY_SIZE(t));
	struct dm_range r;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		put(m, 16 + 8 * i, t[i].wire, 8);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, dm_unballoon_range(m, i, &r), t[i].ok);
		if (!t[i].ok)
			continue;
		row_equal(i, r.pfn, t[i].pfn);
		row_equal(i, r.pages, t[i].pages);
		row_equal(i, dm_range_encode(r.pfn, r.pages), t[i].wire);
	}
}

static void hot_add(void **state)
{
	static const struct {
		u64 range, region;
		u16 size;
		u64 max_pfn;
		int want;
		u32 region_pages;
	} t[] = {
		{ RANGE(0x8000, 100), 0, 16, 0x10000, 0, 0 },
		{ RANGE(0x8000, 100), RANGE(0x8000, 0x8000), 24, 0x10000, 0, 0x8000 },
		{ RANGE(0x8000, 100), RANGE(0x8000, 100), 24, 0x10000, 0, 100 },
		{ RANGE(0x8000, 100), 0, 24, 0x10000, 0, 0 },
		/* no region when the size says 16 */
		{ RANGE(0x8000, 100), RANGE(1, 1), 16, 0x10000, 0, 0 },
		{ RANGE(0x8000, 0x8000), 0, 16, 0x10000, 0, 0 },
		{ RANGE(0x8000, 0x8001), 0, 16, 0x10000, -EINVAL, 0 },
		{ RANGE(0x10000, 1), 0, 16, 0x10000, -EINVAL, 0 },
		{ RANGE(0x8000, 0), 0, 16, 0x10000, -EINVAL, 0 },
		{ RANGE(0x8000, 100), RANGE(0x8001, 0x8000), 24, 0x100000, -EINVAL, 0 },
		{ RANGE(0x8000, 100), RANGE(0x8000, 99), 24, 0x100000, -EINVAL, 0 },
		{ RANGE(0x8000, 100), RANGE(0x4000, 0x4000), 24, 0x100000, -EINVAL, 0 },
		{ RANGE(0x8000, 100), RANGE(0x8000, 0), 24, 0x100000, -EINVAL, 0 },
		{ RANGE(0xFFFFFFFFFFULL, 0xFFFFFF), 0, 16, ~0ULL, -EINVAL, 0 },
	};
	struct dm_hot_add out;
	unsigned int i;
	u8 *m;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		m = message(DM_HOT_ADD_REQUEST, t[i].size);
		put(m, 8, t[i].range, 8);
		put(m, 16, t[i].region, 8);
		row_equal(i, dm_check_hot_add(m, t[i].size, t[i].max_pfn, &out), t[i].want);
		if (t[i].want)
			continue;
		row_equal(i, out.range.pfn, 0x8000);
		row_equal(i, out.range.pages, t[i].range >> 40);
		row_equal(i, out.region.pages, t[i].region_pages);
	}
}

static void info(void **state)
{
	u8 *m = message(DM_INFO, 32);
	u64 pages = 7;

	(void)state;
	put(m, 20, 8, 4);
	put(m, 24, 0x123456789ULL, 8);
	assert_true(dm_info_max_pages(m, 32, &pages));
	assert_true(pages == 0x123456789ULL);
	assert_false(dm_info_max_pages(m, 31, &pages));
	assert_false(dm_info_max_pages(m, 16, &pages));
	put(m, 20, 4, 4);
	assert_false(dm_info_max_pages(m, 32, &pages));
	put(m, 20, 8, 4);
	put(m, 16, 1, 4);
	assert_false(dm_info_max_pages(m, 32, &pages));
}

static void versions(void **state)
{
	struct dm_version_request msg;

	(void)state;
	assert_int_equal(dm_next_version(0), DM_VERSION_2_0);
	assert_int_equal(dm_next_version(DM_VERSION_2_0), DM_VERSION_1_0);
	assert_int_equal(dm_next_version(DM_VERSION_1_0), DM_VERSION_0_3);
	assert_int_equal(dm_next_version(DM_VERSION_0_3), 0);
	assert_int_equal(dm_next_version(0x12345), 0);
	dm_build_version(&msg, 1, DM_VERSION_2_0);
	assert_int_equal(msg.is_last_attempt, 0);
	dm_build_version(&msg, 1, DM_VERSION_1_0);
	assert_int_equal(msg.is_last_attempt, 0);
}

/* 3: what the guest sends, byte for byte */
static void built_messages(void **state)
{
	static const u8 version[] = { 1, 0, 16, 0, 9, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0 };
	static const u8 caps[] = { 3,	 0,    32,   0,	   9,	 0,    0,    0,	   0x1F, 0, 0,
				   0,	 0,    0,    0,	   0,	 0,    0,    0,	   0,	 0, 0,
				   0,	 0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	static const u8 unballoon[] = { 9, 0, 8, 0, 9, 0, 0, 0 };
	static const u8 added[] = { 11, 0, 16, 0, 9, 0, 0, 0, 0, 0x80, 0, 0, 1, 0, 0, 0 };
	struct dm_hot_add_response ha;
	struct dm_version_request v;
	struct dm_capabilities c;
	struct dm_status s;
	struct dm_hdr h;

	(void)state;
	assert_int_equal(dm_build_version(&v, 9, DM_VERSION_0_3), 16);
	assert_memory_equal(&v, version, 16);
	assert_int_equal(dm_build_capabilities(&c, 9, true, true, DM_ALIGN_CLASSIC_PAGES), 32);
	assert_memory_equal(&c, caps, 32);
	dm_build_capabilities(&c, 9, true, false, 256);
	assert_int_equal(c.caps, 1);
	dm_build_capabilities(&c, 9, false, true, MIB(2));
	assert_int_equal(c.caps, 2 | 1 << 2);
	assert_int_equal(dm_build_unballoon_response(&h, 9), 8);
	assert_memory_equal(&h, unballoon, 8);
	assert_int_equal(dm_build_hot_add_response(&ha, 9, 0x8000, false), 16);
	assert_memory_equal(&ha, added, 16);
	memset(&s, 0xEE, sizeof(s));
	assert_int_equal(dm_build_status(&s, 9, 1000, 2000), 48);
	assert_true(s.hdr.type == 5 && s.hdr.size == 48 && s.hdr.trans_id == 9);
	assert_true(s.available == 1000 && s.committed == 2000);
	assert_true(!s.page_file_size && !s.zero_free && !s.page_file_writes && !s.io_diff);
}

/* 8 step 4 */
static void hot_add_results(void **state)
{
	static const struct {
		u32 pages;
		bool permanent;
		u32 result;
	} t[] = { { 5, false, 1 }, { 5, true, 1 }, { 0, true, 1 }, { 0, false, 0 } };
	struct dm_hot_add_response msg;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		dm_build_hot_add_response(&msg, 1, t[i].pages, t[i].permanent);
		row_equal(i, msg.result, t[i].result);
		row_equal(i, msg.pages, t[i].pages);
	}
}

static void balloon_response(void **state)
{
	static struct dm_balloon_response msg;
	u32 i;

	(void)state;
	memset(&msg, 0xEE, sizeof(msg));
	dm_balloon_response_start(&msg);
	assert_int_equal(dm_balloon_response_end(&msg, 3, false), 16);
	assert_true(msg.hdr.type == 7 && msg.hdr.size == 16 && msg.hdr.trans_id == 3);
	assert_true(msg.reserved == 0 && msg.more_and_count == 0);

	dm_balloon_response_start(&msg);
	for (i = 0; i < 510; i++)
		assert_true(dm_balloon_response_add(&msg, 0x1000 + i, 512));
	assert_false(dm_balloon_response_add(&msg, 1, 1));
	assert_int_equal(dm_balloon_response_end(&msg, 4, true), 4096);
	assert_int_equal(msg.hdr.size, 4096);
	assert_int_equal(msg.more_and_count, 510 << 1 | 1);
	assert_true(msg.ranges[0] == RANGE(0x1000, 512) && msg.ranges[509] == RANGE(0x11FD, 512));
}

static void alignment(void **state)
{
	static const struct {
		u64 pages;
		u32 log2;
	} t[] = {
		{ MIB(1), 0 },	  { MIB(2), 1 },	{ MIB(3), 2 }, { MIB(128), 7 },
		{ MIB(2048), 11 }, { MIB(32768), 15 }, { MIB(65536), 15 }, { ~0ULL, 15 }, { 0, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, dm_align_log2_mib(t[i].pages), t[i].log2);
}

/* 5: the table in MiB, each bound from both sides */
static void memory_floor(void **state)
{
	static const struct {
		u32 ram, floor;
	} t[] = {
		{ 64, 40 },	{ 126, 71 },	 { 128, 72 },	{ 256, 104 },	 { 508, 167 },
		{ 512, 168 },	{ 1024, 232 },	 { 2040, 359 }, { 2048, 360 },	 { 4096, 488 },
		{ 8176, 743 },	{ 8192, 744 },	 { 16384, 1000 }, { 32768, 1512 }, { 0, 8 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, dm_floor(MIB(t[i].ram)), MIB(t[i].floor));
}

static void committed_and_limit(void **state)
{
	static const struct {
		u32 wanted;
		u64 available, floor;
		u32 want;
	} t[] = {
		{ 100, 1000, 500, 100 }, { 500, 1000, 500, 500 },  { 501, 1000, 500, 500 },
		{ 100, 500, 500, 0 },	 { 100, 400, 500, 0 },	   { 0, 1000, 500, 0 },
		{ 0xFFFFFFFF, 1ULL << 40, 0, 0xFFFFFFFF },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, dm_balloon_limit(t[i].wanted, t[i].available, t[i].floor), t[i].want);
	assert_int_equal(dm_committed(1000, 200, 50, 20, 7), 1237);
	assert_int_equal(dm_committed(1000, 200, 20, 50, 7), 1207);
}

static void blocks(void **state)
{
	static const struct {
		u64 block, pfn;
		u32 pages;
	} want[] = { { 0x8000, 0xFFFF, 1 }, { 0x10000, 0x10000, 0x8000 }, { 0x18000, 0x18000, 5 } };
	struct dm_range r = { 0xFFFF, 0x8006 };
	struct dm_block b;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(dm_next_block(&r, 0x8000, &b));
		row_equal(i, b.block, want[i].block);
		row_equal(i, b.pfn, want[i].pfn);
		row_equal(i, b.pages, want[i].pages);
	}
	assert_false(dm_next_block(&r, 0x8000, &b));
}

/* 11: with 2 MiB units the element is the byte address plus the low bits */
static void heat_ranges(void **state)
{
	static const struct {
		u64 pfn, pages, want;
	} t[] = {
		{ 0x100000, 512, 0x100000800ULL },	{ 0x100000, 1024, 0x100000801ULL },
		{ 0x200, 2048 * 512, 0x200FFFULL },	{ 0, 512, 0x800 },
		{ 0x200, 2049 * 512, 0 },		{ 0x200, 0, 0 },
		{ 0x200, 511, 0 },			{ 0x201, 512, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, dm_heat_range(t[i].pfn, t[i].pages), t[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_of_the_host), cmocka_unit_test(answers_and_requests),
		cmocka_unit_test(unballoon_counts),	cmocka_unit_test(ranges),
		cmocka_unit_test(hot_add),		cmocka_unit_test(info),
		cmocka_unit_test(versions),		cmocka_unit_test(built_messages),
		cmocka_unit_test(hot_add_results),	cmocka_unit_test(balloon_response),
		cmocka_unit_test(alignment),		cmocka_unit_test(memory_floor),
		cmocka_unit_test(committed_and_limit),	cmocka_unit_test(blocks),
		cmocka_unit_test(heat_ranges),
	};

	return cmocka_run_group_tests_name("dm_check", tests, NULL, NULL);
}
