// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/storage/vstor_msg.c: vstor packets, in both directions (docs/wire/04-storage.md).
 */
#include "unit.h"
#include "../../lis/storage/vstor_msg.h"

static u64 get(const void *p, u32 at, u32 len)
{
	u64 v = 0;

	memcpy(&v, (const u8 *)p + at, len);
	return v;
}

/* 3: the order, the packet's and the sense data's length of each version */
static void versions(void **state)
{
	static const struct {
		u16 version;
		u32 packet, sense;
	} t[] = { { 0x0602, 64, 20 }, { 0x0600, 64, 20 }, { 0x0501, 64, 20 }, { 0x0402, 48, 18 }, { 0x0200, 48, 18 } };
	u16 version = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		version = vstor_next_version(version);
		row_equal(i, version, t[i].version);
		row_equal(i, vstor_packet_len(version), t[i].packet);
		row_equal(i, vstor_sense_room(version), t[i].sense);
	}
	assert_int_equal(vstor_next_version(version), 0);
	assert_int_equal(vstor_next_version(0x0777), 0);
	assert_int_equal(vstor_packet_len(0), 48);
}

/* 2.1: every field at its place, by number and not by the structure */
static void request_layout(void **state)
{
	static const u8 cdb[16] = { 0x88, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct vstor_request r = { 7, 3, 1, 200, 16, VSTOR_DATA_IN, true, 0x12345678, cdb };
	struct vstor_packet p;

	(void)state;
	memset(&p, 0xEE, sizeof(p));
	vstor_build_srb(&p, VSTOR_VERSION_6_2, &r);
	assert_int_equal(get(&p, 0, 4), 3);
	assert_int_equal(get(&p, 4, 4), 1);
	assert_int_equal(get(&p, 8, 4), 0);
	assert_int_equal(get(&p, 12, 2), 52);
	assert_int_equal(get(&p, 14, 2), 0);
	assert_int_equal(get(&p, 16, 1), 7);
	assert_int_equal(get(&p, 17, 1), 3);
	assert_int_equal(get(&p, 18, 1), 1);
	assert_int_equal(get(&p, 19, 1), 200);
	assert_int_equal(get(&p, 20, 1), 16);
	assert_int_equal(get(&p, 21, 1), 20);
	assert_int_equal(get(&p, 22, 1), 1);
	assert_int_equal(get(&p, 24, 4), 0x12345678);
	assert_memory_equal((u8 *)&p + 28, cdb, 16);
	assert_int_equal(get(&p, 50, 2), 0x20FF);
	assert_int_equal(get(&p, 52, 4), 0x8 | 0x2 | 0x100 | 0x40);
	assert_int_equal(get(&p, 56, 4), 60);
	assert_int_equal(get(&p, 60, 4), 0);
}

static void request_variants(void **state)
{
	static const u8 cdb[16] = { 0x2A };
	struct vstor_request r = { 0, 0, 0, 0, 10, VSTOR_DATA_OUT, false, 512, cdb };
	struct vstor_packet p;

	(void)state;
	vstor_build_srb(&p, VSTOR_VERSION_5_1, &r);
	assert_int_equal(get(&p, 52, 4), 0x8 | 0x80);
	r.direction = VSTOR_DATA_NONE;
	vstor_build_srb(&p, VSTOR_VERSION_5_1, &r);
	assert_int_equal(get(&p, 52, 4), 0x8);
	/* old hosts: a short structure, less sense data, nothing behind it */
	vstor_build_srb(&p, VSTOR_VERSION_4_2, &r);
	assert_int_equal(get(&p, 12, 2), 36);
	assert_int_equal(get(&p, 21, 1), 18);
	assert_int_equal(get(&p, 48, 8) | get(&p, 56, 8), 0);
	/* a CDB longer than the field is cut, whatever the caller promised */
	r.cdb_len = 200;
	vstor_build_srb(&p, VSTOR_VERSION_6_2, &r);
	assert_int_equal(get(&p, 20, 1), 16);
}

/* 8: the address is the request's, and nothing is to be moved */
static void reset_lun(void **state)
{
	static const u8 none[1];
	struct vstor_request r = { 7, 3, 1, 200, 0, VSTOR_DATA_NONE, false, 0, none };
	struct vstor_packet p;

	(void)state;
	memset(&p, 0xEE, sizeof(p));
	vstor_build_reset_lun(&p, VSTOR_VERSION_6_2, &r);
	assert_int_equal(get(&p, 0, 4), 4);
	assert_int_equal(get(&p, 4, 4), 1);
	assert_int_equal(get(&p, 12, 2), 52);
	assert_int_equal(get(&p, 17, 1), 3);
	assert_int_equal(get(&p, 18, 1), 1);
	assert_int_equal(get(&p, 19, 1), 200);
	assert_int_equal(get(&p, 20, 1), 0);
	assert_int_equal(get(&p, 24, 4), 0);
	vstor_build_reset_lun(&p, VSTOR_VERSION_4_2, &r);
	assert_int_equal(get(&p, 12, 2), 36);
}

static void handshake(void **state)
{
	struct vstor_packet p;
	u32 status;

	(void)state;
	vstor_build_version(&p, VSTOR_VERSION_6_0);
	assert_int_equal(get(&p, 0, 4), 9);
	assert_int_equal(get(&p, 12, 4), 0x0600);
	vstor_build_sub_channels(&p, 3);
	assert_int_equal(get(&p, 0, 4), 13);
	assert_int_equal(get(&p, 12, 2), 3);
	vstor_build(&p, VSTOR_COMPLETE_IO);
	assert_int_equal(vstor_check_answer(&p, 48, 0, &status), 0);
	assert_int_equal(vstor_check_answer(&p, 47, 0, &status), -EINVAL);
	assert_int_equal(vstor_check_answer(&p, 63, VSTOR_VERSION_5_1, &status), -EINVAL);
	assert_int_equal(vstor_check_answer(&p, 64, VSTOR_VERSION_5_1, &status), 0);
	p.status = VSTOR_STATUS_REVISION_MISMATCH;
	assert_int_equal(vstor_check_answer(&p, 48, 0, &status), -EPROTO);
	assert_int_equal(status, 0xC0000059);
	p.operation = VSTOR_EXECUTE_SRB;
	assert_int_equal(vstor_check_answer(&p, 64, 0, &status), -EINVAL);
}

static void properties(void **state)
{
	struct vstor_host host = { VSTOR_VERSION_6_2, 0, 0 };
	struct vstor_packet p;

	(void)state;
	vstor_build(&p, VSTOR_COMPLETE_IO);
	p.u.properties.max_sub_channels = 7;
	p.u.properties.flags = VSTOR_PROP_MULTI_CHANNEL;
	p.u.properties.max_transfer = 262144 + 100;
	assert_int_equal(vstor_take_properties(&p, 35, false, &host), -EINVAL);
	assert_int_equal(vstor_take_properties(&p, 36, false, &host), 0);
	assert_int_equal(host.max_transfer, 262144);
	assert_int_equal(host.max_sub_channels, 7);
	host.version = VSTOR_VERSION_4_2;
	assert_int_equal(vstor_take_properties(&p, 48, false, &host), 0);
	assert_int_equal(host.max_sub_channels, 0);
	host.version = VSTOR_VERSION_6_2;
	p.u.properties.flags = 0;
	p.u.properties.max_transfer = 0xFFFFFFFF;
	assert_int_equal(vstor_take_properties(&p, 48, true, &host), 0);
	assert_int_equal(host.max_transfer, 512 * 1024);
	assert_int_equal(host.max_sub_channels, 0);
	assert_int_equal(vstor_take_properties(&p, 48, false, &host), 0);
	assert_int_equal(host.max_transfer, 4 * 1024 * 1024);
	p.u.properties.max_transfer = 4095;
	assert_int_equal(vstor_take_properties(&p, 48, false, &host), -EINVAL);
}

static void names(void **state)
{
	struct vstor_names n;
	struct vstor_packet p;
	u32 i;

	(void)state;
	vstor_build(&p, VSTOR_FCHBA_DATA);
	for (i = 0; i < 32; i++)
		((u8 *)&p)[16 + i] = (u8)i;
	p.u.wwn.primary_active = 1;
	assert_false(vstor_take_names(&p, 47, &n));
	assert_true(vstor_take_names(&p, 48, &n));
	assert_int_equal(n.port, 0x0001020304050607ULL);
	assert_int_equal(n.node, 0x08090A0B0C0D0E0FULL);
	p.u.wwn.primary_active = 0;
	assert_true(vstor_take_names(&p, 48, &n));
	assert_int_equal(n.port, 0x1011121314151617ULL);
	assert_int_equal(n.node, 0x18191A1B1C1D1E1FULL);
}

/* 2: only what a host may send without being asked */
static void unsolicited(void **state)
{
	struct vstor_packet p;
	u32 op;

	(void)state;
	for (op = 0; op < 20; op++) {
		bool known = op == 2 || op == 11 || op == 12 || op == 14;

		vstor_build(&p, op);
		row_equal(op, vstor_unsolicited(&p, 4), known ? op : 0);
		row_equal(op, vstor_unsolicited(&p, 3), 0);
	}
}

static void refused_commands(void **state)
{
	u8 sense[VSTOR_SENSE_LEN_OLD];

	(void)state;
	assert_true(vstor_refuse_command(VSTOR_VERSION_5_1, 0x41));
	assert_true(vstor_refuse_command(VSTOR_VERSION_2_0, 0x24));
	assert_false(vstor_refuse_command(VSTOR_VERSION_6_0, 0x41));
	assert_false(vstor_refuse_command(VSTOR_VERSION_5_1, 0x28));
	/* Between two agreements nothing is known, and a refusal would be remembered. */
	assert_false(vstor_refuse_command(0, 0x41));
	vstor_illegal_request(sense);
	assert_int_equal(sense[0], 0x70);
	assert_int_equal(sense[2], 5);
	assert_int_equal(sense[12] << 8 | sense[13], 0x2000);
}

static void amounts(void **state)
{
	struct vstor_host host = { VSTOR_VERSION_6_2, 7, 4096 };

	(void)state;
	assert_int_equal(vstor_sub_channels_wanted(&host, 1, 1), 0);
	assert_int_equal(vstor_sub_channels_wanted(&host, 4, 1), 3);
	assert_int_equal(vstor_sub_channels_wanted(&host, 64, 1), 7);
	assert_int_equal(vstor_sub_channels_wanted(&host, 9, 4), 2);
	assert_int_equal(vstor_sub_channels_wanted(&host, 9, 0), 7);
	assert_int_equal(vstor_depth(0), 1);
	assert_int_equal(vstor_depth(126976), 317);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),	    cmocka_unit_test(request_layout), cmocka_unit_test(request_variants),
		cmocka_unit_test(reset_lun), cmocka_unit_test(handshake),	    cmocka_unit_test(properties),     cmocka_unit_test(names),
		cmocka_unit_test(unsolicited),	    cmocka_unit_test(refused_commands), cmocka_unit_test(amounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
