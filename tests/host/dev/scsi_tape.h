/* SPDX-License-Identifier: GPL-2.0-only */
/* A tape drive with its cartridge, kept in memory: records and filemarks in a row (SSC). Loop thread only. */
#ifndef HOST_SCSI_TAPE_H
#define HOST_SCSI_TAPE_H

#include <stdbool.h>
#include <stdint.h>

struct scsi_unit;
struct scsi_task;
struct tape;

/* An empty cartridge of so many bytes; NULL: no memory. */
struct tape *tape_new(uint64_t bytes);
void tape_free(struct tape *t);
/* Bytes its records take, for the unit's counters. */
uint64_t tape_used(const struct tape *t);

/* The drive's own commands; false when it has no such command. */
bool scsi_tape_start(struct scsi_unit *u, struct scsi_task *t);

#endif
