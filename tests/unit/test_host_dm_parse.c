// SPDX-License-Identifier: GPL-2.0-only
/* Dynamic memory messages and memory hints of a guest (docs/wire/06-balloon.md), and the set of pages it gave away. */
#include "unit.h"
#include <errno.h>
#include <stdbool.h>
#include "dev/dm_parse.h"
#include "dev/dm_set.h"

static struct dm_guest_msg m;

static int parse(const void *data, size_t len)
{
	const char *what = NULL;
	int err = dm_parse_guest(data, len, &m, &what);

	assert_true(err ? what != NULL : what == NULL);
	return err;
}

static void handshake(void **state)
{
	struct dm_version_request v = { { DM_VERSION_REQUEST, 16, 1 }, DM_VERSION_2_0, 1 };
	struct dm_capabilities c = { { DM_CAPABILITIES_REPORT, 32, 2 }, 3 | 7 << 2, 0, ~0ULL };
	struct dm_status s = { { DM_STATUS_REPORT, 48, 3 }, 100, 200, 0, 0, 0, 0 };

	assert_int_equal(parse(&v, sizeof(v)), 0);
	assert_int_equal(m.version, DM_VERSION_2_0);
	assert_true(m.last_attempt);
	assert_int_equal(parse(&c, sizeof(c)), 0);
	assert_int_equal(m.align_mb, 128);
	assert_int_equal(parse(&s, sizeof(s)), 0);
	assert_int_equal(m.available, 100);
	assert_int_equal(m.committed, 200);
}

static void wrong_sizes(void **state)
{
	static const struct {
		uint16_t type, least;
	} rows[] = {
		{ DM_VERSION_REQUEST, 16 }, { DM_CAPABILITIES_REPORT, 32 }, { DM_STATUS_REPORT, 48 }, { DM_BALLOON_RESPONSE, 16 },
		{ DM_UNBALLOON_RESPONSE, 8 }, { DM_HOT_ADD_RESPONSE, 16 },
	};
	uint8_t data[DM_MSG_MAX + 8] = { 0 };
	struct dm_hdr h;

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		h = (struct dm_hdr){ rows[i].type, rows[i].least, 1 };
		memcpy(data, &h, sizeof(h));
		row_equal(i, parse(data, rows[i].least), 0);
		row_equal(i, parse(data, rows[i].least - 1u), -EPROTO);
		h.size--;
		memcpy(data, &h, sizeof(h));
		row_equal(i, parse(data, 64), -EPROTO);
		h.size = DM_MSG_MAX + 1;
		memcpy(data, &h, sizeof(h));
		row_equal(i, parse(data, sizeof(data)), -EPROTO);
	}
}

/* What only hosts send, and what nobody does. */
static void wrong_types(void **state)
{
	struct dm_balloon_request r = { { 0, 16, 1 }, 0, 0 };
	static const uint16_t types[] = { 0, 2, 4, 6, 8, 10, 12, 13, 14, 15, 0xFFFF };

	for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		r.hdr.type = types[i];
		row_equal(i, parse(&r, sizeof(r)), -EPROTO);
	}
}

static void ranges(void **state)
{
	struct dm_balloon_response r = { { DM_BALLOON_RESPONSE, 16 + 16, 1 }, 0, 2 << 1 | 1, { 0 } };
	struct dm_pages p;

	r.ranges[0] = 0x1234 | 512ULL << 40;
	assert_int_equal(parse(&r, 32), 0);
	assert_true(m.more);
	assert_int_equal(m.range_count, 2);
	assert_true(dm_parse_range(m.ranges, 0, &p));
	assert_int_equal(p.pfn, 0x1234);
	assert_int_equal(p.count, 512);
	assert_false(dm_parse_range(m.ranges, 1, &p));
	r.more_and_count = 3 << 1;
	assert_int_equal(parse(&r, 40), -EPROTO); /* beyond its own size, though the packet has it */
	r.more_and_count = 0xFFFFFFFFU;
	assert_int_equal(parse(&r, 32), -EPROTO);
	r.hdr.size = 4096;
	r.more_and_count = 510 << 1;
	assert_int_equal(parse(&r, 4096), 0);
	r.more_and_count = 511 << 1;
	assert_int_equal(parse(&r, 4096), -EPROTO);
}

