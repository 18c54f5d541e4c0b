/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: faults that were asked for: which commands they hit, and what becomes of those. */
#ifndef HOST_STORAGE_INJECT_H
#define HOST_STORAGE_INJECT_H

#include "scsi_cdb.h"

#define INJECT_ANY (-1)
#define INJECT_READ (-2)
#define INJECT_WRITE (-3)

struct inject_rule {
	unsigned int id;
	bool every_unit;
	uint8_t path, target, lun;
	int what; /* an opcode, or INJECT_* */
	bool by_lba; /* only commands that touch [lba, lba+blocks) */
	uint64_t lba, blocks;
	uint64_t skip; /* let so many pass first */
	uint64_t count; /* then hit so many; 0: all */
	uint64_t hits;
	/* what happens */
	uint64_t delay_ns;
	bool fails;
	uint32_t sense; /* with CHECK CONDITION; SENSE_NONE: none handed over */
	uint8_t status; /* SCSI status */
	uint8_t srb; /* 0: what goes with status and sense */
	struct inject_rule *next;
};

/* The first rule that hits the command, counted; NULL: none. */
const struct inject_rule *inject_match(struct inject_rule *rules, uint8_t path, uint8_t target, uint8_t lun,
				       const struct scsi_cdb *c);

/* "read", "write", "any", or a number as 0x28; INJECT_ANY - 100 when it is none of these. */
#define INJECT_NOT_A_COMMAND (INJECT_ANY - 100)
int inject_what_parse(const char *text);
/* "03/11/00": a sense code; false when it is none. */
bool inject_sense_parse(const char *text, uint32_t *out);

#endif
