// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/vmbus/msg_check.c: control messages of the host and the version negotiation.
 */
#include "unit.h"
#include "../../lis/vmbus/msg_check.h"

/*
 * Section 2 rule 4; 190 because 0.13 has the short offer. 23 is a host's right to send (4.8), though nothing
 * waits for it: it must not count as a bad message. 0: refused.
 */
static u32 documented_min(u32 type)
{
	switch (type) {
	case 1:
		return 190;
	case 2:
	case 12:
		return 12;
	case 4:
	case 17:
		return 8;
	case 6:
	case 10:
		return 20;
	case 15:
	case 24:
		return 16;
	case 23:
		return 44;
	default:
		return 0;
	}
}

/* Every type near the defined ones with every length, from a copy that ends where the message ends. */
static void types_and_lengths(void **state)
{
	static const u32 odd_types[] = { 0x100, 0x101, 0x10001, 0x80000001U, 0xFFFFFFFFU };
	u32 n, type, len, min;
	u8 *buf;
	int want;

	(void)state;
	for (n = 0; n < 64 + ARRAY_SIZE(odd_types); n++) {
		type = n < 64 ? n : odd_types[n - 64];
		min = documented_min(type);
		for (len = 0; len <= 260; len++) {
			buf = calloc(1, len + (len == 0));
			memcpy(buf, &type, len < 4 ? len : 4);
			want = min && len >= min && len <= 240 ? (int)type : -EINVAL;
			if (vmbus_msg_check(buf, len) != want)
				fail_msg("type %u of %u bytes: want %d", type, len, want);
			free(buf);
		}
	}
	assert_int_equal(vmbus_msg_check("\1", 0xFFFFFFFFU), -EINVAL);
}

static struct vmbus_msg_offer offer_with(u32 relid, u8 monitor_id, u8 allocated)
{
	struct vmbus_msg_offer o;

	memset(&o, 0, sizeof(o));
	o.hdr.type = VMBUS_MSG_OFFER;
	o.relid = relid;
	o.monitor_id = monitor_id;
	o.monitor_allocated = allocated;
	o.flags = VMBUS_OFFER_HVSOCK | VMBUS_OFFER_NAMED_PIPE;
	o.sub_channel_index = 3;
	o.mmio_megabytes = 8;
	o.mmio_megabytes_optional = 9;
	o.is_dedicated_interrupt = 0xFFFF;
	o.connection_id = 0x2005;
	return o;
}

static void offer_ids(void **state)
{
	static const struct {
		u32 relid;
		u8 monitor_id, allocated;
		int want;
	} t[] = {
		{ 1, 0, 0, 0 },		       { 2047, 127, 1, 0 },
		{ 0, 0, 0, -EINVAL },	       { 2048, 0, 0, -EINVAL },
		{ 0xFFFFFFFFU, 0, 0, -EINVAL }, { 0x80000001U, 0, 0, -EINVAL },
		{ 1, 128, 1, -EINVAL },	       { 1, 255, 1, -EINVAL },
		{ 1, 255, 0, 0 },	       { 1, 255, 0xFE, 0 }, /* reserved bits only */
		{ 1, 200, 0xFF, -EINVAL },     { 1, 0, 0xFF, 0 },
	};
	struct vmbus_msg_offer o;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		o = offer_with(t[i].relid, t[i].monitor_id, t[i].allocated);
		row_equal(i, vmbus_offer_check(&o, VMBUS_VERSION_4_0), t[i].want);
		if (t[i].want == 0)
			row_equal(i, o.monitor_allocated, t[i].allocated & 1);
	}
}

