// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: live backup. See vss_check.h for the contracts.
 */
#include "vss_check.h"

bool vss_check(const void *body, u32 len, struct vss_daemon_msg *msg, u32 *status)
{
	struct vss_msg m;

	memset(msg, 0, sizeof(*msg));
	*status = IC_E_FAIL;
	if (len < offsetof(struct vss_msg, flags))
		return false;
	memset(&m, 0, sizeof(m));
	memcpy(&m, body, len < sizeof(m) ? len : sizeof(m));
	switch (m.op) {
	case VSS_HOT_BACKUP:
	case VSS_FREEZE:
	case VSS_THAW:
		msg->h.hdr.op = m.op;
		msg->flags = m.flags;
		return true;
	case VSS_CREATE:
	case VSS_DELETE:
	case VSS_GET_DM_INFO:
	case VSS_BACKUP_COMPLETE:
		*status = IC_S_OK;
		return false;
	default:
		*status = IC_E_NOT_SUPPORTED;
		return false;
	}
}

void vss_answer(void *body, u8 op, u32 status)
{
	u32 flags;

	if (op != VSS_HOT_BACKUP && op != VSS_GET_DM_INFO)
		return;
	flags = op == VSS_HOT_BACKUP && status == IC_S_OK ? VSS_FLAGS_HOT_BACKUP : 0;
	memcpy((u8 *)body + offsetof(struct vss_msg, flags), &flags, sizeof(flags));
}
