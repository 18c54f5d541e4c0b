// SPDX-License-Identifier: GPL-2.0-only
/* The DVD drive's own commands, by MMC: enough for a guest to find, read, lock and eject a disc. */
#include "scsi.h"
#include "scsi_unit.h"

#define NO_INFO (~0ULL)
#define EVENT_NEW_MEDIUM 2
#define EVENT_MEDIUM_REMOVED 3

static void do_toc(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_DATA_MAX];
	size_t len;

	if (!u->disk) {
		scsi_task_fail(t, SENSE_NO_MEDIUM, NO_INFO);
		return;
	}
	len = scsi_data_toc(&u->id, t->c.byte[2] & 0x0F, t->c.byte[1] & 0x02, t->c.byte[6], data);
	if (len)
		scsi_task_reply(t, data, len, t->c.alloc);
	else
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
}

static void do_event(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_DATA_MAX];
	size_t len;

	/* Only polling: asking to be told later is not for this drive. */
	if (!(t->c.byte[1] & 0x01)) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return;
	}
	len = scsi_data_event(u->disk != NULL, u->media_event, t->c.byte[4], data);
	u->media_event = 0;
	scsi_task_reply(t, data, len, t->c.alloc);
}

static void do_start_stop(struct scsi_unit *u, struct scsi_task *t)
{
	bool load_eject = t->c.byte[4] & 0x02, start = t->c.byte[4] & 0x01;

	if (t->c.byte[4] & 0xF0) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
	} else if (load_eject && !start && u->locked) {
		scsi_task_fail(t, SENSE_REMOVAL_PREVENTED, NO_INFO);
	} else if (load_eject && !start && u->disk) {
		disk_put(u->disk);
		u->disk = NULL;
		u->id.blocks = 0;
		u->media_event = EVENT_MEDIUM_REMOVED;
	} else if (start && !u->disk) {
		scsi_task_fail(t, SENSE_NO_MEDIUM, NO_INFO);
	}
}

bool scsi_cd_start(struct scsi_unit *u, struct scsi_task *t)
{
	uint8_t data[SCSI_DATA_MAX] = { 0 };

	switch (t->c.opcode) {
	case SCSI_READ_TOC:
		do_toc(u, t);
		return true;
	case SCSI_GET_CONFIGURATION:
		scsi_task_reply(t, data, scsi_data_configuration(u->disk != NULL, data), t->c.alloc);
		return true;
	case SCSI_GET_EVENT_STATUS:
		do_event(u, t);
		return true;
	case SCSI_START_STOP:
		do_start_stop(u, t);
		return true;
	case SCSI_PREVENT_ALLOW:
		u->locked = t->c.byte[4] & 0x01;
		return true;
	case SCSI_MECHANISM_STATUS:
		scsi_task_reply(t, data, 8, t->c.alloc);
		return true;
	default:
		return false;
	}
}
