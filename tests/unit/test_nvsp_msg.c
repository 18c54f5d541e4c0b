// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/net/nvsp_msg.c: NVSP messages, in both directions (docs/wire/05-network.md 1-5, 10).
 */
#include "unit.h"
#include "../../lis/net/nvsp_msg.h"

static void put32(u8 *msg, u32 at, u32 value)
{
	memcpy(msg + at, &value, sizeof(value));
}

static u8 *message(u32 type, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f)
{
	static u8 msg[NVSP_INBAND_MAX];
	const u32 words[] = { type, a, b, c, d, e, f };

	memset(msg, 0xEE, sizeof(msg));
	memcpy(msg, words, sizeof(words));
	return msg;
}

static u32 word(const union nvsp_msg *m, u32 at)
{
	u32 v;

	memcpy(&v, m->bytes + at, sizeof(v));
	return v;
}

/* 1.1: the newest first, each once, then an end */
static void versions(void **state)
{
	static const u32 want[] = { 0x60001, 0x60000, 0x50000, 0x40000, 0x30002, 2, 0 };
	u32 v = 0, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		v = nvsp_next_version(v);
		row_equal(i, v, want[i]);
	}
}

/* 1.2, 2: every word of what goes to the host */
static void messages_to_the_host(void **state)
{
	union nvsp_msg m;
	u32 i;

	(void)state;
	assert_int_equal(sizeof(m), 40);
	nvsp_build_init(&m, 0x60001);
	assert_int_equal(word(&m, 0), 1);
	assert_int_equal(word(&m, 4), 0x60001);
	assert_int_equal(word(&m, 8), 0x60001);
	for (i = 12; i < 40; i++)
		row_equal(i, m.bytes[i], 0);
	nvsp_build_ndis_version(&m, NVSP_VERSION_4);
	assert_int_equal(word(&m, 0), 100);
	assert_int_equal(word(&m, 4), 6);
	assert_int_equal(word(&m, 8), 1);
	nvsp_build_ndis_version(&m, NVSP_VERSION_5);
	assert_int_equal(word(&m, 8), 0x1E);
	nvsp_build_buf(&m, true, 77);
	assert_int_equal(word(&m, 0), 101);
	assert_int_equal(word(&m, 4), 77);
	assert_int_equal(word(&m, 8), 0xCAFE);
	nvsp_build_buf(&m, false, 78);
	assert_int_equal(word(&m, 0), 104);
	assert_int_equal(word(&m, 4), 78);
	assert_int_equal(word(&m, 8), 0);
	nvsp_build_revoke(&m, true);
	assert_int_equal(word(&m, 0), 103);
	assert_int_equal(word(&m, 4), 0xCAFE);
	nvsp_build_revoke(&m, false);
	assert_int_equal(word(&m, 0), 106);
	assert_int_equal(word(&m, 4), 0);
	nvsp_build_rndis(&m, true, NVSP_NO_SECTION, 0);
	assert_int_equal(word(&m, 0), 107);
	assert_int_equal(word(&m, 4), 1);
	assert_int_equal(word(&m, 8), 0xFFFFFFFF);
	nvsp_build_rndis(&m, false, 3, 500);
	assert_int_equal(word(&m, 4), 0);
	assert_int_equal(word(&m, 8), 3);
	assert_int_equal(word(&m, 12), 500);
	nvsp_build_subchannel(&m, 7);
	assert_int_equal(word(&m, 0), 133);
	assert_int_equal(word(&m, 4), 1);
	assert_int_equal(word(&m, 8), 7);
	nvsp_build_data_path(&m, true);
	assert_int_equal(word(&m, 0), 129);
	assert_int_equal(word(&m, 4), 1);
	nvsp_build_data_path(&m, false);
	assert_int_equal(word(&m, 4), 0);
}

