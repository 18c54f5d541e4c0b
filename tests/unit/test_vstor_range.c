// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/storage/vstor_range.c: guest memory as one range of pages (docs/wire/04-storage.md 5.1).
 */
#include "unit.h"
#include "../../lis/storage/vstor_range.h"

static void pieces(void **state)
{
	static const struct {
		u64 addr[3];
		u32 len[3];
		int want; /* of the last piece */
		u32 offset, total, count;
	} t[] = {
		{ { 0x1000 }, { 4096 }, 0, 0, 4096, 1 },
		{ { 0x1200 }, { 512 }, 0, 0x200, 512, 1 },
		{ { 0x1200 }, { 4096 }, 0, 0x200, 4096, 2 },
		{ { 0x1E00, 0x8000 }, { 512, 4096 }, 0, 0xE00, 4608, 2 },
		{ { 0x1000, 0x8000, 0x3000 }, { 4096, 8192, 100 }, 0, 0, 12388, 4 },
		/* on within a page that is listed already */
		{ { 0x1000, 0x1200 }, { 512, 512 }, 0, 0, 1024, 1 },
		{ { 0x1000, 0x1200 }, { 512, 8192 }, 0, 0, 8704, 3 },
		/* gaps */
		{ { 0x1000, 0x8000 }, { 512, 4096 }, -EXDEV, 0, 512, 1 },
		{ { 0x1000, 0x8200 }, { 4096, 512 }, -EXDEV, 0, 4096, 1 },
		{ { 0x1000, 0x1400 }, { 512, 512 }, -EXDEV, 0, 512, 1 },
		{ { 0x1000, 0x2000 }, { 4096, 0 }, 0, 0, 4096, 1 },
		/* more pages than there is room for */
		{ { 0x1000 }, { 4 * 4096 }, 0, 0, 4 * 4096, 4 },
		{ { 0x1001 }, { 4 * 4096 }, -ENOSPC, 1, 0, 0 },
		{ { 0x1000, 0x9000 }, { 4 * 4096, 1 }, -ENOSPC, 0, 4 * 4096, 4 },
	};
	u64 pfns[4];
	struct vstor_range r;
	unsigned int i, n;
	int ret = 0;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		vstor_range_start(&r, pfns, 4);
		for (n = 0; n < 3 && (t[i].addr[n] || n == 0); n++)
			ret = vstor_range_add(&r, t[i].addr[n], t[i].len[n]);
		row_equal(i, ret, t[i].want);
		row_equal(i, r.offset, t[i].offset);
		row_equal(i, r.len, t[i].total);
		row_equal(i, r.count, t[i].count);
	}
}

/* The pages named are those the bytes lie in, in order. */
static void pages_named(void **state)
{
	u64 pfns[8];
	struct vstor_range r;

	(void)state;
	vstor_range_start(&r, pfns, 8);
	assert_int_equal(vstor_range_add(&r, 0x12345E00ULL, 512), 0);
	assert_int_equal(vstor_range_add(&r, 0xABCDE000000ULL, 8192), 0);
	assert_int_equal(vstor_range_add(&r, 0x7000, 1), 0);
	assert_int_equal(r.count, 4);
	assert_int_equal(pfns[0], 0x12345);
	assert_int_equal(pfns[1], 0xABCDE000);
	assert_int_equal(pfns[2], 0xABCDE001);
	assert_int_equal(pfns[3], 7);
	assert_int_equal(vstor_range_pages(4096), 2);
	assert_int_equal(vstor_range_pages(4097), 3);
	assert_int_equal(vstor_range_pages(1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(pieces), cmocka_unit_test(pages_named) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
