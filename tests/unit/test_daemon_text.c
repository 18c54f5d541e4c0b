// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of the daemons: UTF-8 that is one, fields, UTF-16, quoting.
 */
#include <errno.h>
#include "unit.h"
#include "kvpctl/json.h"
#include "shared/text.h"

static void only_utf8_is_taken(void **state)
{
	static const struct {
		const char *text;
		size_t len, good;
		bool cut;
	} rows[] = {
		{ "", 0, 0, false },
		{ "abc", 3, 3, false },
		{ "\xc3\xbc", 2, 2, false },
		{ "a\xc3", 2, 1, true },
		{ "\xe2\x82\xac", 3, 3, false },
		{ "\xe2\x82", 2, 0, true },
		{ "\xf0\x9f\x90\xa7", 4, 4, false },
		{ "\xf0\x9f\x90", 3, 0, true },
		{ "\x80", 1, 0, false },		 /* the rest of nothing */
		{ "\xc0\x80", 2, 0, false },		 /* NUL, too long */
		{ "\xc1\xbf", 2, 0, false },
		{ "\xe0\x9f\xbf", 3, 0, false },	 /* too long */
		{ "\xed\xa0\x80", 3, 0, false },	 /* half of a surrogate pair */
		{ "\xf0\x8f\xbf\xbf", 4, 0, false },
		{ "\xf4\x90\x80\x80", 4, 0, false },	 /* above all there is */
		{ "\xf5\x80\x80\x80", 4, 0, false },
		{ "\xff", 1, 0, false },
		{ "a\xc3(", 3, 1, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool cut;

		row_equal(i, utf8_valid(rows[i].text, rows[i].len, &cut), rows[i].good);
		row_equal(i, cut, rows[i].cut);
	}
}

static void fields_end_where_they_end(void **state)
{
	uint8_t field[8];
	char out[9];

	(void)state;
	memset(field, 'x', sizeof(field));
	assert_int_equal(text_of_field(out, field, sizeof(field)), 8);
	assert_string_equal(out, "xxxxxxxx");
	memcpy(field, "ab\0\xff\xff\xff\xff\xff", 8);
	assert_int_equal(text_of_field(out, field, sizeof(field)), 2);
	/* The driver cuts at the byte: what is half a character is none. */
	memcpy(field, "1234567\xc3", 8);
	assert_int_equal(text_of_field(out, field, sizeof(field)), 7);
	assert_string_equal(out, "1234567");
	memcpy(field, "12\xff""4567\0", 8);
	assert_int_equal(text_of_field(out, field, sizeof(field)), -EINVAL);
	assert_int_equal(text_repaired(out, field, sizeof(field)), 7);
	assert_string_equal(out, "12?4567");
	assert_int_equal(text_to_field(field, sizeof(field), "1234567"), 0);
	assert_int_equal(field[7], 0);
	assert_int_equal(text_to_field(field, sizeof(field), "12345678"), -E2BIG);
	assert_int_equal(text_to_field(field, sizeof(field), "1"), 0);
	assert_memory_equal(field, "1\0\0\0\0\0\0\0", 8);
}

static void utf16_becomes_utf8(void **state)
{
	static const uint8_t penguin[] = { 'a', 0, 0xac, 0x20, 0x3d, 0xd8, 0x27, 0xdc, 0, 0, 'z', 0 };
	static const uint8_t alone[] = { 0x3d, 0xd8, 'a', 0 }, tail[] = { 0x27, 0xdc }, half[] = { 0x3d, 0xd8 };
	char out[16];

	(void)state;
	assert_int_equal(utf16_to_utf8(penguin, sizeof(penguin), out, sizeof(out)), 8);
	assert_string_equal(out, "a\xe2\x82\xac\xf0\x9f\x90\xa7");
	assert_int_equal(utf16_units(out), 4);
	assert_int_equal(utf16_to_utf8(penguin, sizeof(penguin), out, 8), -E2BIG);
	assert_int_equal(utf16_to_utf8(penguin, sizeof(penguin), out, 9), 8);
	assert_int_equal(utf16_to_utf8(alone, sizeof(alone), out, sizeof(out)), -EINVAL);
	assert_int_equal(utf16_to_utf8(tail, sizeof(tail), out, sizeof(out)), -EINVAL);
	assert_int_equal(utf16_to_utf8(half, sizeof(half), out, sizeof(out)), -EINVAL);
	/* Without an end, and with half a unit there. */
	assert_int_equal(utf16_to_utf8(penguin, 3, out, sizeof(out)), 1);
	assert_string_equal(out, "a");
}

static void nothing_of_the_hosts_moves_the_cursor(void **state)
{
	char text[] = "a\nb\x1b[2J\x7f\xc3\xbc", eight_bit[] = "a\xc2\x9b" "2J\xc2\xa0\xc2";

	(void)state;
	text_printable(text);
	assert_string_equal(text, "a?b?[2J?\xc3\xbc");
	text_printable(eight_bit);
	assert_string_equal(eight_bit, "a??2J\xc2\xa0\xc2");
}

static void quoting(void **state)
{
	char out[64];

	(void)state;
	json_string(out, "a\"b\\c\n\x7f\xc3\xbc");
	assert_string_equal(out, "\"a\\\"b\\\\c\\u000a\\u007f\xc3\xbc\"");
	json_string(out, "");
	assert_string_equal(out, "\"\"");
	plain_string(out, "a\tb\\c");
	assert_string_equal(out, "a\\011b\\134c");
	assert_int_equal(plain_string(out, "\xc2\x9b\xc2\xa0\xc2"), 8 + 3);
	assert_string_equal(out, "\\302\\233\xc2\xa0\xc2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_utf8_is_taken),
		cmocka_unit_test(fields_end_where_they_end),
		cmocka_unit_test(utf16_becomes_utf8),
		cmocka_unit_test(nothing_of_the_hosts_moves_the_cursor),
		cmocka_unit_test(quoting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