static void completion_of_a_transfer(void **state)
{
	struct nvsp_rndis_pkt_complete m;

	(void)state;
	assert_int_equal(sizeof(m), 8);
	nvsp_build_rndis_complete(&m, true);
	assert_int_equal(m.hdr.type, 108);
	assert_int_equal(m.status, 1);
	nvsp_build_rndis_complete(&m, false);
	assert_int_equal(m.status, 2);
}

/* 2, step 3 */
static void configuration(void **state)
{
	static const struct {
		u32 version;
		bool sriov;
		u64 caps;
	} t[] = {
		{ NVSP_VERSION_2, true, 0x08 }, { NVSP_VERSION_4, true, 0x08 },	  { NVSP_VERSION_5, true, 0x2C },
		{ NVSP_VERSION_5, false, 0x28 }, { NVSP_VERSION_6, true, 0x2C }, { NVSP_VERSION_6_1, true, 0xAC },
	};
	union nvsp_msg m;
	u64 caps;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		nvsp_build_ndis_config(&m, t[i].version, 1500, t[i].sriov);
		memcpy(&caps, m.bytes + 12, sizeof(caps));
		row_equal(i, word(&m, 0), 125);
		row_equal(i, word(&m, 4), 1514);
		row_equal(i, caps, t[i].caps);
	}
}

static void init_answers(void **state)
{
	(void)state;
	assert_int_equal(nvsp_check_init(message(2, 0xFFFFFFFF, 34, 1, 0, 0, 0), 16), 0);
	assert_int_equal(nvsp_check_init(message(2, 2, 34, 1, 0, 0, 0), 40), 0);
	assert_int_equal(nvsp_check_init(message(2, 2, 34, 3, 0, 0, 0), 16), -EPROTO);
	assert_int_equal(nvsp_check_init(message(2, 2, 34, 0, 0, 0, 0), 16), -EPROTO);
	assert_int_equal(nvsp_check_init(message(2, 2, 34, 1, 0, 0, 0), 15), -EINVAL);
	assert_int_equal(nvsp_check_init(message(1, 2, 34, 1, 0, 0, 0), 16), -EINVAL);
}

/* 2: validity of the answers */
static void receive_buffer_answers(void **state)
{
	static const struct {
		u32 type, status, sections, offset, size, count, len;
		int want;
	} t[] = {
		{ 102, 1, 1, 0, 1806, 9000, 28, 0 },
		{ 102, 1, 1, 0, 68, 1, 28, 0 },
		{ 102, 1, 1, 0, 67, 1, 28, -EINVAL },
		{ 102, 1, 1, 0, 1806, 0, 28, -EINVAL },
		{ 102, 1, 1, 0, 0x1000, 0x1000, 28, 0 }, /* exactly the buffer */
		{ 102, 1, 1, 0, 0x1000, 0x1001, 28, -EINVAL },
		{ 102, 1, 1, 0, 0x10000, 0x10000, 28, -EINVAL }, /* 2^32 */
		{ 102, 1, 2, 0, 1806, 9000, 28, -EINVAL },
		{ 102, 1, 0, 0, 1806, 9000, 28, -EINVAL },
		{ 102, 1, 1, 8, 1806, 9000, 28, -EINVAL },
		{ 102, 1, 1, 0, 1806, 9000, 27, -EINVAL },
		{ 102, 2, 1, 0, 1806, 9000, 8, -EPROTO },
		{ 105, 1, 1, 0, 1806, 9000, 28, -EINVAL },
		{ 102, 1, 1, 0, 1806, 9000, 7, -EINVAL },
	};
	struct nvsp_sections s;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		const u8 *m = message(t[i].type, t[i].status, t[i].sections, t[i].offset, t[i].size, t[i].count, 0);

		row_equal(i, nvsp_check_recv_buf(m, t[i].len, 16 << 20, &s), t[i].want);
		if (!t[i].want) {
			row_equal(i, s.size, t[i].size);
			row_equal(i, s.count, t[i].count);
		}
	}
}

