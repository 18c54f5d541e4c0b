// SPDX-License-Identifier: GPL-2.0-only
/* Options of devices (opts.h). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "log.h"
#include "opts.h"

#define KEYS_MAX 64
#define NAMES_MAX 512

struct opt {
	char *key;
	char *value; /* NULL: the bare key */
	bool asked;
};

struct opts {
	char *type;
	struct opt opt[KEYS_MAX];
	unsigned int count;
	char names[NAMES_MAX]; /* every key asked for, for the complaint about one that was not */
	bool bad;
};

/* The piece up to the next single comma, doubled ones halved; *text moves behind that comma, or becomes NULL. */
static char *piece(const char **text)
{
	const char *s = *text;
	char *out = malloc(strlen(s) + 1), *to = out;

	if (!out)
		return NULL;
	while (*s) {
		if (*s == ',') {
			if (s[1] != ',')
				break;
			s++;
		}
		*to++ = *s++;
	}
	*to = 0;
	*text = *s ? s + 1 : NULL;
	return out;
}

static bool add(struct opts *o, const char **text)
{
	struct opt *opt = &o->opt[o->count];
	char *eq;

	if (o->count == KEYS_MAX) {
		complain("device options are not usable", "give fewer of them", "there are more than %d", KEYS_MAX);
		return false;
	}
	opt->key = piece(text);
	if (!opt->key) {
		complain("device options are not usable", "free memory", "out of memory");
		return false;
	}
	o->count++;
	eq = strchr(opt->key, '=');
	if (eq) {
		*eq = 0;
		opt->value = eq + 1;
	}
	if (!*opt->key) {
		complain("device options are not usable", "write KEY=VALUE between single commas",
			 "an empty key stands in the options of '%s'", o->type);
		return false;
	}
	return true;
}

struct opts *opts_parse(const char *text)
{
	struct opts *o = calloc(1, sizeof(*o));

	if (o)
		o->type = piece(&text);
	if (!o || !o->type) {
		complain("device options are not usable", "free memory", "out of memory");
		opts_free(o);
		return NULL;
	}
	if (!*o->type) {
		complain("a device has no type", "see --device help", "its options begin with a comma or are empty");
		opts_free(o);
		return NULL;
	}
	while (text)
		if (!add(o, &text)) {
			opts_free(o);
			return NULL;
		}
	return o;
}

void opts_free(struct opts *o)
{
	if (!o)
		return;
	for (unsigned int i = 0; i < o->count; i++)
		free(o->opt[i].key);
	free(o->type);
	free(o);
}

const char *opts_type(const struct opts *o)
{
	return o->type;
}

static void note_name(struct opts *o, const char *key)
{
	size_t used = strlen(o->names);

	if (used)
		snprintf(o->names + used, NAMES_MAX - used, ", %s", key);
	else
		snprintf(o->names, NAMES_MAX, "%s", key);
}

static void misfit(struct opts *o, const char *key, const char *value, const char *want)
{
	complain("a device option does not fit", want, "%s: %s=%s", o->type, key, value ? value : "");
	o->bad = true;
}

static struct opt *find(struct opts *o, const char *key)
{
	struct opt *hit = NULL;

	note_name(o, key);
	for (unsigned int i = 0; i < o->count; i++) {
		if (strcmp(o->opt[i].key, key))
			continue;
		o->opt[i].asked = true;
		if (hit)
			misfit(o, key, o->opt[i].value, "give it once");
		hit = &o->opt[i];
	}
	return hit;
}

const char *opts_str(struct opts *o, const char *key, const char *def)
{
	struct opt *opt = find(o, key);

	if (!opt)
		return def;
	if (!opt->value) {
		misfit(o, key, NULL, "give it a value: KEY=VALUE");
		return def;
	}
	return opt->value;
}

static bool number(const char *text, uint64_t *out)
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

uint64_t opts_num(struct opts *o, const char *key, uint64_t def, uint64_t min, uint64_t max)
{
	struct opt *opt = find(o, key);
	char want[96];
	uint64_t n;

	if (!opt)
		return def;
	if (opt->value && number(opt->value, &n) && n >= min && n <= max)
		return n;
	snprintf(want, sizeof(want), "give a number from %llu to %llu (K, M, G, T are powers of 1024)",
		 (unsigned long long)min, (unsigned long long)max);
	misfit(o, key, opt->value, want);
	return def;
}

static bool one_of(const char *value, const char *a, const char *b, const char *c)
{
	return !strcmp(value, a) || !strcmp(value, b) || !strcmp(value, c);
}

bool opts_bool(struct opts *o, const char *key, bool def)
{
	struct opt *opt = find(o, key);

	if (!opt)
		return def;
	if (!opt->value || one_of(opt->value, "on", "yes", "1"))
		return true;
	if (one_of(opt->value, "off", "no", "0"))
		return false;
	misfit(o, key, opt->value, "say on or off");
	return def;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The first three fields are numbers, little-endian in memory; the rest are bytes as written (docs/wire/02 1). */
static bool guid(const char *text, struct hvw_guid *out)
{
	static const unsigned char place[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	int high, low;

	for (unsigned int i = 0; i < 16; i++) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		high = hex_digit(text[0]);
		low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0)
			return false;
		out->b[place[i]] = (__u8)(high << 4 | low);
		text += 2;
	}
	return !*text;
}

bool opts_guid(struct opts *o, const char *key, struct hvw_guid *out)
{
	struct opt *opt = find(o, key);

	if (!opt)
		return false;
	if (opt->value && guid(opt->value, out))
		return true;
	misfit(o, key, opt->value, "write xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx in hexadecimal digits");
	return false;
}

const char *opts_nth(struct opts *o, const char *key, unsigned int index)
{
	if (!index)
		note_name(o, key);
	for (unsigned int i = 0; i < o->count; i++) {
		if (strcmp(o->opt[i].key, key))
			continue;
		o->opt[i].asked = true;
		if (!index--) {
			if (!o->opt[i].value)
				misfit(o, key, NULL, "give it a value: KEY=VALUE");
			return o->opt[i].value;
		}
	}
	return NULL;
}

bool opts_done(struct opts *o)
{
	char next[NAMES_MAX + 64];

	for (unsigned int i = 0; i < o->count; i++) {
		if (o->opt[i].asked)
			continue;
		snprintf(next, sizeof(next), "it has these: %s", o->names[0] ? o->names : "none");
		complain("a device option is unknown", next, "%s has no option '%s'", o->type, o->opt[i].key);
		o->bad = true;
	}
	return !o->bad;
}
