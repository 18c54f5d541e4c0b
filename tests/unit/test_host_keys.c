// SPDX-License-Identifier: GPL-2.0-only
/* Scan codes of the test host's keyboard, by character and by name: spot checks by the published table of set 1. */
#include "unit.h"
#include "dev/scancodes.h"

static void characters(void **state)
{
	static const struct { char c; uint8_t code; bool shift; } want[] = {
		{ '1', 0x02, false }, { '!', 0x02, true }, { '=', 0x0D, false }, { 'q', 0x10, false }, { 'Q', 0x10, true }, { 'P', 0x19, true },
		{ 'a', 0x1E, false }, { '\'', 0x28, false }, { '"', 0x28, true }, { '`', 0x29, false }, { '~', 0x29, true },
		{ '\\', 0x2B, false }, { 'z', 0x2C, false }, { '/', 0x35, false }, { '?', 0x35, true }, { ' ', 0x39, false },
		{ '\n', 0x1C, false }, { '\t', 0x0F, false }, { '[', 0x1A, false }, { '}', 0x1B, true },
	};
	struct key k;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		k = key_of_char(want[i].c);
		assert_int_equal(k.code, want[i].code);
		assert_int_equal(k.shift, want[i].shift);
		assert_false(k.e0);
	}
	assert_int_equal(key_of_char('\0').code, 0);
	assert_int_equal(key_of_char('\xe4').code, 0);
	assert_int_equal(key_of_char('\x07').code, 0);
	assert_int_equal(key_of_char('\x7F').code, 0);
}

static void every_printable_character_has_its_key(void **state)
{
	bool seen[256][2] = { { false } };
	struct key k;
	char c;

	(void)state;
	for (c = ' '; c < 0x7F; c++) {
		k = key_of_char(c);
		if (!k.code)
			fail_msg("no key types '%c'", c);
		if (seen[k.code][k.shift])
			fail_msg("the key of '%c' is another's, too", c);
		seen[k.code][k.shift] = true;
	}
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(key_of_name("Enter").code, 0x1C);
	assert_int_equal(key_of_name("f12").code, 0x58);
	assert_int_equal(key_of_name("F12").code, 0x58);
	assert_true(key_of_name("left").e0 && key_of_name("left").code == 0x4B);
	assert_true(key_of_name("delete").e0 && key_of_name("delete").code == 0x53);
	assert_int_equal(key_of_name("x").code, 0x2D);
	assert_int_equal(key_of_name("z").code, 0x2C);
	assert_int_equal(key_of_name("").code, 0);
	assert_int_equal(key_of_name("no such key").code, 0);
	assert_int_equal(key_of_name("nokey").code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters), cmocka_unit_test(every_printable_character_has_its_key), cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("host_keys", tests, NULL, NULL);
}
