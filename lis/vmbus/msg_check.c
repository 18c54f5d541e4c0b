// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: checks of the host's control messages, and the version negotiation (docs/wire/02-vmbus.md 2-5).
 */
#include "msg_check.h"

/* Shortest form of each message a host may send this guest; 0: it may not. */
static const u8 msg_min_len[] = {
	[VMBUS_MSG_OFFER] = VMBUS_OFFER_LEN_0_13,
	[VMBUS_MSG_RESCIND] = sizeof(struct vmbus_msg_relid),
	[VMBUS_MSG_ALL_OFFERS] = sizeof(struct vmbus_msg_hdr),
	[VMBUS_MSG_OPEN_RESULT] = sizeof(struct vmbus_msg_open_result),
	[VMBUS_MSG_GPADL_CREATED] = sizeof(struct vmbus_msg_gpadl_created),
	[VMBUS_MSG_GPADL_TORNDOWN] = sizeof(struct vmbus_msg_gpadl_torndown),
	[VMBUS_MSG_VERSION_RESPONSE] = sizeof(struct vmbus_msg_version_response),
	[VMBUS_MSG_UNLOAD_RESPONSE] = sizeof(struct vmbus_msg_hdr),
	[VMBUS_MSG_TL_CONNECT_RESULT] = sizeof(struct vmbus_msg_tl_result),
	[VMBUS_MSG_MODIFY_CHANNEL_RESPONSE] = sizeof(struct vmbus_msg_modify_response),
};

int vmbus_msg_check(const void *buf, u32 len)
{
	struct vmbus_msg_hdr hdr;

	if (len < sizeof(hdr) || len > HVW_MSG_PAYLOAD_MAX)
		return -EINVAL;
	memcpy(&hdr, buf, sizeof(hdr));
	if (hdr.type >= ARRAY_SIZE(msg_min_len) || msg_min_len[hdr.type] == 0)
		return -EINVAL;
	if (len < msg_min_len[hdr.type])
		return -EINVAL;
	return hdr.type;
}

/* What a version has not got yet may hold anything: give it the value that means "not used". */
static void offer_apply_version(struct vmbus_msg_offer *offer, u32 version)
{
	if (version < VMBUS_VERSION_1_1) {
		offer->is_dedicated_interrupt = 0;
		offer->connection_id = VMBUS_CONN_ID_EVENT;
	}
	if (version < VMBUS_VERSION_2_4) {
		offer->sub_channel_index = 0;
		offer->mmio_megabytes_optional = 0;
	}
	if (version < VMBUS_VERSION_4_0)
		offer->flags &= (u16)~VMBUS_OFFER_HVSOCK;
}

int vmbus_offer_check(struct vmbus_msg_offer *offer, u32 version)
{
	if (offer->relid == 0 || offer->relid > VMBUS_RELID_MAX)
		return -EINVAL;
	offer->monitor_allocated &= 1;
	if (offer->monitor_allocated && offer->monitor_id >= VMBUS_MONITOR_IDS)
		return -EINVAL;
	offer->is_dedicated_interrupt &= 1;
	offer_apply_version(offer, version);
	return 0;
}

void vmbus_build_contact(struct vmbus_msg_initiate_contact *msg, u32 version, u32 target_vp,
			 u64 int_page, u64 monitor1, u64 monitor2)
{
	memset(msg, 0, sizeof(*msg));
	msg->hdr.type = VMBUS_MSG_INITIATE_CONTACT;
	msg->version = version;
	if (version >= VMBUS_VERSION_3_0)
		msg->target_vp = target_vp;
	if (version >= VMBUS_VERSION_5_0)
		msg->u.t.sint = HVW_SINT_VMBUS;
	else
		msg->u.interrupt_page = int_page;
	msg->monitor_page1 = monitor1;
	msg->monitor_page2 = monitor2;
}

u32 vmbus_contact_conn_id(u32 version)
{
	return version >= VMBUS_VERSION_5_0 ? VMBUS_CONN_ID_MESSAGE_5_0 : VMBUS_CONN_ID_MESSAGE;
}

enum vmbus_contact_answer vmbus_judge_contact(const struct vmbus_msg_version_response *resp,
					      u32 version, u32 *msg_conn_id)
{
	if (!resp->supported)
		return VMBUS_CONTACT_NEXT;
	/* Older hosts leave the state byte undefined. */
	if (version >= VMBUS_VERSION_2_4 && resp->state != 0)
		return VMBUS_CONTACT_FAIL;
	*msg_conn_id = version >= VMBUS_VERSION_5_0 ? resp->msg_conn_id : VMBUS_CONN_ID_MESSAGE;
	return VMBUS_CONTACT_OK;
}

static const u32 versions[] = {
	VMBUS_VERSION_6_0, VMBUS_VERSION_5_3, VMBUS_VERSION_5_2, VMBUS_VERSION_5_1,
	VMBUS_VERSION_5_0, VMBUS_VERSION_4_1, VMBUS_VERSION_4_0, VMBUS_VERSION_3_0,
	VMBUS_VERSION_2_4, VMBUS_VERSION_1_1, VMBUS_VERSION_0_13,
};

u32 vmbus_next_version(u32 version, u32 max)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(versions); i++)
		if (versions[i] <= max && (version == 0 || versions[i] < version))
			return versions[i];
	return 0;
}
