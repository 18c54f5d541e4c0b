// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control messages of the host: the first byte chooses the negotiated version, the rest is the payload of
 * the message slot.
 */
#include "fuzz.h"
#include "../../lis/vmbus/msg_check.h"

static u32 choose_version(u8 n)
{
	u32 version = vmbus_next_version(0, 0xFFFFFFFFU);

	for (n %= 11; n; n--)
		version = vmbus_next_version(version, 0xFFFFFFFFU);
	PROMISE(version >= VMBUS_VERSION_0_13 && version <= VMBUS_VERSION_6_0);
	return version;
}

static void judge_offer(struct vmbus_msg_offer *offer, u32 version)
{
	if (vmbus_offer_check(offer, version))
		return;
	PROMISE(offer->relid >= 1 && offer->relid <= VMBUS_RELID_MAX);
	PROMISE(offer->monitor_allocated <= 1);
	PROMISE(!offer->monitor_allocated || offer->monitor_id < VMBUS_MONITOR_IDS);
	PROMISE(offer->is_dedicated_interrupt <= 1);
	PROMISE(version >= VMBUS_VERSION_1_1 ||
		(offer->connection_id == VMBUS_CONN_ID_EVENT && !offer->is_dedicated_interrupt));
	PROMISE(version >= VMBUS_VERSION_2_4 || !offer->sub_channel_index);
	PROMISE(version >= VMBUS_VERSION_4_0 || !(offer->flags & VMBUS_OFFER_HVSOCK));
}

static void judge_answer(const struct vmbus_msg_version_response *resp, u32 version)
{
	u32 id = 0xA5A5A5A5U;

	switch (vmbus_judge_contact(resp, version, &id)) {
	case VMBUS_CONTACT_OK:
		PROMISE(resp->supported);
		PROMISE(version < VMBUS_VERSION_2_4 || resp->state == 0);
		PROMISE(version >= VMBUS_VERSION_5_0 || id == VMBUS_CONN_ID_MESSAGE);
		break;
	case VMBUS_CONTACT_NEXT:
		PROMISE(!resp->supported && id == 0xA5A5A5A5U);
		break;
	case VMBUS_CONTACT_FAIL:
		PROMISE(resp->supported && resp->state && id == 0xA5A5A5A5U);
		PROMISE(version >= VMBUS_VERSION_2_4);
		break;
	default:
		PROMISE(!"an answer of three");
	}
}

/* What each handler reads of its message, so that ASan sees a minimum that is too short. */
static u32 touch(const u8 *msg, int type)
{
	static const u8 reads[VMBUS_MSG_COUNT] = { [1] = 190, [2] = 12, [4] = 8, [6] = 20, [10] = 20,
						   [12] = 12, [15] = 16, [17] = 8, [23] = 44,
						   [24] = 16 };
	u32 sum = 0, i;

	PROMISE(type > 0 && type <= 24 && reads[type]);
	for (i = 0; i < reads[type]; i++)
		sum += msg[i];
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union {
		u8 bytes[HVW_MSG_PAYLOAD_MAX];
		struct vmbus_msg_offer offer;
		struct vmbus_msg_version_response response;
	} copy;
	u32 version;
	volatile u32 sum;
	u8 *exact;
	int type;

	if (size < 1)
		return 0;
	version = choose_version(data[0]);
	data++;
	size--;
	/* A block of just this size: reading past what the host sent is caught. */
	exact = malloc(size + (size == 0));
	memcpy(exact, data, size);
	type = vmbus_msg_check(exact, (u32)size);
	if (type > 0) {
		PROMISE(size >= 8 && size <= HVW_MSG_PAYLOAD_MAX);
		sum = touch(exact, type);
		(void)sum;
		memset(&copy, 0, sizeof(copy));
		memcpy(copy.bytes, data, size);
		if (type == VMBUS_MSG_OFFER)
			judge_offer(&copy.offer, version);
		if (type == VMBUS_MSG_VERSION_RESPONSE)
			judge_answer(&copy.response, version);
	} else {
		PROMISE(type == -EINVAL);
	}
	free(exact);
	return 0;
}