static void hints(void **state)
{
	uint64_t in[512] = { DM_HINT_COLD_DISCARD };
	const uint8_t *bytes = (const uint8_t *)in;
	unsigned int type;
	uint64_t gpa, len;

	assert_int_equal(dm_parse_hint(bytes, sizeof(in), 511, &type), 511);
	assert_int_equal(type, DM_HINT_COLD_DISCARD);
	assert_int_equal(dm_parse_hint(bytes, sizeof(in), 0, &type), -EINVAL);
	assert_int_equal(dm_parse_hint(bytes, sizeof(in), 512, &type), -EINVAL);
	assert_int_equal(dm_parse_hint(bytes, 16, 2, &type), -EINVAL);
	assert_int_equal(dm_parse_hint(bytes, 0, 1, &type), -EINVAL);
	in[0] |= 4;
	assert_int_equal(dm_parse_hint(bytes, sizeof(in), 1, &type), -EINVAL);
	/* With 2 MiB units the word is the address plus the flags (06 11). */
	in[1] = 0x40000000ULL | 1 << 11 | 3;
	assert_true(dm_parse_hint_range(bytes, 0, &gpa, &len));
	assert_int_equal(gpa, 0x40000000);
	assert_int_equal(len, 4 * 0x200000);
	in[1] = 0x40000000ULL | 1 << 12 | 1 << 11;
	assert_true(dm_parse_hint_range(bytes, 0, &gpa, &len));
	assert_int_equal(len, 1 << 30);
	in[1] = 0x40000000ULL | 1 << 13 | 1 << 11;
	assert_false(dm_parse_hint_range(bytes, 0, &gpa, &len));
	in[1] = 0x12345000ULL | 1;
	in[1] &= ~(1ULL << 11);
	assert_true(dm_parse_hint_range(bytes, 0, &gpa, &len));
	assert_int_equal(gpa, 0x12345000);
	assert_int_equal(len, 8192);
	in[1] = ~0ULL & ~(0xFFULL << 13);
	assert_false(dm_parse_hint_range(bytes, 0, &gpa, &len));
}

static void set_in_and_out(void **state)
{
	struct dm_set s = { 0 };
	uint64_t pfn;

	assert_int_equal(dm_set_take(&s, 10, &pfn), 0);
	assert_int_equal(dm_set_add(&s, 1000, 100), 0);
	assert_int_equal(dm_set_add(&s, 63, 2), 0);
	assert_int_equal(dm_set_add(&s, 1099, 1), -EEXIST);
	assert_int_equal(dm_set_add(&s, 900, 101), -EEXIST);
	assert_int_equal(s.count, 102);
	assert_int_equal(dm_set_add(&s, 1100, 1), 0);
	assert_int_equal(dm_set_take(&s, 1, &pfn), 1);
	assert_int_equal(pfn, 63);
	assert_int_equal(dm_set_take(&s, 10, &pfn), 1);
	assert_int_equal(pfn, 64);
	assert_int_equal(dm_set_take(&s, 50, &pfn), 50);
	assert_int_equal(pfn, 1000);
	assert_int_equal(dm_set_add(&s, 5, 1), 0);
	assert_int_equal(dm_set_take(&s, 1000, &pfn), 1);
	assert_int_equal(pfn, 5);
	assert_int_equal(dm_set_take(&s, 1000, &pfn), 51);
	assert_int_equal(pfn, 1050);
	assert_int_equal(s.count, 0);
	dm_set_clear(&s);
}

/* Against a model: an array of booleans. */
static void set_as_the_model(void **state)
{
	enum { PAGES = 700 };
	bool model[PAGES] = { false };
	struct dm_set s = { 0 };
	uint64_t seed = 7, pfn, n, in = 0;
	bool free;

	for (unsigned int round = 0; round < 20000; round++) {
		if (rnd(&seed) & 1) {
			pfn = rnd(&seed) % PAGES;
			n = 1 + rnd(&seed) % (PAGES - pfn < 90 ? PAGES - pfn : 90);
			free = true;
			for (uint64_t p = pfn; p < pfn + n; p++)
				free = free && !model[p];
			assert_int_equal(dm_set_add(&s, pfn, n), free ? 0 : -EEXIST);
			for (uint64_t p = pfn; free && p < pfn + n; p++)
				model[p] = true;
			in += free ? n : 0;
		} else {
			n = dm_set_take(&s, 1 + rnd(&seed) % 40, &pfn);
			assert_true(n || !in);
			for (uint64_t p = 0; n && p < pfn; p++)
				assert_false(model[p]);
			for (uint64_t p = pfn; n && p < pfn + n; p++) {
				assert_true(model[p]);
				model[p] = false;
			}
			in -= n;
		}
		assert_int_equal(s.count, in);
	}
	dm_set_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handshake), cmocka_unit_test(wrong_sizes),  cmocka_unit_test(wrong_types),	cmocka_unit_test(ranges),
		cmocka_unit_test(hints),     cmocka_unit_test(set_in_and_out), cmocka_unit_test(set_as_the_model),
	};

	return cmocka_run_group_tests_name("host_dm_parse", tests, NULL, NULL);
}