static void send_buffer_answers(void **state)
{
	struct nvsp_sections s;

	(void)state;
	assert_int_equal(nvsp_check_send_buf(message(105, 1, 6144, 0, 0, 0, 0), 12, 1 << 20, &s), 0);
	assert_int_equal(s.size, 6144);
	assert_int_equal(s.count, 170);
	assert_int_equal(nvsp_check_send_buf(message(105, 1, 1 << 20, 0, 0, 0, 0), 12, 1 << 20, &s), 0);
	assert_int_equal(s.count, 1);
	assert_int_equal(nvsp_check_send_buf(message(105, 1, (1 << 20) + 1, 0, 0, 0, 0), 12, 1 << 20, &s), -EINVAL);
	assert_int_equal(nvsp_check_send_buf(message(105, 1, 67, 0, 0, 0, 0), 12, 1 << 20, &s), -EINVAL);
	assert_int_equal(nvsp_check_send_buf(message(105, 1, 68, 0, 0, 0, 0), 12, 1 << 20, &s), 0);
	assert_int_equal(nvsp_check_send_buf(message(105, 1, 6144, 0, 0, 0, 0), 11, 1 << 20, &s), -EINVAL);
	assert_int_equal(nvsp_check_send_buf(message(105, 2, 6144, 0, 0, 0, 0), 8, 1 << 20, &s), -EPROTO);
	assert_int_equal(nvsp_check_send_buf(message(105, 2, 6144, 0, 0, 0, 0), 7, 1 << 20, &s), -EINVAL);
	assert_int_equal(nvsp_check_send_buf(message(102, 1, 6144, 0, 0, 0, 0), 12, 1 << 20, &s), -EINVAL);
}

static void subchannel_answers(void **state)
{
	u32 n = 99;

	(void)state;
	assert_int_equal(nvsp_check_subchannel(message(133, 1, 3, 0, 0, 0, 0), 12, 3, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(nvsp_check_subchannel(message(133, 1, 4, 0, 0, 0, 0), 12, 3, &n), -EINVAL);
	assert_int_equal(nvsp_check_subchannel(message(133, 2, 0, 0, 0, 0, 0), 12, 3, &n), -EPROTO);
	assert_int_equal(nvsp_check_subchannel(message(133, 1, 3, 0, 0, 0, 0), 11, 3, &n), -EINVAL);
	assert_int_equal(nvsp_check_subchannel(message(134, 1, 3, 0, 0, 0, 0), 12, 3, &n), -EINVAL);
	assert_int_equal(n, 3);
}

static void send_completions(void **state)
{
	(void)state;
	assert_true(nvsp_sent_well(message(108, 1, 0, 0, 0, 0, 0), 8));
	assert_false(nvsp_sent_well(message(108, 1, 0, 0, 0, 0, 0), 7));
	assert_false(nvsp_sent_well(message(108, 1, 0, 0, 0, 0, 0), 0));
	assert_false(nvsp_sent_well(message(108, 5, 0, 0, 0, 0, 0), 8));
	assert_false(nvsp_sent_well(message(107, 1, 0, 0, 0, 0, 0), 8));
}

/* 3.4 */
static void transfers(void **state)
{
	static const struct {
		u32 set, count, header_len, type, channel, len;
		int want;
	} t[] = {
		{ 0xCAFE, 1, 32, 107, 0, 16, 0 },      { 0xCAFE, 1, 31, 107, 0, 16, -EINVAL },
		{ 0xCAFE, 562, 24 + 8 * 562, 107, 0, 16, 0 }, { 0xCAFE, 563, 24 + 8 * 562, 107, 0, 16, -EINVAL },
		{ 0xCAFE, 0, 24, 107, 1, 8, 0 },       { 0xCAFE, 0, 16, 107, 0, 16, -EINVAL },
		{ 0xCAFD, 1, 32, 107, 0, 16, -EINVAL }, { 0xCAFE, 1, 32, 108, 0, 16, -EINVAL },
		{ 0xCAFE, 1, 32, 107, 0, 7, -EINVAL }, { 0xCAFE, 0xFFFFFFFF, 32, 107, 0, 16, -EINVAL },
	};
	struct nvsp_transfer out;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u8 hdr[NVSP_TRANSFER_HDR] = { 0 }, msg[8];

		put32(hdr, 16, t[i].set);
		put32(hdr, 20, t[i].count);
		put32(msg, 0, t[i].type);
		put32(msg, 4, t[i].channel);
		row_equal(i, nvsp_check_transfer(hdr, t[i].header_len, msg, t[i].len, &out), t[i].want);
		if (!t[i].want) {
			row_equal(i, out.range_count, t[i].count);
			row_equal(i, out.control, t[i].channel == 1);
		}
	}
}

static void ranges(void **state)
{
	static const struct {
		u32 count, offset;
		bool ok;
	} t[] = {
		{ 100, 0, true },	{ 100, 900, true },	    { 101, 900, false },	{ 0, 1000, true },
		{ 0, 1001, false },	{ 256, 0, true },	    { 257, 0, false },
		{ 0xFFFFFFFF, 1, false }, { 100, 0xFFFFFFFF, false }, { 2, 0xFFFFFFFF, false },
	};
	struct vmbus_xfer_range r;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		r.byte_count = t[i].count;
		r.byte_offset = t[i].offset;
		row_equal(i, nvsp_range_ok(&r, 1000, 256), t[i].ok);
	}
	r.byte_count = 0xFFFFFFFF;
	r.byte_offset = 1;
	assert_false(nvsp_range_ok(&r, 1000, 0xFFFFFFFF));
}

