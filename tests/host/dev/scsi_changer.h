/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A medium changer (SMC): one arm, slots that are all full but the last, one drive, one door. Its drive is of its own: it
 * is not the tape drive of another LUN. Loop thread only.
 */
#ifndef HOST_SCSI_CHANGER_H
#define HOST_SCSI_CHANGER_H

#include <stdbool.h>

#define CHANGER_SLOTS_MAX 128

struct scsi_unit;
struct scsi_task;
struct changer;

/* slots: 2 to CHANGER_SLOTS_MAX; NULL: no memory. */
struct changer *changer_new(unsigned int slots);

/* The changer's own commands; false when it has no such command. */
bool scsi_changer_start(struct scsi_unit *u, struct scsi_task *t);

#endif
