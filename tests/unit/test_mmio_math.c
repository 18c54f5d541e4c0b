// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/vmbus/mmio_math.c: tables for the corners, and a map of small spaces for the rest.
 */
#include "unit.h"
#include "../../lis/vmbus/mmio_math.h"

#define END (~0ULL)

static void windows(void **state)
{
	static const struct {
		u64 start, end;
		bool ok;
		u64 want_end;
	} t[] = {
		{ 0xF8000000, 0xFED3FFFF, true, 0xFED3FFFF },
		{ 0xF8000000, 0xFED40000, true, 0xFED3FFFF },
		{ 0xF8000000, 0xFFFFFFFF, true, 0xFED3FFFF },
		{ 0xFE0000000ULL, 0xFFFFFFFFFULL, true, 0xFFFFFFFFFULL }, /* above 4 GiB */
		{ 0xA0000, 0xBFFFF, false, 0 },	       /* the old VGA window */
		{ 0, 0xFFFFF, false, 0 },	       { 0, 0x100000, true, 0x100000 },
		{ 0x200000, 0x1FFFFF, false, 0 },      { END, END, true, END },
	};
	struct mmio_range w;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w.start = t[i].start;
		w.end = t[i].end;
		row_equal(i, mmio_trim_window(&w), t[i].ok);
		if (!t[i].ok)
			continue;
		row_equal(i, w.start, t[i].start);
		row_equal(i, w.end, t[i].want_end);
	}
}

static void merge_refusals(void **state)
{
	struct mmio_range list[3] = { { 10, 19 }, { 30, 39 }, { 0xEE, 0xEE } };
	struct mmio_range far = { 50, 59 }, wrong = { 5, 4 }, joins = { 20, 29 }, top = { END, END };
	unsigned int n = 2;

	(void)state;
	assert_int_equal(mmio_merge(list, &n, 2, wrong), -EINVAL);
	assert_int_equal(mmio_merge(list, &n, 2, far), -ENOSPC);
	assert_int_equal(n, 2);
	assert_true(list[0].end == 19 && list[1].start == 30 && list[2].start == 0xEE);
	assert_int_equal(mmio_merge(list, &n, 2, joins), 0); /* room is not needed to join */
	assert_int_equal(n, 1);
	assert_true(list[0].start == 10 && list[0].end == 39);
	assert_int_equal(mmio_merge(list, &n, 2, top), 0); /* no wrap at the end of the space */
	assert_int_equal(n, 2);
	assert_true(list[0].end == 39 && list[1].start == END && list[1].end == END);
	top.start = END - 4;
	assert_int_equal(mmio_merge(list, &n, 3, top), 0);
	assert_int_equal(n, 2);
	assert_true(list[1].start == END - 4 && list[1].end == END);
}

#define SPACE 40

/* The list must be exactly the runs of the map. */
static void same_as_map(const struct mmio_range *list, unsigned int n, const u8 *map)
{
	unsigned int at = 0, i;

	for (i = 0; i < n; i++) {
		while (at < SPACE && !map[at])
			at++;
		assert_int_equal(list[i].start, at);
		while (at < SPACE && map[at])
			at++;
		assert_int_equal(list[i].end, at - 1);
	}
	while (at < SPACE)
		assert_false(map[at++]);
}

static void merge_against_a_map(void **state)
{
	struct mmio_range list[SPACE], r;
	u64 seed = 3;
	unsigned int n, round, i;
	u8 map[SPACE];

	(void)state;
	for (round = 0; round < 3000; round++) {
		memset(map, 0, sizeof(map));
		n = 0;
		for (i = 0; i < 10; i++) {
			r.start = rnd(&seed) % SPACE;
			r.end = r.start + rnd(&seed) % 5;
			if (r.end >= SPACE)
				r.end = SPACE - 1;
			memset(map + r.start, 1, r.end - r.start + 1);
			assert_int_equal(mmio_merge(list, &n, SPACE, r), 0);
			same_as_map(list, n, map);
		}
	}
}

static void wants(void **state)
{
	static const struct {
		struct mmio_want w;
		bool ok;
	} t[] = {
		{ { 0, END, 1, 1 }, true },    { { 5, 5, 1, 4096 }, true },
		{ { 0, END, 0, 1 }, false },   { { 0, END, 1, 0 }, false },
		{ { 0, END, 1, 3 }, false },   { { 6, 5, 1, 1 }, false },
		{ { 0, END, END, 1ULL << 63 }, true },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, mmio_want_ok(&t[i].w), t[i].ok);
}

