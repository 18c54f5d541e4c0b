// SPDX-License-Identifier: GPL-2.0-only
/* A tape drive's commands, by SSC: what a guest needs to write, find and read records (scsi_tape.h). */
#include <stdlib.h>

#include "scsi.h"
#include "scsi_tape.h"
#include "scsi_unit.h"

#define NO_INFO (~0ULL)
#define RECORD_MAX 0xFFFFFFU
/* What a record or a filemark takes of the cartridge beside its bytes: bounds how many there can be. */
#define GAP 64

struct tape_record {
	uint8_t *data; /* NULL: a filemark */
	uint32_t len;
};

struct tape {
	struct tape_record *records;
	size_t count, room, pos;
	uint64_t capacity, used;
	uint32_t block_size; /* 0: a record is as long as who writes it says */
	bool loaded, locked;
};

/* --- the cartridge --------------------------------------------------------------------------------------------------- */

struct tape *tape_new(uint64_t bytes)
{
	struct tape *t = calloc(1, sizeof(*t));

	if (t) {
		t->capacity = bytes;
		t->loaded = true;
	}
	return t;
}

/* Writing ends the tape where it happens: what was behind is no more. */
static void truncate_here(struct tape *t)
{
	while (t->count > t->pos) {
		struct tape_record *r = &t->records[--t->count];

		t->used -= r->len + GAP;
		free(r->data);
	}
}

void tape_free(struct tape *t)
{
	if (!t)
		return;
	t->pos = 0;
	truncate_here(t);
	free(t->records);
	free(t);
}

uint64_t tape_used(const struct tape *t)
{
	return t->used;
}

static bool make_room(struct tape *t)
{
	size_t room = t->room ? t->room * 2 : 64;
	struct tape_record *more;

	if (t->count < t->room)
		return true;
	more = realloc(t->records, room * sizeof(*more));
	if (!more)
		return false;
	t->records = more;
	t->room = room;
	return true;
}

/* At the end, which is where it stands. data NULL: a filemark. False: the tape is full. */
static bool append(struct tape *t, const uint8_t *data, uint32_t len)
{
	uint8_t *copy = NULL;

	if (t->used + len + GAP > t->capacity || !make_room(t))
		return false;
	if (data) {
		copy = malloc(len);
		if (!copy)
			return false;
		memcpy(copy, data, len);
	}
	t->records[t->count++] = (struct tape_record){ copy, len };
	t->pos = t->count;
	t->used += len + GAP;
	return true;
}

/* Early warning: an eighth of the tape is left. */
static bool near_end(const struct tape *t)
{
	return t->used > t->capacity - t->capacity / 8;
}

/* --- ends of commands ------------------------------------------------------------------------------------------------ */

/* A command that stopped: info is what was not done, moved what was. */
static void stop(struct scsi_task *t, uint32_t sense, uint8_t flags, int64_t info, uint32_t moved)
{
	scsi_task_fail(t, sense, (uint32_t)info);
	t->sense_flags = flags;
	t->moved = moved;
}

static void invalid(struct scsi_task *t)
{
	scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
}

/* --- reading and writing --------------------------------------------------------------------------------------------- */

/* READ and WRITE: so many records of so many bytes. */
struct transfer {
	bool fixed;
	uint32_t block, count;
	uint64_t bytes;
	uint8_t *data;
};

/* What is left to do in the units the guest counts in. */
static int64_t left_of(const struct transfer *x, uint32_t done)
{
	return x->fixed ? (int64_t)x->count - done : (int64_t)x->block * (x->count - done);
}

/* False: the command ended; else data is to be freed. */
static bool take_transfer(const struct tape *tape, struct scsi_task *t, enum scsi_direction direction, struct transfer *x)
{
	uint32_t n = (uint32_t)get_be(t->c.byte + 2, 3);

	x->fixed = t->c.byte[1] & 0x01;
	x->block = x->fixed ? tape->block_size : n;
	x->count = x->fixed ? n : n != 0;
	x->bytes = (uint64_t)x->block * x->count;
	if ((x->fixed && !x->block) || x->bytes > t->bytes || (x->bytes && t->direction != direction)) {
		invalid(t);
		return false;
	}
	x->data = x->bytes ? malloc(x->bytes) : NULL;
	if (x->bytes && !x->data)
		scsi_task_fail(t, SENSE_INTERNAL, NO_INFO);
	return x->data;
}