/* 5.6, with the host's wrong offsets */
static void send_tables(void **state)
{
	u8 msg[NVSP_INBAND_MAX];
	u32 table[NVSP_SEND_TABLE_COUNT], i;

	(void)state;
	for (i = 0; i < sizeof(msg) / 4; i++)
		put32(msg, 4 * i, i);
	put32(msg, 0, 134);
	put32(msg, 4, 16);
	put32(msg, 8, 44);
	assert_int_equal(nvsp_check_table(msg, 108, NVSP_VERSION_6_1, table), 0);
	assert_int_equal(table[0], 11);
	assert_int_equal(table[15], 26);
	assert_int_equal(nvsp_check_table(msg, 107, NVSP_VERSION_6_1, table), -EINVAL);
	/* older hosts: where the table lies is known, if it can be there */
	assert_int_equal(nvsp_check_table(msg, 104, NVSP_VERSION_6, table), 0);
	assert_int_equal(table[0], 10);
	put32(msg, 8, 20);
	assert_int_equal(nvsp_check_table(msg, 84, NVSP_VERSION_6, table), 0);
	assert_int_equal(table[0], 5);
	put32(msg, 8, 0xFFFFFFFF);
	assert_int_equal(nvsp_check_table(msg, 200, NVSP_VERSION_6_1, table), -EINVAL);
	put32(msg, 8, 12);
	assert_int_equal(nvsp_check_table(msg, 63, NVSP_VERSION_6_1, table), -EINVAL);
	put32(msg, 4, 15);
	assert_int_equal(nvsp_check_table(msg, 200, NVSP_VERSION_6_1, table), -EINVAL);
	put32(msg, 4, 16);
	assert_int_equal(nvsp_check_table(msg, 11, NVSP_VERSION_6_1, table), -EINVAL);
	put32(msg, 0, 133);
	assert_int_equal(nvsp_check_table(msg, 200, NVSP_VERSION_6_1, table), -EINVAL);
}

