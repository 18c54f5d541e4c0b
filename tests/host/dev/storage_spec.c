// SPDX-License-Identifier: GPL-2.0-only
/* pure: the text of one disk (storage_spec.h). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scsi_changer.h"
#include "storage_spec.h"

#define TAPE_MIN (64ULL << 10)
#define TAPE_MAX (4ULL << 30)

const char *const disk_key[DISK_KINDS] = { "disk", "ram", "cd", "tape", "changer" };

bool storage_size_parse(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	unsigned int shift = 0;
	const char *unit;
	uint64_t n;
	char *end;

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
	*out = n << shift;
	return *out >> shift == n;
}

bool storage_switch_parse(const char *text, bool *out)
{
	*out = !text || !strcmp(text, "on") || !strcmp(text, "yes") || !strcmp(text, "1");
	return *out || !strcmp(text, "off") || !strcmp(text, "no") || !strcmp(text, "0");
}

/* Copies up to the next single colon; doubled ones become one. NULL when it does not fit; else what is behind. */
static const char *take_word(const char *text, char *out, size_t len)
{
	size_t n = 0;

	while (*text) {
		if (*text == ':') {
			if (text[1] != ':')
				break;
			text++;
		}
		if (n + 1 >= len)
			return NULL;
		out[n++] = *text++;
	}
	out[n] = 0;
	return *text ? text + 1 : text;
}

static bool small_number(const char *text, int max, int *out)
{
	uint64_t n;

	if (!text || !storage_size_parse(text, &n) || n > (uint64_t)max)
		return false;
	*out = (int)n;
	return true;
}

static bool take_sector(struct disk_spec *s, const char *value)
{
	if (!value || (strcmp(value, "512") && strcmp(value, "512e") && strcmp(value, "4096")))
		return false;
	s->block_size = strcmp(value, "4096") ? 512 : 4096;
	s->physical_exponent = strcmp(value, "512e") ? 0 : 3;
	return true;
}

static bool take_serial(struct disk_spec *s, const char *value)
{
	if (!value || !*value || strlen(value) >= sizeof(s->serial))
		return false;
	for (const char *c = value; *c; c++)
		if (*c < 0x20 || *c > 0x7E)
			return false;
	snprintf(s->serial, sizeof(s->serial), "%s", value);
	return true;
}

static bool take_count(struct disk_spec *s, const char *value)
{
	int n;

	if (s->kind != DISK_RAM || !small_number(value, 255, &n) || n < 1)
		return false;
	s->count = (unsigned int)n;
	return true;
}

static bool take_option(struct disk_spec *s, const char *key, const char *value)
{
	if (!strcmp(key, "lun"))
		return small_number(value, 255, &s->lun);
	if (!strcmp(key, "target"))
		return small_number(value, 127, &s->target);
	if (!strcmp(key, "path"))
		return small_number(value, 7, &s->path);
	if (!strcmp(key, "serial"))
		return take_serial(s, value);
	if (s->kind != DISK_FILE && s->kind != DISK_RAM)
		return false;
	if (!strcmp(key, "sector"))
		return take_sector(s, value);
	if (!strcmp(key, "count"))
		return take_count(s, value);
	if (!strcmp(key, "ro"))
		return storage_switch_parse(value, &s->read_only);
	if (!strcmp(key, "unmap"))
		return storage_switch_parse(value, &s->unmap);
	if (!strcmp(key, "writesame"))
		return storage_switch_parse(value, &s->write_same);
	if (!strcmp(key, "fua"))
		return storage_switch_parse(value, &s->fua);
	if (!strcmp(key, "rotating"))
		return storage_switch_parse(value, &s->rotating);
	return false;
}

static bool take_options(struct disk_spec *s, const char *text, char *why, size_t why_len)
{
	char word[128], *eq;

	while (*text) {
		text = take_word(text, word, sizeof(word));
		if (!text) {
			snprintf(why, why_len, "a word of it is longer than any should be");
			return false;
		}
		eq = strchr(word, '=');
		if (eq)
			*eq++ = 0;
		if (!take_option(s, word, eq)) {
			snprintf(why, why_len, "'%s%s%s' is not for this kind of disk", word, eq ? "=" : "", eq ? eq : "");
			return false;
		}
	}
	return true;
}

static bool check_library(struct disk_spec *s, char *why, size_t why_len)
{
	bool tape = s->kind == DISK_TAPE, number = storage_size_parse(s->file, &s->bytes);

	if (number && s->bytes >= (tape ? TAPE_MIN : 2) && s->bytes <= (tape ? TAPE_MAX : CHANGER_SLOTS_MAX))
		return true;
	if (tape)
		snprintf(why, why_len, "'%s' is no size of a tape: 64K to 4G", s->file);
	else
		snprintf(why, why_len, "'%s' is no number of slots: 2 to %u", s->file, CHANGER_SLOTS_MAX);
	return false;
}

static bool check_size(struct disk_spec *s, char *why, size_t why_len)
{
	if (s->kind == DISK_TAPE || s->kind == DISK_CHANGER)
		return check_library(s, why, why_len);
	if (s->kind != DISK_RAM)
		return true;
	if (!storage_size_parse(s->file, &s->bytes) || !s->bytes || s->bytes % s->block_size || s->bytes >> 50) {
		snprintf(why, why_len, "'%s' is no size of whole blocks of %u bytes", s->file, s->block_size);
		return false;
	}
	return true;
}

bool disk_spec_parse(enum disk_kind kind, const char *text, struct disk_spec *out, char *why, size_t why_len)
{
	bool disk = kind == DISK_FILE || kind == DISK_RAM;

	memset(out, 0, sizeof(*out));
	out->kind = kind;
	out->path = out->target = out->lun = -1;
	out->count = 1;
	out->block_size = kind == DISK_CD ? 2048 : 512;
	out->physical_exponent = disk ? 3 : 0;
	out->unmap = disk;
	out->read_only = kind == DISK_CD;
	text = take_word(text, out->file, sizeof(out->file));
	if (!text || !*out->file) {
		snprintf(why, why_len, text ? "it names nothing" : "its path is too long");
		return false;
	}
	return take_options(out, text, why, why_len) && check_size(out, why, why_len);
}
