// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: records of pool files (record.h).
 */
#include <errno.h>
#include <string.h>
#include "kvp/record.h"
#include "shared/text.h"

static bool is_utf8(const char *text)
{
	size_t len = strlen(text);
	bool cut;

	return utf8_valid(text, len, &cut) == len;
}

int record_make(struct kvp_record *r, const char *key, const char *value)
{
	int err;

	if (!key[0] || !is_utf8(key) || !is_utf8(value))
		return -EINVAL;
	err = text_to_field(r->key, sizeof(r->key), key);
	return err ? err : text_to_field(r->value, sizeof(r->value), value);
}

void record_take(const struct kvp_record *r, char *key, char *value)
{
	text_repaired(key, r->key, sizeof(r->key));
	text_repaired(value, r->value, sizeof(r->value));
}

bool record_is(const struct kvp_record *r, const char *key)
{
	size_t len = strlen(key);

	return len < sizeof(r->key) && !memcmp(r->key, key, len + 1);
}