static void offer_fields_by_version(void **state)
{
	static const struct {
		u32 version;
		u16 dedicated;
		u32 connection_id;
		u16 sub_channel, optional, flags;
	} t[] = {
		{ VMBUS_VERSION_0_13, 0, 2, 0, 0, 0x0010 },
		{ VMBUS_VERSION_1_1, 1, 0x2005, 0, 0, 0x0010 },
		{ VMBUS_VERSION_2_4, 1, 0x2005, 3, 9, 0x0010 },
		{ VMBUS_VERSION_3_0, 1, 0x2005, 3, 9, 0x0010 },
		{ VMBUS_VERSION_4_0, 1, 0x2005, 3, 9, 0x2010 },
		{ VMBUS_VERSION_6_0, 1, 0x2005, 3, 9, 0x2010 },
	};
	struct vmbus_msg_offer o;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		o = offer_with(5, 255, 0);
		row_equal(i, vmbus_offer_check(&o, t[i].version), 0);
		row_equal(i, o.is_dedicated_interrupt, t[i].dedicated);
		row_equal(i, o.connection_id, t[i].connection_id);
		row_equal(i, o.sub_channel_index, t[i].sub_channel);
		row_equal(i, o.mmio_megabytes_optional, t[i].optional);
		row_equal(i, o.flags, t[i].flags);
		row_equal(i, o.mmio_megabytes, 8);
		row_equal(i, o.relid, 5);
	}
}

/* A short offer in the caller's zero-filled 240-byte copy, as a 0.13 host sends it. */
static void short_offer_of_0_13(void **state)
{
	union {
		u8 bytes[HVW_MSG_PAYLOAD_MAX];
		struct vmbus_msg_offer offer;
	} copy;

	(void)state;
	memset(&copy, 0, sizeof(copy));
	copy.offer.hdr.type = VMBUS_MSG_OFFER;
	copy.offer.relid = 7;
	assert_int_equal(vmbus_msg_check(copy.bytes, 190), VMBUS_MSG_OFFER);
	assert_int_equal(vmbus_msg_check(copy.bytes, 189), -EINVAL);
	assert_int_equal(vmbus_offer_check(&copy.offer, VMBUS_VERSION_0_13), 0);
	assert_int_equal(copy.offer.connection_id, VMBUS_CONN_ID_EVENT);
	assert_int_equal(copy.offer.is_dedicated_interrupt, 0);
}

/* 3.4, byte for byte */
static void contact_bytes(void **state)
{
	static const struct {
		u32 version;
		u8 want[24];
	} t[] = {
		{ VMBUS_VERSION_0_13, { 14, 0, 0, 0, 0, 0, 0, 0, 0x0D, 0, 0, 0, 0, 0, 0, 0,
					0, 0x50, 0x34, 0x12, 1, 0, 0, 0 } },
		{ VMBUS_VERSION_2_4, { 14, 0, 0, 0, 0, 0, 0, 0, 4, 0, 2, 0, 0, 0, 0, 0,
				       0, 0x50, 0x34, 0x12, 1, 0, 0, 0 } },
		{ VMBUS_VERSION_3_0, { 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 9, 0, 0, 0,
				       0, 0x50, 0x34, 0x12, 1, 0, 0, 0 } },
		{ VMBUS_VERSION_4_1, { 14, 0, 0, 0, 0, 0, 0, 0, 1, 0, 4, 0, 9, 0, 0, 0,
				       0, 0x50, 0x34, 0x12, 1, 0, 0, 0 } },
		{ VMBUS_VERSION_5_0, { 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 9, 0, 0, 0,
				       2, 0, 0, 0, 0, 0, 0, 0 } },
		{ VMBUS_VERSION_6_0, { 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 9, 0, 0, 0,
				       2, 0, 0, 0, 0, 0, 0, 0 } },
	};
	static const u8 monitors[16] = { 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0 };
	struct vmbus_msg_initiate_contact msg;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(&msg, 0xEE, sizeof(msg));
		vmbus_build_contact(&msg, t[i].version, 9, 0x112345000ULL, 0x1000, 0x2000);
		assert_memory_equal(&msg, t[i].want, 24);
		assert_memory_equal((u8 *)&msg + 24, monitors, 16);
	}
}

static void contact_connection(void **state)
{
	(void)state;
	assert_int_equal(vmbus_contact_conn_id(VMBUS_VERSION_0_13), 1);
	assert_int_equal(vmbus_contact_conn_id(VMBUS_VERSION_4_1), 1);
	assert_int_equal(vmbus_contact_conn_id(VMBUS_VERSION_5_0), 4);
	assert_int_equal(vmbus_contact_conn_id(VMBUS_VERSION_6_0), 4);
}

