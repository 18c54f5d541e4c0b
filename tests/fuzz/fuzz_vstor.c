// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a storage host sends: the first byte chooses the agreed version, the second the command in flight, four its
 * length, the rest is the packet, in a structure that is all ones behind what was received.
 */
#include "fuzz.h"
#include "../../lis/storage/vstor_result.h"

static void completion(const struct vstor_packet *p, u32 len, u16 version, u8 opcode, u32 transfer)
{
	struct vstor_outcome out;

	vstor_judge(p, len, version, opcode, transfer, &out);
	PROMISE(out.host < VSTOR_SAY_COUNT);
	PROMISE(out.residual <= transfer);
	PROMISE(out.sense_len <= vstor_sense_room(version));
	PROMISE(!(out.events & ~(VSTOR_EVENT_GONE | VSTOR_EVENT_RESCAN)));
	if (len < vstor_packet_len(version) || p->operation != VSTOR_COMPLETE_IO)
		PROMISE(out.host == VSTOR_SAY_ERROR && out.residual == transfer && out.odd);
	/* Good in every respect only where the host said so, or for the two commands that never fail. */
	if (out.host == VSTOR_SAY_OK && !out.status && opcode != VSTOR_OP_INQUIRY && opcode != VSTOR_OP_MODE_SENSE)
		PROMISE(SRB_STATUS_CODE(p->u.srb.srb_status) == SRB_STATUS_SUCCESS ||
			SRB_STATUS_CODE(p->u.srb.srb_status) == SRB_STATUS_DATA_OVERRUN);
}

static void answer(const struct vstor_packet *p, u32 len, u16 version)
{
	struct vstor_host host = { version, 0, 0 };
	struct vstor_names names;
	u32 status, op, fc;
	int ret;

	ret = vstor_check_answer(p, len, version, &status);
	PROMISE(ret == 0 || ret == -EINVAL || ret == -EPROTO);
	PROMISE((ret == -EPROTO) == (status != 0));
	for (fc = 0; fc < 2; fc++) {
		if (vstor_take_properties(p, len, fc, &host))
			continue;
		PROMISE(host.max_transfer >= 4096 && host.max_transfer % 4096 == 0);
		PROMISE(host.max_transfer <= (fc ? VSTOR_TRANSFER_FC_MAX : VSTOR_TRANSFER_MAX));
		PROMISE(version >= VSTOR_VERSION_5_1 || !host.max_sub_channels);
	}
	PROMISE(vstor_take_names(p, len, &names) == (len >= 48));
	op = vstor_unsolicited(p, len);
	PROMISE(!op || (len >= 4 && op == p->operation));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	u32 left = take8(&in) % 6, len, transfer;
	struct vstor_packet packet;
	u16 version = 0;
	u8 opcode;

	while (left--)
		version = vstor_next_version(version);
	opcode = take8(&in);
	transfer = take32(&in);
	memset(&packet, 0xFF, sizeof(packet));
	len = in.left < sizeof(packet) ? (u32)in.left : (u32)sizeof(packet);
	take(&in, &packet, len);
	completion(&packet, len, version, opcode, transfer);
	answer(&packet, len, version);
	return 0;
}
