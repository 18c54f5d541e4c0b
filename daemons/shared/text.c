// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: UTF-8 and UTF-16 (text.h).
 */
#include <errno.h>
#include <string.h>
#include "shared/text.h"

/* Bytes of a character by its first byte; 0: none starts so. */
static size_t sequence_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

/* The second byte has bounds of its own: no overlong form, no surrogate, nothing above 0x10ffff. */
static bool second_ok(unsigned char first, unsigned char second)
{
	if (first == 0xe0)
		return second >= 0xa0 && second <= 0xbf;
	if (first == 0xed)
		return second >= 0x80 && second <= 0x9f;
	if (first == 0xf0)
		return second >= 0x90 && second <= 0xbf;
	if (first == 0xf4)
		return second >= 0x80 && second <= 0x8f;
	return second >= 0x80 && second <= 0xbf;
}

/* Bytes of the character at s, 0 when it is none; *cut when only its end is missing. */
static size_t character(const unsigned char *s, size_t left, bool *cut)
{
	size_t want = sequence_length(s[0]);
	size_t i;

	*cut = false;
	if (!want)
		return 0;
	for (i = 1; i < want && i < left; i++)
		if (i == 1 ? !second_ok(s[0], s[1]) : (s[i] & 0xc0) != 0x80)
			return 0;
	*cut = i < want;
	return *cut ? 0 : want;
}

size_t utf8_valid(const char *s, size_t len, bool *cut)
{
	size_t at = 0;

	*cut = false;
	while (at < len) {
		size_t n = character((const unsigned char *)s + at, len - at, cut);

		if (!n)
			break;
		at += n;
	}
	return at;
}

static size_t field_length(const uint8_t *field, size_t field_size)
{
	const uint8_t *end = memchr(field, 0, field_size);

	return end ? (size_t)(end - field) : field_size;
}

int text_of_field(char *out, const uint8_t *field, size_t field_size)
{
	size_t len = field_length(field, field_size);
	bool cut;
	size_t good = utf8_valid((const char *)field, len, &cut);

	if (good < len && !cut)
		return -EINVAL;
	memcpy(out, field, good);
	out[good] = 0;
	return (int)good;
}

size_t text_repaired(char *out, const uint8_t *field, size_t field_size)
{
	size_t len = field_length(field, field_size);
	size_t at = 0;
	bool cut;

	memcpy(out, field, len);
	while (at < len) {
		at += utf8_valid(out + at, len - at, &cut);
		if (at < len)
			out[at++] = '?';
	}
	out[len] = 0;
	return len;
}

int text_to_field(uint8_t *field, size_t field_size, const char *text)
{
	size_t len = strlen(text);

	if (len >= field_size)
		return -E2BIG;
	memset(field, 0, field_size);
	memcpy(field, text, len);
	return 0;
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The character at in; its bytes are returned, 0 when it is a surrogate alone. */
static size_t take_utf16(const uint8_t *in, size_t left, uint32_t *c)
{
	uint32_t low;

	*c = in[0] | (uint32_t)in[1] << 8;
	if (*c < 0xd800 || *c > 0xdfff)
		return 2;
	if (*c > 0xdbff || left < 4)
		return 0;
	low = in[2] | (uint32_t)in[3] << 8;
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return 4;
}

int utf16_to_utf8(const uint8_t *in, size_t bytes, char *out, size_t out_size)
{
	size_t at, used = 0, n, m;
	char utf8[4];
	uint32_t c;

	for (at = 0; at + 2 <= bytes; at += n) {
		n = take_utf16(in + at, bytes - at, &c);
		if (!n)
			return -EINVAL;
		if (!c)
			break;
		m = put_utf8(utf8, c);
		if (used + m >= out_size)
			return -E2BIG;
		memcpy(out + used, utf8, m);
		used += m;
	}
	if (used >= out_size)
		return -E2BIG;
	out[used] = 0;
	return (int)used;
}

size_t utf16_units(const char *text)
{
	size_t units = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c & 0xc0) != 0x80)
			units += c >= 0xf0 ? 2 : 1;
	}
	return units;
}

void text_printable(char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		/* Terminals obey the characters U+0080 to U+009F, too. */
		if (c == 0xc2 && ((unsigned char)text[1] & 0xe0) == 0x80)
			*text++ = '?';
		else if (c >= 0x20 && c != 0x7f)
			continue;
		*text = '?';
	}
}
