// SPDX-License-Identifier: GPL-2.0-only
/* Commands of a logical unit (scsi_unit.h), by SPC and SBC; what hosts refuse is in docs/wire/04 6. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scsi.h"
#include "scsi_unit.h"

#define NO_INFO (~0ULL)

bool iov_trim(struct iovec *iov, unsigned int *count, size_t len)
{
	unsigned int i;

	for (i = 0; i < *count && len; i++) {
		if (iov[i].iov_len > len)
			iov[i].iov_len = len;
		len -= iov[i].iov_len;
	}
	*count = i;
	return len == 0;
}

size_t iov_put(const struct iovec *iov, unsigned int count, const void *from, size_t len)
{
	size_t done = 0, n;

	for (unsigned int i = 0; i < count && done < len; i++, done += n) {
		n = iov[i].iov_len < len - done ? iov[i].iov_len : len - done;
		memcpy(iov[i].iov_base, (const char *)from + done, n);
	}
	return done;
}

size_t iov_take(const struct iovec *iov, unsigned int count, void *to, size_t len)
{
	size_t done = 0, n;

	for (unsigned int i = 0; i < count && done < len; i++, done += n) {
		n = iov[i].iov_len < len - done ? iov[i].iov_len : len - done;
		memcpy((char *)to + done, iov[i].iov_base, n);
	}
	return done;
}

void scsi_task_fail(struct scsi_task *t, uint32_t sense, uint64_t info)
{
	t->status = SCSI_CHECK_CONDITION;
	t->sense = sense;
	t->sense_flags = 0;
	t->info = info;
	t->moved = 0;
}

void scsi_task_reply(struct scsi_task *t, const uint8_t *data, size_t len, uint32_t alloc)
{
	if (len > alloc)
		len = alloc;
	if (len > t->bytes)
		len = t->bytes;
	if (len && t->direction != SCSI_IN) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return;
	}
	t->moved = (uint32_t)iov_put(t->iov, t->iov_count, data, len);
}

/* An answer of no bytes says that the field asked for is not there. */
static void reply_or_refuse(struct scsi_task *t, const uint8_t *data, size_t len)
{
	if (len)
		scsi_task_reply(t, data, len, t->c.alloc);
	else
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
}

static void do_inquiry(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_DATA_MAX];
	bool vpd = t->c.byte[1] & 0x01;
	size_t len = 0;

	if (vpd)
		len = scsi_data_vpd(&u->id, t->c.byte[2], data);
	else if (!t->c.byte[2])
		len = scsi_data_inquiry(&u->id, data);
	reply_or_refuse(t, data, len);
}

/* The attention that is next to be told, which forgets it. */
static uint32_t take_attention(struct scsi_unit *u)
{
	static const uint32_t code[] = { SENSE_RESET, SENSE_MEDIUM_CHANGED, SENSE_CAPACITY_CHANGED, SENSE_MODE_CHANGED };

	for (unsigned int i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		if (u->attention & 1U << i) {
			u->attention &= ~(1U << i);
			return code[i];
		}
	return SENSE_NONE;
}

static void do_request_sense(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_SENSE_LEN];

	if (t->c.byte[1] & 0x01) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return;
	}
	scsi_sense_fill(data, take_attention(u), NO_INFO);
	scsi_task_reply(t, data, sizeof(data), t->c.alloc);
}

static void do_mode_sense(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_DATA_MAX];

	if (t->c.byte[2] >> 6 == 3) {
		scsi_task_fail(t, SENSE_NO_SAVED_PAGES, NO_INFO);
		return;
	}
	reply_or_refuse(t, data, scsi_data_mode(&u->id, t->c.byte[2], t->c.byte[3], t->c.opcode == SCSI_MODE_SENSE_10, data));
}

bool scsi_task_take_list(struct scsi_task *t, uint8_t *list, size_t max)
{
	if (t->c.alloc > t->bytes || t->c.alloc > max || (t->c.alloc && t->direction != SCSI_OUT)) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return false;
	}
	iov_take(t->iov, t->iov_count, list, t->c.alloc);
	return true;
}

static void do_mode_select(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t list[512];
	uint32_t sense;

	if (!scsi_task_take_list(t, list, sizeof(list)))
		return;
	sense = scsi_mode_select_check(list, t->c.alloc, t->c.opcode == SCSI_MODE_SELECT_10);
	if (sense)
		scsi_task_fail(t, sense, NO_INFO);
	else
		t->moved = t->c.alloc;
}

