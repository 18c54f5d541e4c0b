// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: UTF-16LE and UTF-8. See utf.h for the contracts.
 */
#include "utf.h"

#define REPLACEMENT 0xFFFD

static bool is_high(u32 c)
{
	return c >= 0xD800 && c < 0xDC00;
}

static bool is_low(u32 c)
{
	return c >= 0xDC00 && c < 0xE000;
}

/* The character at *at, which moves on; 0 at the end. */
static u32 take_utf16(const u8 *from, u32 units, u32 *at)
{
	u32 c, next;

	if (*at >= units)
		return 0;
	c = from[2 * *at] | (u32)from[2 * *at + 1] << 8;
	++*at;
	if (is_high(c) && *at < units) {
		next = from[2 * *at] | (u32)from[2 * *at + 1] << 8;
		if (is_low(next)) {
			++*at;
			return 0x10000 + ((c - 0xD800) << 10) + (next - 0xDC00);
		}
	}
	return is_high(c) || is_low(c) ? REPLACEMENT : c;
}

static u32 utf8_length(u32 c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static void put_utf8(u8 *to, u32 c, u32 len)
{
	static const u8 lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	u32 i;

	for (i = len - 1; i; i--) {
		to[i] = 0x80 | (c & 0x3F);
		c >>= 6;
	}
	to[0] = lead[len] | c;
}

int utf16_to_utf8(const void *from, u32 bytes, void *to, u32 room)
{
	u32 at = 0, used = 0, c, len;
	u8 *out = to;

	while ((c = take_utf16(from, bytes / 2, &at)) != 0) {
		len = utf8_length(c);
		if (len >= room - used) {
			out[0] = 0;
			return -E2BIG;
		}
		put_utf8(out + used, c, len);
		used += len;
	}
	out[used] = 0;
	return used;
}

static u32 sequence_length(u8 first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first < 0xE0)
		return 2;
	if (first >= 0xE0 && first < 0xF0)
		return 3;
	return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/* The character of a sequence of len bytes, at least 2; 0 when it is none, or not the shortest of its character. */
static u32 decode(const u8 *s, u32 len)
{
	u32 c = s[0] & (0xFF >> (len + 1)), i;

	for (i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3F);
	}
	if (utf8_length(c) != len || is_high(c) || is_low(c) || c > 0x10FFFF)
		return 0;
	return c;
}

/* The character at *at, which moves on; 0 at the end. A wrong byte counts as one character. */
static u32 take_utf8(const u8 *from, u32 bytes, u32 *at)
{
	u32 len, c;

	if (*at >= bytes)
		return 0;
	len = sequence_length(from[*at]);
	if (len == 1)
		return from[(*at)++];
	c = len && len <= bytes - *at ? decode(from + *at, len) : 0;
	*at += c ? len : 1;
	return c ? c : REPLACEMENT;
}

static u32 put_utf16(u8 *to, u32 at, u32 c)
{
	if (c >= 0x10000) {
		at = put_utf16(to, at, 0xD800 + ((c - 0x10000) >> 10));
		c = 0xDC00 + ((c - 0x10000) & 0x3FF);
	}
	to[at] = c & 0xFF;
	to[at + 1] = c >> 8;
	return at + 2;
}

u32 utf8_to_utf16(const void *from, u32 bytes, void *to, u32 room, char separator)
{
	u32 at = 0, used = 0, whole = 0, c;

	memset(to, 0, room);
	while ((c = take_utf8(from, bytes, &at)) != 0) {
		if (separator && c == (u8)separator)
			whole = used;
		if (used + (c < 0x10000 ? 4 : 6) > room) {
			used = separator ? whole : used;
			memset((u8 *)to + used, 0, room - used);
			break;
		}
		used = put_utf16(to, used, c);
	}
	return used + 2;
}
