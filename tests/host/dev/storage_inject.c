// SPDX-License-Identifier: GPL-2.0-only
/* pure: injected faults (storage_inject.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scsi.h"
#include "storage_inject.h"

static bool hits_command(const struct inject_rule *r, const struct scsi_cdb *c)
{
	if (r->what == INJECT_READ)
		return c->kind == SCSI_KIND_READ;
	if (r->what == INJECT_WRITE)
		return c->kind == SCSI_KIND_WRITE;
	return r->what == INJECT_ANY || r->what == c->opcode;
}

/* Written so that no sum can overflow. */
static bool hits_blocks(const struct inject_rule *r, const struct scsi_cdb *c)
{
	if (!r->by_lba)
		return true;
	if (c->kind == SCSI_KIND_OTHER)
		return false;
	return c->lba >= r->lba ? c->lba - r->lba < r->blocks : r->lba - c->lba < c->blocks;
}

const struct inject_rule *inject_match(struct inject_rule *rules, uint8_t path, uint8_t target, uint8_t lun,
				       const struct scsi_cdb *c)
{
	for (struct inject_rule *r = rules; r; r = r->next) {
		if (!r->every_unit && (r->path != path || r->target != target || r->lun != lun))
			continue;
		if (!hits_command(r, c) || !hits_blocks(r, c))
			continue;
		if (r->skip) {
			r->skip--;
			continue;
		}
		if (r->count && r->hits >= r->count)
			continue;
		r->hits++;
		return r;
	}
	return NULL;
}

int inject_what_parse(const char *text)
{
	unsigned long n;
	char *end;

	if (!strcmp(text, "any"))
		return INJECT_ANY;
	if (!strcmp(text, "read"))
		return INJECT_READ;
	if (!strcmp(text, "write"))
		return INJECT_WRITE;
	n = strtoul(text, &end, 0);
	return *text && !*end && n <= 0xFF ? (int)n : INJECT_NOT_A_COMMAND;
}

bool inject_sense_parse(const char *text, uint32_t *out)
{
	unsigned int key, asc, ascq;
	char end;

	if (sscanf(text, "%2x/%2x/%2x%c", &key, &asc, &ascq, &end) != 3 || key > 0x0F)
		return false;
	*out = SENSE(key, asc, ascq);
	return true;
}
