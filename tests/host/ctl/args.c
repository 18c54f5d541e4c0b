// SPDX-License-Identifier: GPL-2.0-only
/* Arguments of a request (args.h). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "args.h"

/* Octal is no surprise anybody wants: only 0x changes the base. */
static bool parse_num(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *unit;
	char *end;
	uint64_t n;
	unsigned int shift = 0;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	n = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);
	if (errno)
		return false;
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || end[1])
			return false;
		shift = 10 * (unsigned int)(unit - units + 1);
	}
	if (n << shift >> shift != n)
		return false;
	*out = n << shift;
	return true;
}

static bool value_num(const json_t *value, uint64_t *out)
{
	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		*out = (uint64_t)json_integer_value(value);
		return true;
	}
	return json_is_string(value) && parse_num(json_string_value(value), out);
}

static int missing(struct ctl_request *req, const char *key)
{
	ctl_why(req, "it needs %s=", key);
	return -EINVAL;
}

int ctl_arg_num(struct ctl_request *req, const json_t *args, const char *key, uint64_t def, uint64_t min, uint64_t max,
		uint64_t *out)
{
	const json_t *value = json_object_get(args, key);
	uint64_t n;

	if (!value) {
		*out = def;
		return 0;
	}
	if (!value_num(value, &n) || n < min || n > max) {
		ctl_why(req, "%s= is no whole number from %llu to %llu", key, (unsigned long long)min,
			(unsigned long long)max);
		return -EINVAL;
	}
	*out = n;
	return 0;
}

int ctl_need_num(struct ctl_request *req, const json_t *args, const char *key, uint64_t min, uint64_t max, uint64_t *out)
{
	if (!json_object_get(args, key))
		return missing(req, key);
	return ctl_arg_num(req, args, key, 0, min, max, out);
}

static int value_bool(const json_t *value)
{
	const char *text = json_string_value(value);

	if (json_is_boolean(value))
		return json_is_true(value);
	if (json_is_integer(value))
		return json_integer_value(value) == 1 ? 1 : json_integer_value(value) == 0 ? 0 : -1;
	if (text && (!strcmp(text, "on") || !strcmp(text, "yes")))
		return 1;
	if (text && (!strcmp(text, "off") || !strcmp(text, "no")))
		return 0;
	return -1;
}

int ctl_arg_bool(struct ctl_request *req, const json_t *args, const char *key, bool def, bool *out)
{
	const json_t *value = json_object_get(args, key);
	int is = value ? value_bool(value) : def;

	if (is < 0) {
		ctl_why(req, "%s= is neither true nor false", key);
		return -EINVAL;
	}
	*out = is;
	return 0;
}

int ctl_arg_text(struct ctl_request *req, const json_t *args, const char *key, const char *def, char *out, size_t size)
{
	const json_t *value = json_object_get(args, key);
	const char *text = json_is_string(value) ? json_string_value(value) : NULL;
	char number[32];

	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		text = number;
	} else if (!value) {
		text = def;
		if (!text)
			return missing(req, key);
	}
	if (!text || strlen(text) >= size) {
		ctl_why(req, "%s= is no text of at most %zu bytes", key, size - 1);
		return -EINVAL;
	}
	strcpy(out, text);
	return 0;
}