static void do_capacity(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_DATA_MAX];
	size_t len = 0;

	if (t->c.opcode == SCSI_READ_CAPACITY_10)
		len = scsi_data_capacity_10(&u->id, data);
	else if ((t->c.byte[1] & 0x1F) == SCSI_SA_READ_CAPACITY_16)
		len = scsi_data_capacity_16(&u->id, data);
	reply_or_refuse(t, data, len);
}

/* Takes the descriptors out of the list at once: the guest may change its memory at any time. */
static bool do_unmap(struct scsi_unit *u, struct scsi_task *t)
{
	size_t max = 8 + 16 * (size_t)SCSI_UNMAP_MAX;
	uint8_t *list;
	int n;

	if (u->id.read_only || (t->c.byte[1] & 0x01)) {
		scsi_task_fail(t, u->id.read_only ? SENSE_WRITE_PROTECTED : SENSE_INVALID_FIELD_CDB, NO_INFO);
		return false;
	}
	list = malloc(max);
	t->extents = malloc(SCSI_UNMAP_MAX * sizeof(*t->extents));
	if (!list || !t->extents) {
		scsi_task_fail(t, SENSE_INTERNAL, NO_INFO);
	} else if (scsi_task_take_list(t, list, max)) {
		n = scsi_unmap_parse(list, t->c.alloc, u->id.blocks, t->extents);
		if (n < 0)
			scsi_task_fail(t, (uint32_t)-n, NO_INFO);
		else
			t->extent_count = (unsigned int)n;
		t->moved = n < 0 ? 0 : t->c.alloc;
	}
	free(list);
	return t->status == SCSI_GOOD && t->extent_count;
}

/* Direction and length of the guest's buffer against what the CDB moves; the rest of the buffer is left alone. */
static bool buffer_fits(struct scsi_task *t, uint64_t need, enum scsi_direction direction)
{
	if (need > t->bytes || (need && t->direction != direction)) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return false;
	}
	return iov_trim(t->iov, &t->iov_count, need);
}

static bool start_write_same(struct scsi_unit *u, struct scsi_task *t)
{
	bool no_data = t->c.opcode == SCSI_WRITE_SAME_16 && (t->c.flags & SCSI_CDB_NDOB);

	if (t->c.blocks == 0 || t->c.blocks > u->id.max_transfer / u->id.block_size || (t->c.flags & SCSI_CDB_ANCHOR)) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return false;
	}
	return buffer_fits(t, no_data ? 0 : u->id.block_size, SCSI_OUT);
}

static bool start_verify(struct scsi_unit *u, struct scsi_task *t)
{
	unsigned int check = t->c.flags & SCSI_CDB_BYTCHK;

	if (check == 0)
		return false;
	if (check != 0x02) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return false;
	}
	return buffer_fits(t, (uint64_t)t->c.blocks * u->id.block_size, SCSI_OUT) && t->c.blocks;
}

/* SENSE_NONE when the unit has this command and lets it change what it changes. */
static uint32_t access_allowed(const struct scsi_unit *u, const struct scsi_task *t)
{
	bool changes = t->c.kind == SCSI_KIND_WRITE || t->c.kind == SCSI_KIND_WRITE_SAME;

	if (u->id.type == SCSI_TYPE_CD && changes)
		return SENSE_INVALID_OPCODE;
	if (t->c.kind == SCSI_KIND_WRITE_SAME && !u->id.write_same)
		return SENSE_INVALID_OPCODE;
	if (u->id.block_size != 512 && (t->c.opcode == SCSI_READ_6 || t->c.opcode == SCSI_WRITE_6))
		return SENSE_INVALID_OPCODE;
	if (!u->disk)
		return SENSE_NO_MEDIUM;
	if (changes && u->id.read_only)
		return SENSE_WRITE_PROTECTED;
	if (t->c.kind != SCSI_KIND_SYNC && (t->c.flags & SCSI_CDB_PROTECT))
		return SENSE_INVALID_FIELD_CDB;
	return scsi_range_ok(t->c.lba, t->c.blocks, u->id.blocks) ? SENSE_NONE : SENSE_LBA_OUT_OF_RANGE;
}

