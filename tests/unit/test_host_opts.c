// SPDX-License-Identifier: GPL-2.0-only
/* Device options of the test host: what fits, what is complained about, and that nothing goes unasked. */
#include "unit.h"
#include "core/opts.h"

static void type_and_values(void **state)
{
	struct opts *o = opts_parse("scsi,disk=/a,,b,ro=on,queues=4,bare");

	(void)state;
	assert_non_null(o);
	assert_string_equal(opts_type(o), "scsi");
	assert_string_equal(opts_str(o, "disk", NULL), "/a,b");
	assert_true(opts_bool(o, "ro", false));
	assert_true(opts_bool(o, "bare", false));
	assert_int_equal(opts_num(o, "queues", 1, 1, 64), 4);
	assert_string_equal(opts_str(o, "absent", "default"), "default");
	assert_true(opts_bool(o, "absent2", true));
	assert_int_equal(opts_num(o, "absent3", 7, 1, 64), 7);
	assert_true(opts_done(o));
	opts_free(o);
}

static void numbers(void **state)
{
	static const struct { const char *text; bool good; uint64_t value; } want[] = {
		{ "t,n=0", true, 0 }, { "t,n=0x10", true, 16 }, { "t,n=0XfF", true, 255 }, { "t,n=2k", true, 2048 },
		{ "t,n=3M", true, 3 << 20 }, { "t,n=4G", true, 4ULL << 30 }, { "t,n=1T", true, 1ULL << 40 },
		{ "t,n=", false, 0 }, { "t,n", false, 0 }, { "t,n=-1", false, 0 }, { "t,n=1x", false, 0 },
		{ "t,n=1kk", false, 0 }, { "t,n= 1", false, 0 }, { "t,n=99999999999999999999", false, 0 },
		{ "t,n=99999999T", false, 0 }, { "t,n=18014398509481985k", false, 0 }, { "t,n=0x", false, 0 }, { "t,n=2000000000000", false, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct opts *o = opts_parse(want[i].text);
		uint64_t got = opts_num(o, "n", 42, 0, 1ULL << 40);

		row_equal(i, got, want[i].good ? want[i].value : 42);
		row_equal(i, opts_done(o), want[i].good);
		opts_free(o);
	}
}

static void limits_include_their_ends(void **state)
{
	struct opts *o = opts_parse("t,a=4,b=8,c=3,d=9");

	(void)state;
	assert_int_equal(opts_num(o, "a", 0, 4, 8), 4);
	assert_int_equal(opts_num(o, "b", 0, 4, 8), 8);

	assert_int_equal(opts_num(o, "c", 5, 4, 8), 5);
	assert_int_equal(opts_num(o, "d", 5, 4, 8), 5);
	assert_false(opts_done(o));
	opts_free(o);
}

static void guids(void **state)
{
	static const uint8_t want[16] = { 0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
	static const char *const bad[] = {
		"t,g=00112233-4455-6677-8899-aabbccddee", "t,g=00112233-4455-6677-8899-aabbccddeefff", "t,g=", "t,g",
		"t,g=0011223344556677-8899-aabbccddeeff", "t,g=0011223g-4455-6677-8899-aabbccddeeff",
	};
	struct hvw_guid g;
	struct opts *o = opts_parse("t,g=00112233-4455-6677-8899-AABBccddeeff");
	unsigned int i;

	(void)state;
	assert_true(opts_guid(o, "g", &g));
	assert_memory_equal(g.b, want, 16);
	assert_true(opts_done(o));
	opts_free(o);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		o = opts_parse(bad[i]);
		row_equal(i, opts_guid(o, "g", &g), false);
		row_equal(i, opts_done(o), false);
		opts_free(o);
	}
}

static void what_nobody_asks_for_is_an_error(void **state)
{
	struct opts *o = opts_parse("t,known=1,unknown=2");

	(void)state;
	assert_int_equal(opts_num(o, "known", 0, 0, 9), 1);
	assert_false(opts_done(o));
	opts_free(o);
}

static void repeated(void **state)
{
	struct opts *o = opts_parse("t,lun=a,lun=b");

	(void)state;
	assert_string_equal(opts_nth(o, "lun", 0), "a");
	assert_string_equal(opts_nth(o, "lun", 1), "b");
	assert_null(opts_nth(o, "lun", 2));
	assert_true(opts_done(o));
	opts_free(o);
	o = opts_parse("t,once=a,once=b");
	opts_str(o, "once", NULL);
	assert_false(opts_done(o));
	opts_free(o);
}

static void not_options_at_all(void **state)
{
	(void)state;
	assert_null(opts_parse(""));
	assert_null(opts_parse(",a=1"));
	assert_null(opts_parse("t,"));
	assert_null(opts_parse("t,=1"));
}

static void booleans(void **state)
{
	struct opts *o = opts_parse("t,a=no,b=0,c=off,d=yes,e=1,f=maybe");

	(void)state;
	assert_false(opts_bool(o, "a", true));
	assert_false(opts_bool(o, "b", true));
	assert_false(opts_bool(o, "c", true));
	assert_true(opts_bool(o, "d", false));
	assert_true(opts_bool(o, "e", false));

	assert_true(opts_bool(o, "f", true));
	assert_false(opts_done(o));
	opts_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_and_values),
		cmocka_unit_test(numbers),
		cmocka_unit_test(limits_include_their_ends),
		cmocka_unit_test(guids),
		cmocka_unit_test(what_nobody_asks_for_is_an_error),
		cmocka_unit_test(repeated),
		cmocka_unit_test(not_options_at_all),
		cmocka_unit_test(booleans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
