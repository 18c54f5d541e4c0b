/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: command descriptor blocks and parameter lists of the guest, taken apart and checked (SPC, SBC, MMC). */
#ifndef HOST_SCSI_CDB_H
#define HOST_SCSI_CDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scsi_kind {
	SCSI_KIND_OTHER, /* by its opcode: no block address */
	SCSI_KIND_READ,
	SCSI_KIND_WRITE,
	SCSI_KIND_VERIFY,
	SCSI_KIND_SYNC,
	SCSI_KIND_WRITE_SAME,
};

struct scsi_cdb {
	uint8_t opcode;
	enum scsi_kind kind;
	uint64_t lba; /* of the kinds but OTHER */
	uint32_t blocks;
	uint8_t flags; /* byte 1 of those: DPO, FUA, protection, BYTCHK, UNMAP, NDOB */
	bool fua;
	uint32_t alloc; /* OTHER: allocation or parameter list length */
	uint8_t byte[16]; /* a copy, zero behind its length */
};

#define SCSI_CDB_PROTECT 0xE0 /* in flags: RDPROTECT and its like */
#define SCSI_CDB_BYTCHK 0x06 /* VERIFY */
#define SCSI_CDB_UNMAP 0x08 /* WRITE SAME */
#define SCSI_CDB_ANCHOR 0x10
#define SCSI_CDB_NDOB 0x01

/* 0, or -EINVAL: shorter than its opcode's group has it. An opcode nobody knows is taken apart as OTHER. */
int scsi_cdb_parse(const uint8_t *cdb, size_t len, struct scsi_cdb *out);

/* True when [lba, lba+blocks) lies on a disk of so many blocks; nothing at the very end does, too. */
bool scsi_range_ok(uint64_t lba, uint64_t blocks, uint64_t capacity);

#define SCSI_UNMAP_MAX 4096
struct scsi_extent {
	uint64_t lba;
	uint32_t blocks;
};

/*
 * The parameter list of UNMAP: how many descriptors, or the sense code as a negative number: list length not as the
 * headers say, too many, or out of the disk's range. out has room for SCSI_UNMAP_MAX.
 */
int scsi_unmap_parse(const uint8_t *list, size_t len, uint64_t capacity, struct scsi_extent *out);

/*
 * The parameter list of MODE SELECT (6 or 10): 0 when all it asks for is what is already so (write cache on), else the
 * sense code.
 */
uint32_t scsi_mode_select_check(const uint8_t *list, size_t len, bool ten);

#endif