static bool start_block(struct scsi_unit *u, struct scsi_task *t)
{
	uint64_t need = (uint64_t)t->c.blocks * u->id.block_size;
	uint32_t sense = access_allowed(u, t);

	if (sense) {
		scsi_task_fail(t, sense, sense == SENSE_LBA_OUT_OF_RANGE ? t->c.lba : NO_INFO);
		return false;
	}
	switch (t->c.kind) {
	case SCSI_KIND_READ:
		return buffer_fits(t, need, SCSI_IN) && need;
	case SCSI_KIND_WRITE:
		return buffer_fits(t, need, SCSI_OUT) && need;
	case SCSI_KIND_VERIFY:
		return start_verify(u, t);
	case SCSI_KIND_WRITE_SAME:
		return start_write_same(u, t);
	default:
		return true;
	}
}

static bool start_disk(struct scsi_unit *u, struct scsi_task *t)
{
	switch (t->c.opcode) {
	case SCSI_MODE_SELECT_6:
	case SCSI_MODE_SELECT_10:
		do_mode_select(u, t);
		return false;
	case SCSI_UNMAP:
		if (u->id.unmap)
			return do_unmap(u, t);
		break;
	case SCSI_SERVICE_IN_16:
		do_capacity(u, t);
		return false;
	case SCSI_ATA_12:
	case SCSI_ATA_16:
		/* Hosts fail pass-through without any sense data (5.5). */
		scsi_task_fail(t, SENSE_NONE, NO_INFO);
		return false;
	case SCSI_START_STOP:
	case SCSI_PREVENT_ALLOW:
		return false;
	}
	scsi_task_fail(t, SENSE_INVALID_OPCODE, NO_INFO);
	return false;
}

static bool start_other(struct scsi_unit *u, struct scsi_task *t)
{
	switch (t->c.opcode) {
	case SCSI_TEST_UNIT_READY:
		if (!u->disk)
			scsi_task_fail(t, SENSE_NO_MEDIUM, NO_INFO);
		return false;
	case SCSI_MODE_SENSE_6:
	case SCSI_MODE_SENSE_10:
		do_mode_sense(u, t);
		return false;
	case SCSI_READ_CAPACITY_10:
		if (u->disk)
			do_capacity(u, t);
		else
			scsi_task_fail(t, SENSE_NO_MEDIUM, NO_INFO);
		return false;
	}
	if (u->id.type != SCSI_TYPE_CD)
		return start_disk(u, t);
	if (!scsi_cd_start(u, t))
		scsi_task_fail(t, SENSE_INVALID_OPCODE, NO_INFO);
	return false;
}

/* Tape drives and changers: everything at once, by the loop thread. */
static void start_library(struct scsi_unit *u, struct scsi_task *t)
{
	bool known = u->tape ? scsi_tape_start(u, t) : scsi_changer_start(u, t);

	if (!known)
		scsi_task_fail(t, SENSE_INVALID_OPCODE, NO_INFO);
}

/* True: a worker has to go on with it. */
static bool start_by_type(struct scsi_unit *u, struct scsi_task *t)
{
	if (t->c.opcode == SCSI_INQUIRY) {
		do_inquiry(u, t);
		return false;
	}
	if (t->c.opcode == SCSI_REQUEST_SENSE) {
		do_request_sense(u, t);
		return false;
	}
	if (u->tape || u->changer) {
		start_library(u, t);
		return false;
	}
	return t->c.kind == SCSI_KIND_OTHER ? start_other(u, t) : start_block(u, t);
}

static bool reports_attention(uint8_t opcode)
{
	return opcode != SCSI_INQUIRY && opcode != SCSI_REPORT_LUNS && opcode != SCSI_REQUEST_SENSE;
}

bool scsi_unit_start(struct scsi_unit *u, struct scsi_task *t)
{
	uint32_t attention;
	bool work;

	t->status = SCSI_GOOD;
	t->info = NO_INFO;
	if (scsi_cdb_parse(t->cdb, t->cdb_len, &t->c)) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return false;
	}
	attention = reports_attention(t->c.opcode) ? take_attention(u) : SENSE_NONE;
	if (attention) {
		scsi_task_fail(t, attention, NO_INFO);
		return false;
	}
	t->block_size = u->id.block_size;
	work = start_by_type(u, t);
	if (work && t->status == SCSI_GOOD)
		t->disk = disk_get(u->disk);
	return t->disk != NULL;
}