static void do_write(struct tape *tape, struct scsi_task *t)
{
	struct transfer x;
	uint32_t i;

	if (!take_transfer(tape, t, SCSI_OUT, &x))
		return;
	iov_take(t->iov, t->iov_count, x.data, x.bytes);
	truncate_here(tape);
	for (i = 0; i < x.count && append(tape, x.data + (size_t)i * x.block, x.block); i++)
		;
	if (i < x.count)
		stop(t, SENSE_VOLUME_OVERFLOW, SENSE_FLAG_EOM, left_of(&x, i), i * x.block);
	else if (near_end(tape))
		stop(t, SENSE_END_OF_MEDIUM, SENSE_FLAG_EOM, 0, (uint32_t)x.bytes);
	else
		t->moved = (uint32_t)x.bytes;
	free(x.data);
}

/* One record behind what was read already; false: the command stops. *moved grows by what it gave. */
static bool read_record(struct tape *tape, struct scsi_task *t, const struct transfer *x, uint32_t done, uint32_t *moved)
{
	const struct tape_record *r = &tape->records[tape->pos];
	uint32_t n;

	if (tape->pos == tape->count) {
		stop(t, SENSE_END_OF_DATA, 0, left_of(x, done), *moved);
		return false;
	}
	tape->pos++;
	if (!r->data) {
		stop(t, SENSE_FILEMARK, SENSE_FLAG_FILEMARK, left_of(x, done), *moved);
		return false;
	}
	n = r->len < x->block ? r->len : x->block;
	memcpy(x->data + *moved, r->data, n);
	*moved += n;
	if (r->len == x->block || (t->c.byte[1] & 0x02))
		return true;
	stop(t, SENSE_NONE, SENSE_FLAG_ILI, x->fixed ? left_of(x, done) : (int64_t)x->block - r->len, *moved);
	return false;
}

static void do_read(struct tape *tape, struct scsi_task *t)
{
	uint32_t moved = 0, i;
	struct transfer x;

	/* To take records of wrong length for right ones makes no sense where all have one length. */
	if ((t->c.byte[1] & 0x03) == 0x03) {
		invalid(t);
		return;
	}
	if (!take_transfer(tape, t, SCSI_IN, &x))
		return;
	for (i = 0; i < x.count && read_record(tape, t, &x, i, &moved); i++)
		;
	t->moved = (uint32_t)iov_put(t->iov, t->iov_count, x.data, moved);
	t->underrun = moved < x.bytes;
	free(x.data);
}

static void do_write_filemarks(struct tape *tape, struct scsi_task *t)
{
	uint32_t count = (uint32_t)get_be(t->c.byte + 2, 3), i;

	if (count)
		truncate_here(tape);
	for (i = 0; i < count && append(tape, NULL, 0); i++)
		;
	if (i < count)
		stop(t, SENSE_VOLUME_OVERFLOW, SENSE_FLAG_EOM, count - i, 0);
	else if (count && near_end(tape))
		stop(t, SENSE_END_OF_MEDIUM, SENSE_FLAG_EOM, 0, 0);
}

/* --- finding --------------------------------------------------------------------------------------------------------- */

/* One record or filemark forward; 0: met the end. Says whether it was a filemark. */
static bool step_forward(struct tape *tape, bool *mark)
{
	if (tape->pos == tape->count)
		return false;
	*mark = !tape->records[tape->pos++].data;
	return true;
}

static bool step_back(struct tape *tape, bool *mark)
{
	if (!tape->pos)
		return false;
	*mark = !tape->records[--tape->pos].data;
	return true;
}

/* SPACE over blocks or filemarks; a negative count goes back. */
static void space(struct tape *tape, struct scsi_task *t, int32_t count, bool marks)
{
	bool back = count < 0, mark;

	while (count) {
		if (!(back ? step_back(tape, &mark) : step_forward(tape, &mark))) {
			if (back)
				stop(t, SENSE_BEGIN_OF_MEDIUM, SENSE_FLAG_EOM, count, 0);
			else
				stop(t, SENSE_END_OF_DATA, 0, count, 0);
			return;
		}
		if (mark && !marks) {
			stop(t, SENSE_FILEMARK, SENSE_FLAG_FILEMARK, count, 0);
			return;
		}
		if (mark == marks)
			count += back ? 1 : -1;
	}
}

static void do_space(struct tape *tape, struct scsi_task *t)
{
	uint32_t n = (uint32_t)get_be(t->c.byte + 2, 3);
	int32_t count = n & 0x800000 ? (int32_t)(n | 0xFF000000U) : (int32_t)n;

	switch (t->c.byte[1] & 0x0F) {
	case 0:
	case 1:
		space(tape, t, count, t->c.byte[1] & 0x01);
		break;
	case 3:
		tape->pos = tape->count;
		break;
	default:
		invalid(t);
	}
}

