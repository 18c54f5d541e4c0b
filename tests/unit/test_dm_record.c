// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/balloon/dm_record.c, against one byte per page.
 */
#include "unit.h"
#include "../../lis/balloon/dm_record.h"

#define CHUNKS 4
#define PAGES (CHUNKS * DM_CHUNK_BITS)
/* The chunks lie in the same bucket on purpose: that far apart, and the last one at the end of 2^40. */
#define FAR ((u64)DM_CHUNK_BITS * DM_RECORD_BUCKETS)

static struct dm_record record;
static struct dm_chunk chunk[CHUNKS];
static u64 words[CHUNKS][DM_CHUNK_WORDS];

static int fresh(void **state)
{
	unsigned int i;

	(void)state;
	memset(&record, 0, sizeof(record));
	memset(words, 0, sizeof(words));
	for (i = 0; i < CHUNKS; i++) {
		memset(&chunk[i], 0xEE, sizeof(chunk[i]));
		chunk[i].bits = words[i];
	}
	return 0;
}

static void attach_and_detach(void **state)
{
	static const u64 at[CHUNKS] = { 5, FAR + 5, 2 * FAR, (1ULL << 40) - 1 };
	unsigned int i;

	(void)state;
	assert_null(dm_record_any(&record));
	for (i = 0; i < CHUNKS; i++) {
		assert_null(dm_record_chunk(&record, at[i]));
		assert_true(dm_record_attach(&record, &chunk[i], at[i]));
		assert_ptr_equal(dm_record_chunk(&record, at[i]), &chunk[i]);
		assert_int_equal(dm_record_set(&record, at[i], 1), 1);
	}
	assert_false(dm_record_attach(&record, &chunk[0], 6));
	assert_int_equal(record.pages, CHUNKS);
	dm_record_detach(&record, &chunk[1]);
	assert_int_equal(record.pages, CHUNKS - 1);
	assert_null(dm_record_chunk(&record, at[1]));
	assert_ptr_equal(dm_record_chunk(&record, at[0]), &chunk[0]);
	assert_ptr_equal(dm_record_chunk(&record, at[2]), &chunk[2]);
	dm_record_detach(&record, &chunk[1]); /* twice is once */
	assert_int_equal(record.pages, CHUNKS - 1);
	for (i = 0; i < CHUNKS - 1; i++) {
		assert_non_null(dm_record_any(&record));
		dm_record_detach(&record, dm_record_any(&record));
	}
	assert_null(dm_record_any(&record));
	assert_int_equal(record.pages, 0);
}

static void nothing_without_a_chunk(void **state)
{
	u64 pfn = 0;

	(void)state;
	assert_int_equal(dm_record_set(&record, 0, PAGES), 0);
	assert_int_equal(dm_record_clear(&record, 0, PAGES), 0);
	assert_int_equal(dm_record_count(&record, 0, PAGES), 0);
	assert_false(dm_record_has(&record, 7));
	assert_int_equal(dm_record_run(&record, &pfn, PAGES), 0);
	assert_int_equal(record.pages, 0);
	/* only the middle chunk is there */
	dm_record_attach(&record, &chunk[0], DM_CHUNK_BITS);
	assert_int_equal(dm_record_set(&record, 0, PAGES), DM_CHUNK_BITS);
	assert_int_equal(dm_record_set(&record, 0, PAGES), 0);
	assert_int_equal(dm_record_count(&record, 0, PAGES), DM_CHUNK_BITS);
	pfn = 0;
	assert_int_equal(dm_record_run(&record, &pfn, PAGES), DM_CHUNK_BITS);
	assert_int_equal(pfn, DM_CHUNK_BITS);
}

static u32 plain_count(const u8 *model, u64 pfn, u64 pages)
{
	u32 n = 0;

	while (pages--)
		n += model[pfn++];
	return n;
}