static void disk_failed(struct scsi_task *t, int err, uint32_t otherwise)
{
	switch (err) {
	case -EROFS:
		scsi_task_fail(t, SENSE_WRITE_PROTECTED, NO_INFO);
		break;
	case -ENOSPC:
	case -EDQUOT:
		scsi_task_fail(t, SENSE_NO_SPACE, NO_INFO);
		break;
	case -ERANGE:
		scsi_task_fail(t, SENSE_LBA_OUT_OF_RANGE, t->c.lba);
		break;
	default:
		scsi_task_fail(t, otherwise, t->c.lba);
	}
}

static int write_same(struct scsi_task *t)
{
	uint64_t at = t->c.lba * t->block_size;
	uint8_t block[4096] = { 0 };
	struct iovec one;
	int err = 0;

	iov_take(t->iov, t->iov_count, block, t->block_size);
	for (uint32_t i = 0; i < t->c.blocks && !err; i++, at += t->block_size) {
		one.iov_base = block;
		one.iov_len = t->block_size;
		err = disk_write(t->disk, at, &one, 1);
	}
	return err;
}

/* VERIFY with bytes to compare; 1: they differ. */
static int compare(struct scsi_task *t)
{
	size_t len = (size_t)t->c.blocks * t->block_size;
	uint8_t *mine = malloc(len), *theirs = malloc(len);
	struct iovec one = { mine, len };
	int err = mine && theirs ? disk_read(t->disk, t->c.lba * t->block_size, &one, 1) : -ENOMEM;

	if (!err) {
		iov_take(t->iov, t->iov_count, theirs, len);
		err = memcmp(mine, theirs, len) ? 1 : 0;
	}
	free(mine);
	free(theirs);
	return err;
}

static int discard_all(struct scsi_task *t)
{
	int err = 0;

	for (unsigned int i = 0; i < t->extent_count && !err; i++)
		err = disk_discard(t->disk, t->extents[i].lba * t->block_size,
				   (uint64_t)t->extents[i].blocks * t->block_size);
	/* UNMAP is a hint: blocks that stay as they were are right, too. */
	return err == -EOPNOTSUPP || err == -ENOSYS ? 0 : err;
}

static int write_blocks(struct scsi_task *t)
{
	int err = disk_write(t->disk, t->c.lba * t->block_size, t->iov, t->iov_count);

	return !err && t->c.fua ? disk_flush(t->disk) : err;
}

static void work_read(struct scsi_task *t)
{
	int err = disk_read(t->disk, t->c.lba * t->block_size, t->iov, t->iov_count);

	if (err)
		disk_failed(t, err, SENSE_READ_ERROR);
	else
		t->moved = t->c.blocks * t->block_size;
}

static void work_verify(struct scsi_task *t)
{
	int err = compare(t);

	if (err == 1)
		scsi_task_fail(t, SENSE_MISCOMPARE, t->c.lba);
	else if (err)
		disk_failed(t, err, SENSE_READ_ERROR);
	else
		t->moved = t->c.blocks * t->block_size;
}

static void work_change(struct scsi_task *t)
{
	int err;

	if (t->extents)
		err = discard_all(t);
	else if (t->c.kind == SCSI_KIND_WRITE)
		err = write_blocks(t);
	else if (t->c.kind == SCSI_KIND_SYNC)
		err = disk_flush(t->disk);
	else
		err = write_same(t);
	if (err)
		disk_failed(t, err, SENSE_WRITE_ERROR);
	else if (t->c.kind == SCSI_KIND_WRITE)
		t->moved = t->c.blocks * t->block_size;
	else if (t->c.kind == SCSI_KIND_WRITE_SAME)
		t->moved = t->iov_count ? t->block_size : 0;
}

void scsi_task_work(struct scsi_task *t)
{
	if (t->c.kind == SCSI_KIND_READ)
		work_read(t);
	else if (t->c.kind == SCSI_KIND_VERIFY)
		work_verify(t);
	else
		work_change(t);
}

void scsi_task_end(struct scsi_task *t)
{
	disk_put(t->disk);
	t->disk = NULL;
	free(t->extents);
	t->extents = NULL;
}
