// SPDX-License-Identifier: GPL-2.0-only
/* vstor packets of the guest, as the test host takes them apart (docs/wire/04 2, 3, 5). */
#include "unit.h"
#include <errno.h>
#include <wire/vmbus.h>
#include "dev/vstor.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Which operations a guest may send, and the shortest packet each needs. */
static void shortest_packets(void **state)
{
	static const struct { uint32_t op; size_t need; } row[] = {
		{ VSTOR_EXECUTE_SRB, 48 }, { VSTOR_RESET_LUN, 20 }, { VSTOR_RESET_ADAPTER, 12 }, { VSTOR_RESET_BUS, 12 },
		{ VSTOR_BEGIN_INITIALIZATION, 12 }, { VSTOR_END_INITIALIZATION, 12 }, { VSTOR_QUERY_PROTOCOL_VERSION, 16 },
		{ VSTOR_QUERY_PROPERTIES, 36 }, { VSTOR_FCHBA_DATA, 48 }, { VSTOR_CREATE_SUB_CHANNELS, 14 },
		{ 0, 0 }, { VSTOR_COMPLETE_IO, 0 }, { VSTOR_REMOVE_DEVICE, 0 }, { VSTOR_ENUMERATE_BUS, 0 },
		{ VSTOR_EVENT_NOTIFICATION, 0 }, { 15, 0 }, { 16, 0 }, { 31, 0 }, { 0xFFFFFFFF, 0 },
	};
	struct vstor_request r;
	uint8_t data[80];
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(row); i++) {
		memset(data, 0, sizeof(data));
		memcpy(data, &row[i].op, 4);
		row_equal(i, vstor_parse(data, row[i].need ? row[i].need : 64, &r), row[i].need ? 0 : -EPROTO);
		row_equal(i, vstor_parse(data, row[i].need ? row[i].need - 1 : 48, &r), -EPROTO);
		if (row[i].need)
			row_equal(i, r.operation, row[i].need > 12 ? row[i].op : 0);
	}
	row_equal(0, vstor_parse(data, 11, &r), -EPROTO);
	row_equal(0, vstor_parse(data, 0, &r), -EPROTO);
}

/* The answer is as long as the request, but never longer than 64 bytes; what was not sent is zero. */
static void answers(void **state)
{
	struct vstor_packet a;
	struct vstor_request r;
	uint8_t data[200];

	(void)state;
	memset(data, 0xAA, sizeof(data));
	data[0] = VSTOR_EXECUTE_SRB;
	memset(data + 1, 0, 3);
	assert_int_equal(vstor_parse(data, 48, &r), 0);
	assert_int_equal(r.payload, 36);
	assert_int_equal(r.packet.u.srb.lun, 0xAA);
	assert_int_equal(r.packet.u.srb.srb_flags, 0);
	assert_int_equal(vstor_answer(&r, 0xC0000184, &a), 48);
	assert_int_equal(a.operation, VSTOR_COMPLETE_IO);
	assert_int_equal(a.flags, 0);
	assert_int_equal(a.status, 0xC0000184);
	assert_int_equal(a.u.srb.lun, 0xAA);
	assert_int_equal(vstor_parse(data, 64, &r), 0);
	assert_int_equal(vstor_answer(&r, 0, &a), 64);
	assert_int_equal(r.packet.u.srb.srb_flags, 0xAAAAAAAA);
	assert_int_equal(vstor_parse(data, 200, &r), 0);
	assert_int_equal(vstor_answer(&r, 0, &a), 64);
}

static void srb_limits(void **state)
{
	static const struct { uint16_t length; uint8_t cdb_len; uint32_t transfer; size_t buffer; uint8_t want; } row[] = {
		{ 52, 16, 4096, 4096, SRB_STATUS_PENDING }, { 36, 6, 0, 0, SRB_STATUS_PENDING },
		{ 35, 6, 0, 0, SRB_STATUS_BAD_SRB_BLOCK_LENGTH }, { 52, 0, 0, 0, SRB_STATUS_INVALID_REQUEST },
		{ 52, 17, 0, 0, SRB_STATUS_INVALID_REQUEST }, { 52, 10, 4097, 4096, SRB_STATUS_INVALID_REQUEST },
		{ 52, 10, 4096, 8192, SRB_STATUS_PENDING }, { 52, 10, 65536, 65536, SRB_STATUS_PENDING },
		{ 52, 10, 65537, 131072, SRB_STATUS_INVALID_REQUEST }, { 52, 10, 0xFFFFFFFF, 4096, SRB_STATUS_INVALID_REQUEST },
	};
	struct vstor_srb srb;
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(row); i++) {
		memset(&srb, 0, sizeof(srb));
		srb.length = row[i].length;
		srb.cdb_len = row[i].cdb_len;
		srb.transfer_len = row[i].transfer;
		row_equal(i, vstor_srb_check(&srb, row[i].buffer, 65536), row[i].want);
	}
}

/* 5.6; flags of the SRB status do not matter. */
static void nt_statuses(void **state)
{
	static const struct { uint8_t srb; uint32_t nt; } row[] = {
		{ 0x01, 0 }, { 0x81, 0 }, { 0x05, 0x80000011 }, { 0x20, 0xC00000C0 }, { 0x21, 0xC00000C0 }, { 0x08, 0xC00000C0 },
		{ 0x11, 0xC00000C0 }, { 0x09, 0xC00000B5 }, { 0x0B, 0xC00000B5 }, { 0x0A, 0xC000009D }, { 0x22, 0xC0000010 },
		{ 0x15, 0xC0000010 }, { 0x12, 0x80000005 }, { 0x16, 0xC0000001 }, { 0x02, 0xC0000120 }, { 0x84, 0xC0000185 },
		{ 0x86, 0xC0000185 }, { 0x30, 0xC0000185 }, { 0x0E, 0xC0000185 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(row); i++)
		row_equal(i, vstor_ntstatus(row[i].srb), row[i].nt);
}

static void versions(void **state)
{
	(void)state;
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_0_13), 0x0200);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_1_1), 0x0402);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_2_4), 0x0501);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_3_0), 0x0600);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_4_0), 0x0602);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_6_0), 0x0602);
	assert_true(vstor_version_known(0x0602, 0x0602));
	assert_false(vstor_version_known(0x0602, 0x0600));
	assert_false(vstor_version_known(0x0601, 0x0602));
	assert_true(vstor_version_known(0x0200, 0x0402));
	assert_true(vstor_version_known(0x0501, 0x0600));
	assert_int_equal(vstor_version_parse("5.1"), 0x0501);
	assert_int_equal(vstor_version_parse("6.2"), 0x0602);
	assert_int_equal(vstor_version_parse("6.1"), 0);
	assert_int_equal(vstor_version_parse("5.1x"), 0);
	assert_int_equal(vstor_version_parse("7.0"), 0);
	assert_int_equal(vstor_version_parse(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shortest_packets), cmocka_unit_test(answers), cmocka_unit_test(srb_limits),
		cmocka_unit_test(nt_statuses),	    cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests_name("host_vstor", tests, NULL, NULL);
}
