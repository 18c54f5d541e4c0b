// SPDX-License-Identifier: GPL-2.0-only
/* pure: command descriptor blocks (scsi_cdb.h). */
#include <errno.h>
#include <string.h>

#include "scsi.h"
#include "scsi_cdb.h"

/* SPC: the three top bits of the opcode give the length; 0 where it is not fixed. */
static size_t group_len(uint8_t opcode)
{
	static const uint8_t len[8] = { 6, 10, 10, 0, 16, 12, 0, 0 };

	return len[opcode >> 5];
}

static enum scsi_kind kind_of(uint8_t opcode)
{
	switch (opcode) {
	case SCSI_READ_6:
	case SCSI_READ_10:
	case SCSI_READ_12:
	case SCSI_READ_16:
		return SCSI_KIND_READ;
	case SCSI_WRITE_6:
	case SCSI_WRITE_10:
	case SCSI_WRITE_12:
	case SCSI_WRITE_16:
		return SCSI_KIND_WRITE;
	case SCSI_VERIFY_10:
	case SCSI_VERIFY_12:
	case SCSI_VERIFY_16:
		return SCSI_KIND_VERIFY;
	case SCSI_SYNC_CACHE_10:
	case SCSI_SYNC_CACHE_16:
		return SCSI_KIND_SYNC;
	case SCSI_WRITE_SAME_10:
	case SCSI_WRITE_SAME_16:
		return SCSI_KIND_WRITE_SAME;
	default:
		return SCSI_KIND_OTHER;
	}
}

static void take_range_6(struct scsi_cdb *c)
{
	c->lba = get_be(c->byte + 1, 3) & 0x1FFFFF;
	c->blocks = c->byte[4] ? c->byte[4] : 256;
}

static void take_range(struct scsi_cdb *c, size_t len)
{
	if (len == 6) {
		take_range_6(c);
		return;
	}
	c->flags = c->byte[1];
	c->fua = c->byte[1] & 0x08;
	c->lba = get_be(c->byte + 2, len == 16 ? 8 : 4);
	if (len == 10)
		c->blocks = (uint32_t)get_be(c->byte + 7, 2);
	else
		c->blocks = (uint32_t)get_be(c->byte + (len == 12 ? 6 : 10), 4);
}

/* Where a command of no block address has its allocation or parameter list length. */
static uint32_t take_alloc(const struct scsi_cdb *c)
{
	switch (c->opcode) {
	case SCSI_INQUIRY:
		return (uint32_t)get_be(c->byte + 3, 2);
	case SCSI_REQUEST_SENSE:
	case SCSI_MODE_SENSE_6:
	case SCSI_MODE_SELECT_6:
		return c->byte[4];
	case SCSI_MODE_SENSE_10:
	case SCSI_MODE_SELECT_10:
	case SCSI_UNMAP:
	case SCSI_READ_TOC:
	case SCSI_GET_CONFIGURATION:
	case SCSI_GET_EVENT_STATUS:
	case SCSI_READ_DISC_INFO:
		return (uint32_t)get_be(c->byte + 7, 2);
	case SCSI_READ_CAPACITY_10:
		return 8;
	case SCSI_SERVICE_IN_16:
		return (uint32_t)get_be(c->byte + 10, 4);
	case SCSI_REPORT_LUNS:
		return (uint32_t)get_be(c->byte + 6, 4);
	case SCSI_MECHANISM_STATUS:
		return (uint32_t)get_be(c->byte + 8, 2);
	default:
		return 0;
	}
}

int scsi_cdb_parse(const uint8_t *cdb, size_t len, struct scsi_cdb *out)
{
	size_t need;

	memset(out, 0, sizeof(*out));
	if (!len || len > sizeof(out->byte))
		return -EINVAL;
	memcpy(out->byte, cdb, len);
	out->opcode = cdb[0];
	need = group_len(out->opcode);
	if (len < need)
		return -EINVAL;
	out->kind = kind_of(out->opcode);
	if (out->kind == SCSI_KIND_OTHER)
		out->alloc = take_alloc(out);
	else
		take_range(out, need);
	return 0;
}

bool scsi_range_ok(uint64_t lba, uint64_t blocks, uint64_t capacity)
{
	return lba <= capacity && blocks <= capacity - lba;
}

int scsi_unmap_parse(const uint8_t *list, size_t len, uint64_t capacity, struct scsi_extent *out)
{
	size_t count, i;

	if (len == 0)
		return 0;
	if (len < 8 || get_be(list, 2) != len - 2 || get_be(list + 2, 2) != len - 8 || (len - 8) % 16)
		return -(int)SENSE_PARAM_LIST_LENGTH;
	count = (len - 8) / 16;
	if (count > SCSI_UNMAP_MAX)
		return -(int)SENSE_INVALID_FIELD_PARAM;
	for (i = 0; i < count; i++) {
		out[i].lba = get_be(list + 8 + 16 * i, 8);
		out[i].blocks = (uint32_t)get_be(list + 16 + 16 * i, 4);
		if (!scsi_range_ok(out[i].lba, out[i].blocks, capacity))
			return -(int)SENSE_LBA_OUT_OF_RANGE;
	}
	return (int)count;
}

/* One mode page: only the caching page, and only with the write cache on, as it is. */
static uint32_t check_page(const uint8_t *page, size_t left, size_t *used)
{
	if (left < 2 || left - 2 < page[1])
		return SENSE_PARAM_LIST_LENGTH;
	*used = 2 + (size_t)page[1];
	if ((page[0] & 0x3F) != 0x08 || page[1] != 0x0A || !(page[2] & 0x04))
		return SENSE_INVALID_FIELD_PARAM;
	return SENSE_NONE;
}

uint32_t scsi_mode_select_check(const uint8_t *list, size_t len, bool ten)
{
	size_t header = ten ? 8 : 4, at, used = 0;
	uint32_t sense;

	if (len == 0)
		return SENSE_NONE;
	if (len < header)
		return SENSE_PARAM_LIST_LENGTH;
	at = header + (ten ? get_be(list + 6, 2) : list[3]);
	if (at > len)
		return SENSE_PARAM_LIST_LENGTH;
	for (; at < len; at += used) {
		sense = check_page(list + at, len - at, &used);
		if (sense)
			return sense;
	}
	return SENSE_NONE;
}
