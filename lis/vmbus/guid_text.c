// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: GUIDs as text.
 */
#include "guid_text.h"

/* Which byte of memory stands at each place of the text. */
static const u8 text_order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

static bool dash_before(unsigned int place)
{
	return place == 4 || place == 6 || place == 8 || place == 10;
}

static char *put_byte(char *out, u8 value)
{
	static const char digits[] = "0123456789abcdef";

	*out++ = digits[value >> 4];
	*out++ = digits[value & 15];
	return out;
}

void guid_text_format(const u8 b[16], char out[GUID_TEXT_LEN])
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		if (dash_before(i))
			*out++ = '-';
		out = put_byte(out, b[text_order[i]]);
	}
	*out = '\0';
}

void guid_text_alias(const u8 b[16], char out[GUID_ALIAS_LEN])
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		out = put_byte(out, b[i]);
	*out = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int guid_text_parse(const char *text, u8 b[16])
{
	unsigned int i;
	int high, low;

	for (i = 0; i < 16; i++) {
		if (dash_before(i) && *text++ != '-')
			return -EINVAL;
		high = digit(text[0]);
		low = high < 0 ? -1 : digit(text[1]);
		if (low < 0)
			return -EINVAL;
		b[text_order[i]] = high << 4 | low;
		text += 2;
	}
	return 0;
}
