/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A logical unit: disk, DVD drive, tape drive or changer. A command is started on the loop thread; what needs the disk is then done by a
 * worker (scsi_task_work), which touches the task and the disk but never the unit.
 */
#ifndef HOST_SCSI_UNIT_H
#define HOST_SCSI_UNIT_H

#include "disk_file.h"
#include "scsi_changer.h"
#include "scsi_cdb.h"
#include "scsi_data.h"
#include "scsi_tape.h"

/* Unit attentions that wait to be told, the first first. */
#define UNIT_ATTENTION_RESET 0x1U
#define UNIT_ATTENTION_MEDIUM 0x2U
#define UNIT_ATTENTION_CAPACITY 0x4U
#define UNIT_ATTENTION_MODE 0x8U

struct scsi_unit_counters {
	uint64_t reads, writes, flushes, unmaps, others, errors;
	uint64_t read_bytes, written_bytes;
	uint64_t latency_ns, latency_max_ns; /* sum and longest, from packet to answer */
};

struct scsi_unit {
	uint8_t path, target, lun;
	bool removed;
	unsigned int refs; /* one of the controller's list, one of each request */
	struct scsi_identity id;
	struct disk *disk; /* NULL: the tray is empty, or it is no disk */
	struct tape *tape; /* a tape drive's */
	struct changer *changer; /* a changer's */
	uint32_t attention;
	bool locked;
	uint8_t media_event;
	struct scsi_unit_counters count;
	struct scsi_unit *next;
};

enum scsi_direction { SCSI_OUT, SCSI_IN };

struct scsi_task {
	uint8_t cdb[16];
	uint8_t cdb_len;
	enum scsi_direction direction;
	struct iovec *iov; /* the guest's memory: `bytes` in all; used up */
	unsigned int iov_count;
	size_t bytes;

	uint8_t status; /* SCSI_GOOD ... */
	uint32_t sense; /* SENSE_NONE and no flags with CHECK CONDITION: the host hands over no sense */
	uint8_t sense_flags; /* SENSE_FLAG_* */
	uint64_t info; /* an LBA for the sense data, or ~0 */
	uint32_t moved;
	bool underrun; /* good, but less was there than the buffer holds: a tape's short record */

	struct scsi_cdb c;
	struct disk *disk;
	uint32_t block_size;
	struct scsi_extent *extents;
	unsigned int extent_count;
};

/* Shortens a list to len bytes; false when it has fewer. */
bool iov_trim(struct iovec *iov, unsigned int *count, size_t len);
size_t iov_put(const struct iovec *iov, unsigned int count, const void *from, size_t len);
size_t iov_take(const struct iovec *iov, unsigned int count, void *to, size_t len);

/* True: a worker has to go on with it. False: status, sense and moved hold the result. */
bool scsi_unit_start(struct scsi_unit *u, struct scsi_task *t);
void scsi_task_work(struct scsi_task *t);
/* Lets go of what start took. */
void scsi_task_end(struct scsi_task *t);

/* The guest's parameter list of c.alloc bytes, copied; false after a refusal. */
bool scsi_task_take_list(struct scsi_task *t, uint8_t *list, size_t max);
void scsi_task_fail(struct scsi_task *t, uint32_t sense, uint64_t info);
/* Copies an answer as far as allocation length and buffer reach. */
void scsi_task_reply(struct scsi_task *t, const uint8_t *data, size_t len, uint32_t alloc);

/* The DVD drive's own commands (scsi_cd.c); false when it has no such command. */
bool scsi_cd_start(struct scsi_unit *u, struct scsi_task *t);

#endif