/* Where the record's next run should be, cut at end and at the chunk's border. */
static u64 plain_run(const u8 *model, u64 *pfn, u64 end)
{
	u64 n = 0;

	while (*pfn < end && !model[*pfn])
		(*pfn)++;
	while (*pfn + n < end && model[*pfn + n]) {
		n++;
		if ((*pfn + n) % DM_CHUNK_BITS == 0)
			break;
	}
	return n;
}

/* Ranges prefer the borders of words and chunks, where mistakes live. */
static void random_range(u64 *seed, u64 *pfn, u64 *pages)
{
	u64 a = rnd(seed) % PAGES, b = rnd(seed) % PAGES;

	if (rnd(seed) % 2)
		a = a / 64 * 64 + rnd(seed) % 3;
	if (rnd(seed) % 4 == 0)
		a = a / DM_CHUNK_BITS * DM_CHUNK_BITS;
	if (rnd(seed) % 2)
		b = a + rnd(seed) % 130;
	if (b > PAGES)
		b = PAGES;
	*pfn = a < b ? a : b;
	*pages = a < b ? b - a : a - b;
}

static void against_a_model(void **state)
{
	static u8 model[PAGES];
	u64 seed = 7, pfn, pages, got, want, total = 0;
	u32 step, i;

	(void)state;
	for (i = 0; i < CHUNKS; i++)
		dm_record_attach(&record, &chunk[i], (u64)i * DM_CHUNK_BITS);
	for (step = 0; step < 4000; step++) {
		random_range(&seed, &pfn, &pages);
		want = plain_count(model, pfn, pages);
		switch (rnd(&seed) % 4) {
		case 0:
			assert_int_equal(dm_record_set(&record, pfn, pages), pages - want);
			memset(model + pfn, 1, pages);
			total += pages - want;
			break;
		case 1:
			assert_int_equal(dm_record_clear(&record, pfn, pages), want);
			memset(model + pfn, 0, pages);
			total -= want;
			break;
		case 2:
			assert_int_equal(dm_record_count(&record, pfn, pages), want);
			if (pfn < PAGES)
				assert_int_equal(dm_record_has(&record, pfn), model[pfn]);
			break;
		default:
			got = pfn;
			want = pfn;
			pages += pfn; /* the end */
			assert_int_equal(dm_record_run(&record, &got, pages),
					 plain_run(model, &want, pages));
			assert_int_equal(got, want);
		}
		assert_int_equal(record.pages, total);
	}
	for (i = 0; i < CHUNKS; i++)
		dm_record_detach(&record, &chunk[i]);
	assert_int_equal(record.pages, 0);
}

static void whole_units(void **state)
{
	const u64 at = FAR + 3 * DM_UNIT_PAGES;
	u64 pfn;

	(void)state;
	dm_record_attach(&record, &chunk[0], at);
	for (pfn = FAR; pfn < FAR + DM_CHUNK_BITS; pfn += DM_UNIT_PAGES)
		assert_false(dm_chunk_take_whole(&chunk[0], pfn));
	dm_chunk_set_whole(&chunk[0], at);
	dm_chunk_set_whole(&chunk[0], FAR + DM_CHUNK_BITS - 1); /* the last unit, by its last page */
	assert_false(dm_chunk_take_whole(&chunk[0], at - 1));
	assert_false(dm_chunk_take_whole(&chunk[0], at + DM_UNIT_PAGES));
	assert_true(dm_chunk_take_whole(&chunk[0], at + DM_UNIT_PAGES - 1));
	assert_false(dm_chunk_take_whole(&chunk[0], at)); /* taken once */
	assert_true(dm_chunk_take_whole(&chunk[0], FAR + DM_CHUNK_BITS - DM_UNIT_PAGES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(attach_and_detach, fresh),
		cmocka_unit_test_setup(nothing_without_a_chunk, fresh),
		cmocka_unit_test_setup(against_a_model, fresh),
		cmocka_unit_test_setup(whole_units, fresh),
	};

	return cmocka_run_group_tests_name("dm_record", tests, NULL, NULL);
}
