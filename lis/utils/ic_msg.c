// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: frame, heartbeat and shutdown. See ic_msg.h for the contracts.
 */
#include "ic_msg.h"

int ic_check_packet(const void *packet, u32 len, u32 *type, u32 *body)
{
	struct ic_packet_hdr h;

	if (len < sizeof(h) || len > IC_PACKET_MAX)
		return -EINVAL;
	memcpy(&h, packet, sizeof(h));
	if (h.pipe.type != VMBUS_PIPE_DATA || h.pipe.len < sizeof(h.ic) || h.pipe.len > len - sizeof(h.pipe))
		return -EINVAL;
	*type = h.ic.type;
	*body = h.pipe.len - sizeof(h.ic);
	return 0;
}

u32 ic_make_answer(void *packet, u32 len, u32 body, u32 status)
{
	struct ic_packet_hdr h;
	u32 want;

	memcpy(&h, packet, sizeof(h));
	want = sizeof(h.ic) + body;
	if (want > h.pipe.len) {
		memset((u8 *)packet + sizeof(h.pipe) + h.pipe.len, 0, want - h.pipe.len);
		h.pipe.len = want;
		h.ic.size = (u16)body;
	}
	/* 2.3: a host refuses an answer that is shorter than it says. */
	if (h.ic.size < body || h.ic.size > h.pipe.len - sizeof(h.ic))
		h.ic.size = (u16)(h.pipe.len - sizeof(h.ic));
	h.ic.status = status;
	h.ic.trans_id = 0;
	h.ic.flags = IC_FLAG_TRANSACTION | IC_FLAG_RESPONSE;
	memcpy(packet, &h, sizeof(h));
	return len > sizeof(h.pipe) + h.pipe.len ? len : (u32)sizeof(h.pipe) + h.pipe.len;
}

u32 ic_heartbeat(void *body, u32 len)
{
	u64 sequence;

	if (len < IC_HEARTBEAT_MIN)
		return IC_E_FAIL;
	memcpy(&sequence, body, sizeof(sequence));
	sequence++;
	memcpy(body, &sequence, sizeof(sequence));
	return IC_S_OK;
}

enum ic_shutdown_action ic_shutdown(const void *body, u32 len, u32 version, bool can_hibernate, u32 *status)
{
	struct {
		u32 reason, timeout, flags;
	} s;

	*status = IC_E_FAIL;
	if (len < IC_SHUTDOWN_MIN)
		return IC_DO_NOTHING;
	memcpy(&s, body, sizeof(s));
	*status = IC_S_OK;
	/* The whole of the flags is compared: a flag nobody knows may mean anything but what is known. */
	switch (s.flags & ~(u32)IC_SHUTDOWN_FORCE) {
	case 0:
		return IC_DO_POWEROFF;
	case IC_SHUTDOWN_RESTART:
		if (version >= IC_VERSION(3, 1))
			return IC_DO_REBOOT;
		break;
	case IC_SHUTDOWN_HIBERNATE:
		if (version >= IC_VERSION(3, 2) && can_hibernate)
			return IC_DO_HIBERNATE;
		break;
	}
	*status = IC_E_FAIL;
	return IC_DO_NOTHING;
}