static void first_fit_corners(void **state)
{
	static const struct {
		struct mmio_range window, busy;
		struct mmio_want want;
		int err;
		u64 start;
	} t[] = {
		{ { 0x1000, END }, { 0, 0 }, { 0, END, 0x1000, 0x1000 }, 0, 0x1000 },
		{ { END - 0xFFF, END }, { 0, 0 }, { 0, END, 0x1000, 0x1000 }, 0, END - 0xFFF },
		{ { END - 0xFFF, END }, { 0, 0 }, { 0, END, 0x1001, 1 }, -ENOSPC, 0 },
		{ { END - 0xFFF, END }, { END, END }, { 0, END, 0x1000, 1 }, -ENOSPC, 0 },
		{ { END - 0xFFF, END }, { END, END }, { 0, END, 0xFFF, 1 }, 0, END - 0xFFF },
		{ { END - 0xFFF, END }, { 0, 0 }, { 0, END, 1, 1ULL << 63 }, -ENOSPC, 0 },
		{ { 0, END }, { 1, 1 }, { 0, END, END, 1 }, -ENOSPC, 0 },
		{ { 0, END - 1 }, { END, END }, { 0, END, END, 1 }, 0, 0 },
		{ { 5, 4 }, { 0, 0 }, { 0, END, 1, 1 }, -ENOSPC, 0 },
		{ { 0x1000, 0x1FFF }, { 0, 0 }, { 0x2000, END, 1, 1 }, -ENOSPC, 0 },
	};
	unsigned int i;
	u64 start;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		start = 77;
		row_equal(i, mmio_first_fit(t[i].window, &t[i].busy, 1, &t[i].want, &start), t[i].err);
		row_equal(i, start, t[i].err ? 77 : t[i].start);
	}
}

static int plain_fit(struct mmio_range window, const u8 *map, const struct mmio_want *want, u64 *start)
{
	u64 at, i;

	for (at = 0; at < SPACE; at += want->align) {
		if (at < window.start || at < want->min)
			continue;
		for (i = at; i < at + want->size; i++)
			if (i > window.end || i > want->max || i >= SPACE || map[i])
				break;
		if (i == at + want->size) {
			*start = at;
			return 0;
		}
	}
	return -ENOSPC;
}

static void first_fit_against_a_map(void **state)
{
	struct mmio_range busy[4], window;
	u64 seed = 11, got, plain;
	struct mmio_want want;
	unsigned int round, i, fits = 0;
	u8 map[SPACE];
	int err;

	(void)state;
	for (round = 0; round < 30000; round++) {
		memset(map, 0, sizeof(map));
		for (i = 0; i < ARRAY_SIZE(busy); i++) {
			busy[i].start = rnd(&seed) % (SPACE - 4);
			busy[i].end = busy[i].start + rnd(&seed) % 4;
			memset(map + busy[i].start, 1, busy[i].end - busy[i].start + 1);
		}
		window.start = rnd(&seed) % 10;
		window.end = SPACE - 1 - rnd(&seed) % 10;
		want.min = rnd(&seed) % 20;
		want.max = want.min + rnd(&seed) % 30;
		want.size = 1 + rnd(&seed) % 8;
		want.align = 1ULL << rnd(&seed) % 4;
		got = plain = 99;
		err = plain_fit(window, map, &want, &plain);
		row_equal(round, mmio_first_fit(window, busy, 4, &want, &got), err);
		row_equal(round, got, plain);
		fits += !err;
	}
	assert_true(fits > 3000 && fits < 27000); /* both answers were seen often */
}

static void framebuffer(void **state)
{
	static const struct {
		u64 base, size;
		bool ok;
		u64 len;
	} t[] = {
		{ 0xF8000000, 0x800000, true, 0x800000 },
		{ 0xF8000000, 0x4000000, true, 0x4000000 },
		{ 0xFB800000, 0x4000000, true, 0x800000 }, /* halved until it fits */
		{ 0xFBF00000, 0x800000, true, 0x100000 },
		{ 0xFBF00001, 0x800000, false, 0 },
		{ 0xF7FFFFFF, 0x800000, false, 0 },
		{ 0xFC000000, 0x800000, false, 0 },
		{ 0, 0x800000, false, 0 },
		{ 0xF8000000, 0xFFFFF, false, 0 },
	};
	static const struct mmio_range window = { 0xF8000000, 0xFBFFFFFF };
	struct mmio_range fb;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, mmio_fb_range(window, t[i].base, t[i].size, &fb), t[i].ok);
		if (!t[i].ok)
			continue;
		row_equal(i, fb.start, t[i].base);
		row_equal(i, fb.end - fb.start + 1, t[i].len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows),	      cmocka_unit_test(merge_refusals),
		cmocka_unit_test(merge_against_a_map), cmocka_unit_test(wants),
		cmocka_unit_test(first_fit_corners),  cmocka_unit_test(first_fit_against_a_map),
		cmocka_unit_test(framebuffer),
	};

	return cmocka_run_group_tests_name("mmio_math", tests, NULL, NULL);
}
