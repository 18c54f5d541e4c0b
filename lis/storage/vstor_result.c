// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: what a completed request means. See vstor_result.h for the contracts.
 */
#include "vstor_result.h"

#define STATUS_GOOD 0x00
#define STATUS_CHECK_CONDITION 0x02
#define STATUS_BUSY 0x08
#define STATUS_TASK_SET_FULL 0x28
#define OP_TEST_UNIT_READY 0x00

#define SENSE_CAPACITY_CHANGED 0x2A09
#define ASC_TARGET_CHANGED 0x3F
#define ASCQ_INQUIRY_CHANGED 0x03
#define ASCQ_LUNS_CHANGED 0x0E

u16 vstor_sense_code(const u8 *sense, u32 len)
{
	u8 format = len ? sense[0] & 0x7F : 0;

	if ((format == 0x70 || format == 0x71) && len >= 14)
		return (u16)(sense[12] << 8 | sense[13]);
	if ((format == 0x72 || format == 0x73) && len >= 4)
		return (u16)(sense[2] << 8 | sense[3]);
	return 0;
}

/* Does this sense data say that what is known of the LUN is out of date? */
static bool lun_changed(u16 code)
{
	u8 qualifier = code & 0xFF;

	if (code == SENSE_CAPACITY_CHANGED)
		return true;
	return code >> 8 == ASC_TARGET_CHANGED && qualifier != ASCQ_INQUIRY_CHANGED && qualifier != ASCQ_LUNS_CHANGED;
}

/* A request that failed must not look like one that did not, whatever the SCSI status says. */
static enum vstor_host_byte unless_good(u8 status, enum vstor_host_byte host)
{
	return status == STATUS_GOOD ? host : VSTOR_SAY_OK;
}

static enum vstor_host_byte judge_without_sense(u8 opcode, u8 status)
{
	if (opcode == VSTOR_OP_ATA_12 || opcode == VSTOR_OP_ATA_16)
		return VSTOR_SAY_PASSTHROUGH;
	/* The mid layer asks again later, which is what the device wants; an error would soon be one for good. */
	if (status == STATUS_BUSY || status == STATUS_TASK_SET_FULL)
		return VSTOR_SAY_OK;
	return opcode == OP_TEST_UNIT_READY ? unless_good(status, VSTOR_SAY_ERROR) : VSTOR_SAY_ERROR;
}

/* 5.5: the codes hosts use for "something went wrong", alone or mixed. */
static enum vstor_host_byte judge_error(const u8 *sense, u8 opcode, struct vstor_outcome *out, bool autosense)
{
	if (!autosense)
		return judge_without_sense(opcode, out->status);
	if (lun_changed(vstor_sense_code(sense, out->sense_len))) {
		out->events |= VSTOR_EVENT_RESCAN;
		return VSTOR_SAY_REQUEUE;
	}
	return unless_good(out->status, VSTOR_SAY_ERROR);
}

/* The rest has no sense data to look at. */
static enum vstor_host_byte judge_code(u8 code, u8 status)
{
	switch (code) {
	case SRB_STATUS_SUCCESS:
	case SRB_STATUS_DATA_OVERRUN:
		return VSTOR_SAY_OK;
	case SRB_STATUS_BUSY:
		return unless_good(status, VSTOR_SAY_BUSY);
	case SRB_STATUS_INVALID_PATH_ID:
	case SRB_STATUS_NO_DEVICE:
	case SRB_STATUS_NO_HBA:
	case SRB_STATUS_SELECTION_TIMEOUT:
	case SRB_STATUS_INVALID_TARGET:
		return VSTOR_SAY_NO_CONNECT;
	case SRB_STATUS_TIMEOUT:
	case SRB_STATUS_COMMAND_TIMEOUT:
		return VSTOR_SAY_TIMEOUT;
	case SRB_STATUS_BUS_RESET:
		return VSTOR_SAY_RESET;
	case SRB_STATUS_REQUEST_FLUSHED:
		return VSTOR_SAY_REQUEUE;
	default:
		return unless_good(status, VSTOR_SAY_ERROR);
	}
}

static enum vstor_host_byte judge_status(const struct vstor_srb *srb, u8 srb_status, u8 opcode,
					 struct vstor_outcome *out)
{
	u8 code = SRB_STATUS_CODE(srb_status);

	switch (code) {
	case SRB_STATUS_INVALID_LUN:
		out->events |= VSTOR_EVENT_GONE;
		return VSTOR_SAY_NO_CONNECT;
	case SRB_STATUS_ABORTED:
	case SRB_STATUS_ERROR:
	case SRB_STATUS_ABORTED | SRB_STATUS_ERROR:
	case SRB_STATUS_INTERNAL_ERROR:
		return judge_error(srb->u.sense, opcode, out, srb_status & SRB_STATUS_AUTOSENSE_VALID);
	}
	return judge_code(code, out->status);
}

/* 5.5: the length counts only where the whole status byte says so. */
static void count_residual(const struct vstor_srb *srb, u8 srb_status, u32 transfer_len, struct vstor_outcome *out)
{
	u32 done = srb->transfer_len;

	out->residual = transfer_len;
	if (srb_status != SRB_STATUS_SUCCESS && srb_status != SRB_STATUS_DATA_OVERRUN)
		return;
	if (done > transfer_len) {
		out->odd = true;
		done = transfer_len;
	}
	out->residual = transfer_len - done;
}

static void count_sense(const struct vstor_srb *srb, u8 srb_status, u32 room, struct vstor_outcome *out)
{
	if (out->status != STATUS_CHECK_CONDITION || !(srb_status & SRB_STATUS_AUTOSENSE_VALID))
		return;
	out->sense_len = srb->sense_len;
	if (out->sense_len > room) {
		out->odd = true;
		out->sense_len = (u8)room;
	}
}

void vstor_judge(const struct vstor_packet *p, u32 len, u16 version, u8 opcode, u32 transfer_len,
		 struct vstor_outcome *out)
{
	const struct vstor_srb *srb = &p->u.srb;
	u8 srb_status;

	memset(out, 0, sizeof(*out));
	if (len < vstor_packet_len(version) || p->operation != VSTOR_COMPLETE_IO) {
		out->odd = true;
		out->host = VSTOR_SAY_ERROR;
		out->residual = transfer_len;
		return;
	}
	out->status = srb->scsi_status;
	srb_status = srb->srb_status;
	/* Hosts fail these for pages they do not have in a way that would cost the disk. */
	if (opcode == VSTOR_OP_INQUIRY || opcode == VSTOR_OP_MODE_SENSE) {
		out->status = STATUS_GOOD;
		srb_status = SRB_STATUS_SUCCESS;
	}
	count_sense(srb, srb_status, vstor_sense_room(version), out);
	count_residual(srb, srb_status, transfer_len, out);
	out->host = judge_status(srb, srb_status, opcode, out);
}
