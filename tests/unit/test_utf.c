// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/utf.c: UTF-16LE and UTF-8, whatever comes.
 */
#include "unit.h"
#include "../../lis/utils/utf.h"

#define BAD "\xEF\xBF\xBD"

static void to_utf8(void **state)
{
	static const struct {
		const char *from;
		u32 bytes;
		const char *want;
	} t[] = {
		{ "a\0b\0", 4, "ab" },
		{ "a\0b\0\0\0c\0", 8, "ab" }, /* nothing behind the end */
		{ "\xE9\0", 2, "\xC3\xA9" },
		{ "\xAC\x20", 2, "\xE2\x82\xAC" },
		{ "\x3D\xD8\x00\xDE", 4, "\xF0\x9F\x98\x80" }, /* a pair */
		{ "\xFF\xDB\xFF\xDF", 4, "\xF4\x8F\xBF\xBF" }, /* the last character */
		{ "\x3D\xD8", 2, BAD }, /* half of one, at the end */
		{ "\x3D\xD8" "a\0", 4, BAD "a" },
		{ "\x00\xDE" "a\0", 4, BAD "a" },
		{ "\x3D\xD8\x3D\xD8\x00\xDE", 6, BAD "\xF0\x9F\x98\x80" },
		{ "\xFF\xD7", 2, "\xED\x9F\xBF" },
		{ "\x00\xE0", 2, "\xEE\x80\x80" },
		{ "\x7F\0", 2, "\x7F" }, { "\x80\0", 2, "\xC2\x80" }, { "\xFF\x07", 2, "\xDF\xBF" }, { "\x00\x08", 2, "\xE0\xA0\x80" },
		{ "a\0b", 3, "a" }, /* half a unit */
		{ "", 0, "" }, { "a", 1, "" },
	};
	u8 *exact, out[64];
	u32 i, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		n = (u32)strlen(t[i].want);
		exact = malloc(t[i].bytes + 1);
		memcpy(exact, t[i].from, t[i].bytes);
		row_equal(i, utf16_to_utf8(exact, t[i].bytes, out, sizeof(out)), n);
		assert_string_equal((char *)out, t[i].want);
		row_equal(i, utf16_to_utf8(exact, t[i].bytes, out, n + 1), n);
		if (n) {
			row_equal(i, utf16_to_utf8(exact, t[i].bytes, out, n), -E2BIG);
			row_equal(i, out[0], 0);
		}
		free(exact);
	}
}

static void to_utf16(void **state)
{
	static const struct {
		const char *from;
		u32 room;
		char separator;
		u32 want;
		const char *units;
	} t[] = {
		{ "ab", 16, 0, 6, "a\0b\0\0\0\0\0" },
		{ "", 2, 0, 2, "\0\0" },
		{ "ab", 4, 0, 4, "a\0\0\0" }, /* cut */
		{ "ab", 5, 0, 4, "a\0\0\0" },
		{ "\xF0\x9F\x98\x80", 16, 0, 6, "\x3D\xD8\x00\xDE\0\0" },
		{ "a\xF0\x9F\x98\x80", 6, 0, 4, "a\0\0\0" }, /* never half a pair */
		{ "\xE2\x82\xAC", 16, 0, 4, "\xAC\x20\0\0" },
		{ "\xFF" "a", 16, 0, 6, "\xFD\xFF" "a\0\0\0" }, /* no such byte */
		{ "\xC3", 16, 0, 4, "\xFD\xFF\0\0" }, /* begun only */
		{ "\xC3(", 16, 0, 6, "\xFD\xFF(\0\0\0" },
		{ "\xC0\xAF", 16, 0, 6, "\xFD\xFF\xFD\xFF\0\0" }, /* too long a way to write '/' */
		{ "\xE0\x80\xAF", 16, 0, 8, "\xFD\xFF\xFD\xFF\xFD\xFF\0\0" },
		{ "\xED\xA0\x80", 16, 0, 8, "\xFD\xFF\xFD\xFF\xFD\xFF\0\0" }, /* a surrogate */
		{ "\xF4\x90\x80\x80", 16, 0, 10, "\xFD\xFF\xFD\xFF\xFD\xFF\xFD\xFF\0\0" }, /* beyond the last */
		{ "\xF4\x8F\xBF\xBF", 16, 0, 6, "\xFF\xDB\xFF\xDF\0\0" },
		{ "a;bc", 16, ';', 10, "a\0;\0b\0c\0\0\0" },
		{ "a;bc", 8, ';', 4, "a\0\0\0\0\0\0\0" }, /* a list keeps whole items */
		{ "a;b;c", 10, ';', 8, "a\0;\0b\0\0\0" },
		{ "abc", 6, ';', 2, "\0\0\0\0\0\0" },
	};
	u8 out[32], *exact;
	u32 i, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exact = malloc(strlen(t[i].from) + 1);
		memcpy(exact, t[i].from, strlen(t[i].from));
		memset(out, 0xEE, sizeof(out));
		row_equal(i, utf8_to_utf16(exact, (u32)strlen(t[i].from), out, t[i].room, t[i].separator), t[i].want);
		assert_memory_equal(out, t[i].units, t[i].want);
		for (at = t[i].want; at < t[i].room; at++)
			row_equal(i, out[at], 0);
		row_equal(i, out[t[i].room], 0xEE);
		free(exact);
	}
	assert_int_equal(utf8_to_utf16("a\0b", 3, out, 16, 0), 4);
}

/* Every character there is, there and back. */
static void round_trip(void **state)
{
	u8 wide[8], text[8], back[8];
	u32 c, n;

	(void)state;
	for (c = 1; c < 0x110000; c++) {
		if (c >= 0xD800 && c < 0xE000)
			continue;
		n = c < 0x10000 ? 2 : 4;
		memset(wide, 0, sizeof(wide));
		if (n == 2) {
			wide[0] = (u8)c;
			wide[1] = (u8)(c >> 8);
		} else {
			wide[0] = (u8)((c - 0x10000) >> 10);
			wide[1] = (u8)(0xD8 | (c - 0x10000) >> 18);
			wide[2] = (u8)c;
			wide[3] = (u8)(0xDC | (c >> 8 & 3));
		}
		if (utf16_to_utf8(wide, n, text, sizeof(text)) <= 0)
			fail_msg("character %#x has no UTF-8", c);
		if (utf8_to_utf16(text, sizeof(text), back, sizeof(back), 0) != n + 2 || memcmp(back, wide, n))
			fail_msg("character %#x is not what it was", c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_utf8),
		cmocka_unit_test(to_utf16),
		cmocka_unit_test(round_trip),
	};

	return cmocka_run_group_tests_name("utf", tests, NULL, NULL);
}