/* How many queues a table gives equal shares. */
static void table_spread(void **state)
{
	static const struct {
		u32 table[NVSP_SEND_TABLE_COUNT], spread;
	} t[] = {
		{ { 0 }, 1 },
		{ { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 }, 2 },
		{ { 3, 1, 2, 0, 3, 1, 2, 0, 3, 1, 2, 0, 3, 1, 2, 0 }, 4 },
		{ { 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0 }, 3 },
		{ { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, 16 },
		{ { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0 }, 0 }, /* 9 and 7 of 8 */
		{ { 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 0, 0 }, 0 }, /* 7, 5, 4 of 5 or 6 */
		{ { 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 1, 0 }, 0 }, /* 6, 6, 4 */
		{ { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5 }, 0 }, /* 4 of 2 or 3 */
		{ { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 0 },
		{ { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16 }, 0 },
		{ { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xFFFFFFFF }, 0 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		row_equal(i, nvsp_table_spread(t[i].table), t[i].spread);
}

static void virtual_functions(void **state)
{
	bool flag = false;
	u32 serial = 0;

	(void)state;
	assert_int_equal(nvsp_check_vf(message(128, 1, 7, 0, 0, 0, 0), 12, &flag, &serial), 0);
	assert_true(flag);
	assert_int_equal(serial, 7);
	assert_int_equal(nvsp_check_vf(message(128, 0, 7, 0, 0, 0, 0), 40, &flag, &serial), 0);
	assert_false(flag);
	assert_int_equal(nvsp_check_vf(message(128, 1, 7, 0, 0, 0, 0), 11, &flag, &serial), -EINVAL);
	assert_int_equal(nvsp_check_vf(message(129, 1, 7, 0, 0, 0, 0), 12, &flag, &serial), -EINVAL);
	assert_int_equal(nvsp_check_data_path(message(129, 1, 0, 0, 0, 0, 0), 8, &flag), 0);
	assert_true(flag);
	assert_int_equal(nvsp_check_data_path(message(129, 0, 0, 0, 0, 0, 0), 8, &flag), 0);
	assert_false(flag);
	assert_int_equal(nvsp_check_data_path(message(129, 2, 0, 0, 0, 0, 0), 8, &flag), -EINVAL);
	assert_int_equal(nvsp_check_data_path(message(129, 0, 0, 0, 0, 0, 0), 7, &flag), -EINVAL);
	assert_int_equal(nvsp_check_data_path(message(128, 0, 0, 0, 0, 0, 0), 8, &flag), -EINVAL);
}

static void types(void **state)
{
	(void)state;
	assert_int_equal(nvsp_type(message(128, 0, 0, 0, 0, 0, 0), 4), 128);
	assert_int_equal(nvsp_type(message(128, 0, 0, 0, 0, 0, 0), 3), 0);
}

static void buffer_sizes(void **state)
{
	(void)state;
	assert_int_equal(nvsp_buffer_size(9709, 1728, 31 << 20), (16 << 20));
	assert_int_equal(nvsp_buffer_size(1, 1728, 31 << 20), 4096);
	assert_int_equal(nvsp_buffer_size(0, 1728, 31 << 20), 4096);
	assert_int_equal(nvsp_buffer_size(100000, 1728, 31 << 20), 31 << 20);
	assert_int_equal(nvsp_buffer_size(0xFFFFFFFF, 6144, 15 << 20), 15 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(messages_to_the_host),
		cmocka_unit_test(completion_of_a_transfer),
		cmocka_unit_test(configuration),
		cmocka_unit_test(init_answers),
		cmocka_unit_test(receive_buffer_answers),
		cmocka_unit_test(send_buffer_answers),
		cmocka_unit_test(subchannel_answers),
		cmocka_unit_test(send_completions),
		cmocka_unit_test(transfers),
		cmocka_unit_test(ranges),
		cmocka_unit_test(send_tables), cmocka_unit_test(table_spread),
		cmocka_unit_test(virtual_functions),
		cmocka_unit_test(types),
		cmocka_unit_test(buffer_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
