// SPDX-License-Identifier: GPL-2.0-only
/* pure: vstor packets (vstor.h). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wire/vmbus.h>

#include "vstor.h"

/* Payload an operation cannot do without; -1: no guest sends it. */
static int payload_needed(uint32_t operation)
{
	switch (operation) {
	case VSTOR_EXECUTE_SRB:
		return VSTOR_SRB_LEN_OLD;
	case VSTOR_RESET_LUN:
		return offsetof(struct vstor_srb, cdb_len);
	case VSTOR_RESET_ADAPTER:
	case VSTOR_RESET_BUS:
	case VSTOR_BEGIN_INITIALIZATION:
	case VSTOR_END_INITIALIZATION:
		return 0;
	case VSTOR_QUERY_PROTOCOL_VERSION:
		return sizeof(struct vstor_version);
	case VSTOR_QUERY_PROPERTIES:
		return sizeof(struct vstor_properties);
	case VSTOR_FCHBA_DATA:
		return sizeof(struct vstor_fc_wwn);
	case VSTOR_CREATE_SUB_CHANNELS:
		return sizeof(uint16_t);
	default:
		return -1;
	}
}

int vstor_parse(const void *data, size_t len, struct vstor_request *out)
{
	int needed;

	memset(out, 0, sizeof(*out));
	if (len < VSTOR_HDR_LEN)
		return -EPROTO;
	memcpy(&out->packet, data, len < sizeof(out->packet) ? len : sizeof(out->packet));
	out->operation = out->packet.operation;
	out->payload = len - VSTOR_HDR_LEN;
	if (out->payload > VSTOR_SRB_LEN)
		out->payload = VSTOR_SRB_LEN;
	needed = payload_needed(out->operation);
	return needed < 0 || out->payload < (size_t)needed ? -EPROTO : 0;
}

size_t vstor_answer(const struct vstor_request *r, uint32_t status, struct vstor_packet *out)
{
	*out = r->packet;
	out->operation = VSTOR_COMPLETE_IO;
	out->flags = 0;
	out->status = status;
	return VSTOR_HDR_LEN + r->payload;
}

uint8_t vstor_srb_check(const struct vstor_srb *srb, size_t buffer, uint32_t max_transfer)
{
	if (srb->length < VSTOR_SRB_LEN_OLD)
		return SRB_STATUS_BAD_SRB_BLOCK_LENGTH;
	if (srb->cdb_len == 0 || srb->cdb_len > VSTOR_CDB_LEN)
		return SRB_STATUS_INVALID_REQUEST;
	/* More than the pages the guest named, or than it was told it may ask for. */
	if (srb->transfer_len > buffer || srb->transfer_len > max_transfer)
		return SRB_STATUS_INVALID_REQUEST;
	return SRB_STATUS_PENDING;
}

uint32_t vstor_ntstatus(uint8_t srb_status)
{
	switch (SRB_STATUS_CODE(srb_status)) {
	case SRB_STATUS_SUCCESS:
		return VSTOR_STATUS_SUCCESS;
	case SRB_STATUS_BUSY:
		return VSTOR_STATUS_DEVICE_BUSY;
	case SRB_STATUS_INVALID_LUN:
	case SRB_STATUS_INVALID_TARGET:
	case SRB_STATUS_NO_DEVICE:
	case SRB_STATUS_NO_HBA:
		return VSTOR_STATUS_DEVICE_DOES_NOT_EXIST;
	case SRB_STATUS_TIMEOUT:
	case SRB_STATUS_COMMAND_TIMEOUT:
		return VSTOR_STATUS_IO_TIMEOUT;
	case SRB_STATUS_SELECTION_TIMEOUT:
		return VSTOR_STATUS_DEVICE_NOT_CONNECTED;
	case SRB_STATUS_BAD_FUNCTION:
	case SRB_STATUS_BAD_SRB_BLOCK_LENGTH:
		return VSTOR_STATUS_INVALID_DEVICE_REQUEST;
	case SRB_STATUS_DATA_OVERRUN:
		return VSTOR_STATUS_BUFFER_OVERFLOW;
	case SRB_STATUS_REQUEST_FLUSHED:
		return VSTOR_STATUS_UNSUCCESSFUL;
	case SRB_STATUS_ABORTED:
		return VSTOR_STATUS_CANCELLED;
	default:
		return VSTOR_STATUS_IO_DEVICE_ERROR;
	}
}

static const uint16_t versions[] = {
	VSTOR_VERSION_2_0, VSTOR_VERSION_4_2, VSTOR_VERSION_5_1, VSTOR_VERSION_6_0, VSTOR_VERSION_6_2,
};

uint16_t vstor_version_of_host(uint32_t vmbus_version)
{
	if (vmbus_version >= VMBUS_VERSION_4_0)
		return VSTOR_VERSION_6_2;
	if (vmbus_version >= VMBUS_VERSION_3_0)
		return VSTOR_VERSION_6_0;
	if (vmbus_version >= VMBUS_VERSION_2_4)
		return VSTOR_VERSION_5_1;
	return vmbus_version >= VMBUS_VERSION_1_1 ? VSTOR_VERSION_4_2 : VSTOR_VERSION_2_0;
}

bool vstor_version_known(uint16_t version, uint16_t newest)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i] == version)
			return version <= newest;
	return false;
}

uint16_t vstor_version_parse(const char *text)
{
	unsigned int major, minor;
	char end;

	if (sscanf(text, "%2u.%2u%c", &major, &minor, &end) != 2)
		return 0;
	return vstor_version_known(VSTOR_VERSION(major, minor), 0xFFFF) ? VSTOR_VERSION(major, minor) : 0;
}
