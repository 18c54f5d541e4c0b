// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: quoting (json.h).
 */
#include <stdio.h>
#include "kvpctl/json.h"

size_t json_string(char *out, const char *text)
{
	size_t n = 0;

	out[n++] = '"';
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			out[n++] = '\\';
		if (c < 0x20 || c == 0x7f)
			n += (size_t)sprintf(out + n, "\\u%04x", c);
		else
			out[n++] = (char)c;
	}
	out[n++] = '"';
	out[n] = 0;
	return n;
}

size_t plain_string(char *out, const char *text)
{
	size_t n = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		/* Terminals obey the characters U+0080 to U+009F, too. */
		if (c == 0xc2 && ((unsigned char)text[1] & 0xe0) == 0x80)
			n += (size_t)sprintf(out + n, "\\%03o\\%03o", c, (unsigned char)*++text);
		else if (c < 0x20 || c == 0x7f || c == '\\')
			n += (size_t)sprintf(out + n, "\\%03o", c);
		else
			out[n++] = (char)c;
	}
	out[n] = 0;
	return n;
}