static void contact_answers(void **state)
{
	static const struct {
		u32 version;
		u8 supported, state;
		enum vmbus_contact_answer want;
		u32 conn_id;
	} t[] = {
		{ VMBUS_VERSION_5_0, 1, 0, VMBUS_CONTACT_OK, 0x800074 },
		{ VMBUS_VERSION_4_1, 1, 0, VMBUS_CONTACT_OK, 1 }, /* the field means nothing yet */
		{ VMBUS_VERSION_2_4, 1, 0, VMBUS_CONTACT_OK, 1 },
		{ VMBUS_VERSION_2_4, 1, 1, VMBUS_CONTACT_FAIL, 77 },
		{ VMBUS_VERSION_5_3, 1, 2, VMBUS_CONTACT_FAIL, 77 },
		{ VMBUS_VERSION_5_3, 1, 255, VMBUS_CONTACT_FAIL, 77 },
		{ VMBUS_VERSION_1_1, 1, 1, VMBUS_CONTACT_OK, 1 }, /* nor does the state below 2.4 */
		{ VMBUS_VERSION_0_13, 1, 255, VMBUS_CONTACT_OK, 1 },
		{ VMBUS_VERSION_5_3, 0, 0, VMBUS_CONTACT_NEXT, 77 },
		{ VMBUS_VERSION_5_3, 0, 2, VMBUS_CONTACT_NEXT, 77 },
		{ VMBUS_VERSION_0_13, 0, 0, VMBUS_CONTACT_NEXT, 77 },
		{ VMBUS_VERSION_4_0, 255, 0, VMBUS_CONTACT_OK, 1 },
	};
	struct vmbus_msg_version_response r;
	unsigned int i;
	u32 id;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(&r, 0, sizeof(r));
		r.hdr.type = VMBUS_MSG_VERSION_RESPONSE;
		r.supported = t[i].supported;
		r.state = t[i].state;
		r.msg_conn_id = 0x800074;
		id = 77;
		row_equal(i, vmbus_judge_contact(&r, t[i].version, &id), t[i].want);
		row_equal(i, id, t[i].conn_id);
	}
}

static void version_order(void **state)
{
	static const u32 want[] = { 0x60000, 0x50003, 0x50002, 0x50001, 0x50000, 0x40001,
				    0x40000, 0x30000, 0x20004, 0x10001, 0x0000D };
	u32 version = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		version = vmbus_next_version(version, 0xFFFFFFFFU);
		row_equal(i, version, want[i]);
	}
	assert_int_equal(vmbus_next_version(version, 0xFFFFFFFFU), 0);
}

static void version_cap(void **state)
{
	static const struct {
		u32 version, max, want;
	} t[] = {
		{ 0, VMBUS_VERSION_5_3, VMBUS_VERSION_5_3 },
		{ 0, VMBUS_VERSION_4_0, VMBUS_VERSION_4_0 },
		{ VMBUS_VERSION_4_0, VMBUS_VERSION_4_0, VMBUS_VERSION_3_0 },
		{ VMBUS_VERSION_6_0, VMBUS_VERSION_4_0, VMBUS_VERSION_4_0 },
		{ 0, VMBUS_VERSION(3, 9), VMBUS_VERSION_3_0 }, /* a cap between versions */
		{ VMBUS_VERSION(3, 9), VMBUS_VERSION_6_0, VMBUS_VERSION_3_0 },
		{ 0, VMBUS_VERSION_0_13, VMBUS_VERSION_0_13 },
		{ 0, 1, 0 },
		{ 0, 0, 0 },
		{ VMBUS_VERSION_0_13, VMBUS_VERSION_6_0, 0 },
		{ 1, VMBUS_VERSION_6_0, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, vmbus_next_version(t[i].version, t[i].max), t[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_and_lengths),   cmocka_unit_test(offer_ids),
		cmocka_unit_test(offer_fields_by_version), cmocka_unit_test(short_offer_of_0_13),
		cmocka_unit_test(contact_bytes),       cmocka_unit_test(contact_connection),
		cmocka_unit_test(contact_answers),     cmocka_unit_test(version_order),
		cmocka_unit_test(version_cap),
	};

	return cmocka_run_group_tests_name("msg_check", tests, NULL, NULL);
}
