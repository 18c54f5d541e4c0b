// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of the host's: fields, UTF-16, quoting.
 */
#include "fuzz.h"
#include "kvpctl/json.h"
#include "shared/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *field = malloc(size + 1), *back = malloc(size + 2);
	char *out = malloc(size * 3 + 4), *quoted = malloc(size * 6 + 4), *small = malloc(8);
	bool cut;
	int len;

	memcpy(field, data, size);
	len = text_of_field(out, field, size);
	if (len >= 0) {
		PROMISE((size_t)len == strlen(out) && utf8_valid(out, (size_t)len, &cut) == (size_t)len);
		PROMISE(!text_to_field(back, size + 1, out));
		PROMISE(utf16_units(out) <= (size_t)len);
	}
	text_repaired(out, field, size);
	PROMISE(utf8_valid(out, strlen(out), &cut) == strlen(out) && strlen(out) <= size);
	json_string(quoted, out);
	PROMISE(strlen(quoted) <= size * 6 + 2);
	plain_string(quoted, out);
	text_printable(out);
	len = utf16_to_utf8(field, size, out, size * 3 + 4);
	PROMISE(len < 0 || utf8_valid(out, (size_t)len, &cut) == (size_t)len);
	PROMISE(utf16_to_utf8(field, size, small, 8) < 8);
	free(field);
	free(back);
	free(out);
	free(quoted);
	free(small);
	return 0;
}