static void do_locate(struct tape *tape, struct scsi_task *t)
{
	uint32_t to = (uint32_t)get_be(t->c.byte + 3, 4);

	tape->pos = to < tape->count ? to : tape->count;
	if (to > tape->count)
		stop(t, SENSE_END_OF_DATA, 0, 0, 0);
}

/* Short form, in either numbering: first and last object of the buffer are the same, as nothing is buffered. */
static void do_read_position(const struct tape *tape, struct scsi_task *t)
{
	uint8_t data[20] = { 0 };

	if ((t->c.byte[1] & 0x1F) > 1) {
		invalid(t);
		return;
	}
	data[0] = tape->pos ? 0 : 0x80;
	put_be(data + 4, tape->pos, 4);
	put_be(data + 8, tape->pos, 4);
	scsi_task_reply(t, data, sizeof(data), sizeof(data));
}

/* --- modes ----------------------------------------------------------------------------------------------------------- */

static void do_block_limits(struct scsi_task *t)
{
	uint8_t data[6] = { 0 };

	put_be(data + 1, RECORD_MAX, 3);
	put_be(data + 4, 1, 2);
	scsi_task_reply(t, data, sizeof(data), sizeof(data));
}

/* Header and block descriptor; the drive has no pages. */
static void do_mode_sense(const struct tape *tape, struct scsi_task *t)
{
	uint8_t data[12] = { 11, 0, 0x10, 8 };
	uint8_t page = t->c.byte[2] & 0x3F;

	if (page && page != 0x3F) {
		invalid(t);
		return;
	}
	put_be(data + 9, tape->block_size, 3);
	scsi_task_reply(t, data, sizeof(data), t->c.alloc);
}

static void do_mode_select(struct tape *tape, struct scsi_task *t)
{
	uint8_t list[12];

	if (!scsi_task_take_list(t, list, sizeof(list)))
		return;
	if (t->c.alloc != sizeof(list) || list[3] != 8) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_PARAM, NO_INFO);
		return;
	}
	tape->block_size = (uint32_t)get_be(list + 9, 3);
	t->moved = sizeof(list);
}

static void do_load(struct tape *tape, struct scsi_task *t)
{
	bool load = t->c.byte[4] & 0x01;

	if (!load && tape->locked) {
		scsi_task_fail(t, SENSE_REMOVAL_PREVENTED, NO_INFO);
		return;
	}
	tape->loaded = load;
	tape->pos = 0;
}

/* --- commands -------------------------------------------------------------------------------------------------------- */

/* What needs no cartridge; false: not one of these. */
static bool start_drive(struct tape *tape, struct scsi_task *t)
{
	switch (t->c.opcode) {
	case SCSI_READ_BLOCK_LIMITS:
		do_block_limits(t);
		return true;
	case SCSI_MODE_SENSE_6:
		do_mode_sense(tape, t);
		return true;
	case SCSI_MODE_SELECT_6:
		do_mode_select(tape, t);
		return true;
	case SCSI_START_STOP:
		do_load(tape, t);
		return true;
	case SCSI_PREVENT_ALLOW:
		tape->locked = t->c.byte[4] & 0x01;
		return true;
	case SCSI_RESERVE_6:
	case SCSI_RELEASE_6:
		return true;
	default:
		return false;
	}
}

static bool start_medium(struct tape *tape, struct scsi_task *t)
{
	switch (t->c.opcode) {
	case SCSI_TEST_UNIT_READY:
		return true;
	case SCSI_REWIND:
		tape->pos = 0;
		return true;
	case SCSI_READ_6:
		do_read(tape, t);
		return true;
	case SCSI_WRITE_6:
		do_write(tape, t);
		return true;
	case SCSI_WRITE_FILEMARKS:
		do_write_filemarks(tape, t);
		return true;
	case SCSI_SPACE:
		do_space(tape, t);
		return true;
	case SCSI_LOCATE_10:
		do_locate(tape, t);
		return true;
	case SCSI_READ_POSITION:
		do_read_position(tape, t);
		return true;
	case SCSI_ERASE:
		truncate_here(tape);
		return true;
	default:
		return false;
	}
}

bool scsi_tape_start(struct scsi_unit *u, struct scsi_task *t)
{
	bool loaded = u->tape->loaded;

	if (start_drive(u->tape, t))
		return true;
	if (!loaded) {
		scsi_task_fail(t, SENSE_NO_MEDIUM, NO_INFO);
		return true;
	}
	return start_medium(u->tape, t);
}
