// SPDX-License-Identifier: GPL-2.0-only
/* pure: text between the wire's UTF-16LE and our UTF-8 (text.h). */
#include <errno.h>
#include <string.h>

#include "text.h"

#define REPLACEMENT 0xFFFDU

static uint32_t unit(const uint8_t *in)
{
	return in[0] | (uint32_t)in[1] << 8;
}

/* The character at *at, which moves behind it. */
static uint32_t take_utf16(const uint8_t *in, size_t bytes, size_t *at)
{
	uint32_t c = unit(in + *at), low;

	*at += 2;
	if (c < 0xD800 || c > 0xDFFF)
		return c;
	if (c > 0xDBFF || bytes - *at < 2)
		return REPLACEMENT;
	low = unit(in + *at);
	if (low < 0xDC00 || low > 0xDFFF)
		return REPLACEMENT;
	*at += 2;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

static size_t put_utf8(uint32_t c, char *out)
{
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len; i > 1; i--) {
		out[i - 1] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	out[0] = (char)(lead[len] | c);
	return len;
}

size_t text_from_utf16(const uint8_t *in, size_t bytes, char *out, size_t size)
{
	size_t at = 0, to = 0, len;
	char c[4];
	uint32_t code;

	while (bytes - at >= 2) {
		code = take_utf16(in, bytes, &at);
		if (!code)
			break;
		len = put_utf8(code, c);
		if (to + len >= size)
			break;
		memcpy(out + to, c, len);
		to += len;
	}
	if (size)
		out[to] = 0;
	return to;
}

/* The character at *in, which moves behind it; -EILSEQ for overlong forms, surrogates and what is beyond Unicode, too. */
static int take_utf8(const char **in, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)*(*in)++;
	unsigned int len = c < 0x80 ? 1 : c < 0xC0 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF8 ? 4 : 0;
	uint32_t code;

	if (!len)
		return -EILSEQ;
	code = len == 1 ? c : c & (0x7FU >> len);
	for (unsigned int i = 1; i < len; i++) {
		c = (unsigned char)**in;
		if ((c & 0xC0) != 0x80)
			return -EILSEQ;
		(*in)++;
		code = code << 6 | (c & 0x3F);
	}
	if (code < least[len] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return -EILSEQ;
	*out = code;
	return 0;
}

static size_t put_utf16(uint32_t c, uint8_t *out)
{
	uint32_t high = c, low = 0;

	if (c >= 0x10000) {
		high = 0xD800 + ((c - 0x10000) >> 10);
		low = 0xDC00 + ((c - 0x10000) & 0x3FF);
	}
	out[0] = (uint8_t)high;
	out[1] = (uint8_t)(high >> 8);
	out[2] = (uint8_t)low;
	out[3] = (uint8_t)(low >> 8);
	return c >= 0x10000 ? 4 : 2;
}

int text_to_utf16(const char *in, uint8_t *out, size_t bytes)
{
	uint8_t c[4];
	size_t to = 0, len;
	uint32_t code;

	memset(out, 0, bytes);
	while (*in) {
		if (take_utf8(&in, &code))
			return -EILSEQ;
		len = put_utf16(code, c);
		if (to + len + 2 > bytes)
			return -EMSGSIZE;
		memcpy(out + to, c, len);
		to += len;
	}
	return bytes < 2 ? -EMSGSIZE : (int)to + 2;
}
