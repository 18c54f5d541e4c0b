// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/vmbus/gpadl_msg.c: header and bodies together carry every PFN once, in order, and nothing else.
 */
#include "unit.h"
#include "../../lis/vmbus/msg_check.h"

#define PAGE HVW_PAGE_SIZE

static u64 pfn_of(const void *ctx, u32 page)
{
	return *(const u64 *)ctx + page;
}

static void body_counts(void **state)
{
	static const struct {
		u32 pages, bodies;
	} t[] = {
		{ 1, 0 },  { 26, 0 }, { 27, 1 }, { 54, 1 },	{ 55, 2 },
		{ 64, 2 }, { 82, 2 }, { 83, 3 }, { 8190, 292 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, vmbus_gpadl_bodies(t[i].pages), t[i].bodies);
}

/* 6.4: 64 pages in one range */
static void example_of_64_pages(void **state)
{
	static const u8 fixed[] = { 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0x10, 0x1E, 0x0E, 0,
				    8, 2, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0 };
	static const u8 body_fixed[] = { 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x1E, 0x0E, 0 };
	struct vmbus_msg_gpadl_header h;
	struct vmbus_msg_gpadl_body b;
	u64 base = 0x123456000ULL;

	(void)state;
	memset(&h, 0xEE, sizeof(h));
	memset(&b, 0xEE, sizeof(b));
	assert_int_equal(vmbus_gpadl_fill_header(&h, 5, VMBUS_GPADL_FIRST_ID, 64, 64 * PAGE, pfn_of,
						 &base), 236);
	assert_memory_equal(&h, fixed, sizeof(fixed));
	assert_true(h.pfn[0] == base && h.pfn[25] == base + 25);
	assert_int_equal(vmbus_gpadl_fill_body(&b, VMBUS_GPADL_FIRST_ID, 0, 64, pfn_of, &base), 240);
	assert_memory_equal(&b, body_fixed, sizeof(body_fixed));
	assert_true(b.pfn[0] == base + 26 && b.pfn[27] == base + 53);
	assert_int_equal(vmbus_gpadl_fill_body(&b, VMBUS_GPADL_FIRST_ID, 1, 64, pfn_of, &base), 96);
	assert_true(b.pfn[0] == base + 54 && b.pfn[9] == base + 63);
	assert_true(b.pfn[10] == 0 && b.pfn[27] == 0);
	assert_int_equal(vmbus_gpadl_fill_body(&b, VMBUS_GPADL_FIRST_ID, 2, 64, pfn_of, &base), 0);
}

static void sizes_refused(void **state)
{
	static const struct {
		u32 pages, byte_count, len;
	} t[] = {
		{ 1, 1, 36 },
		{ 1, PAGE, 36 },
		{ 2, PAGE + 1, 44 },
		{ 26, 26 * PAGE, 236 },
		{ 27, 27 * PAGE, 236 },
		{ 8190, 33546240, 236 },
		{ 0, 0, 0 },
		{ 0, PAGE, 0 },
		{ 1, 0, 0 },
		{ 1, PAGE + 1, 0 },	   /* needs a second page */
		{ 2, PAGE, 0 },		   /* a page too many */
		{ 8191, 8191U * PAGE, 0 }, /* 16-bit length */
		{ 0xFFFFFFFFU, 0xFFFFFFFFU, 0 },
		{ 0x100001, PAGE, 0 },	   /* pages * 4096 does not fit in 32 bits */
	};
	struct vmbus_msg_gpadl_header h;
	u64 base = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, vmbus_gpadl_fill_header(&h, 1, 1, t[i].pages, t[i].byte_count, pfn_of,
						     &base), t[i].len);
}

static void bodies_refused(void **state)
{
	static const struct {
		u32 body, pages;
	} t[] = {
		{ 0, 26 }, { 0, 0 }, { 1, 54 }, { 292, 8190 }, { 0, 8191 }, { 0xFFFFFFFFU, 8190 },
		{ 0x09249249, 8190 }, { 0, 0xFFFFFFFFU },
	};
	struct vmbus_msg_gpadl_body b;
	u64 base = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, vmbus_gpadl_fill_body(&b, 1, t[i].body, t[i].pages, pfn_of, &base), 0);
}

/* Assemble like a host does: bytes of all messages joined must be the range structure, for every size. */
static void host_side_assembly(void **state)
{
	static u64 stream[1 + VMBUS_GPADL_MAX_PAGES];
	struct vmbus_msg_gpadl_header h;
	struct vmbus_msg_gpadl_body b;
	u64 base = 0xABCDE00000ULL;
	u32 pages, at, len, body, i;

	(void)state;
	for (pages = 1; pages <= VMBUS_GPADL_MAX_PAGES; pages += pages < 200 ? 1 : 379) {
		len = vmbus_gpadl_fill_header(&h, 3, 4, pages, pages * PAGE, pfn_of, &base);
		assert_in_range(len, 36, 236);
		assert_int_equal(h.range_buflen, 8 + 8 * pages);
		at = len - 20;
		memcpy(stream, (u8 *)&h + 20, at);
		for (body = 0; body < vmbus_gpadl_bodies(pages); body++) {
			len = vmbus_gpadl_fill_body(&b, 4, body, pages, pfn_of, &base);
			assert_in_range(len, 24, 240);
			memcpy((u8 *)stream + at, b.pfn, len - 16);
			at += len - 16;
		}
		assert_int_equal(at, 8 + 8 * pages);
		assert_int_equal(vmbus_gpadl_fill_body(&b, 4, body, pages, pfn_of, &base), 0);
		for (i = 0; i < pages; i++)
			row_equal(pages, stream[1 + i], base + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_counts),	  cmocka_unit_test(example_of_64_pages),
		cmocka_unit_test(sizes_refused),  cmocka_unit_test(bodies_refused),
		cmocka_unit_test(host_side_assembly),
	};

	return cmocka_run_group_tests_name("gpadl_msg", tests, NULL, NULL);
}
