// SPDX-License-Identifier: GPL-2.0-only
/* What guests send to a storage controller: vstor packets (docs/wire/04 2), command blocks and parameter lists (SPC, SBC). */
#include "unit.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <wire/vmbus.h>
#include "dev/scsi.h"
#include "dev/scsi_cdb.h"
#include "dev/vstor.h"

static struct scsi_cdb c;

static int cdb(size_t len, const uint8_t *bytes)
{
	return scsi_cdb_parse(bytes, len, &c);
}
#define CDB(...) cdb(sizeof((const uint8_t[]){ __VA_ARGS__ }), (const uint8_t[]){ __VA_ARGS__ })

static void ranges_of_all_lengths(void **state)
{
	assert_int_equal(CDB(0x08, 0xFF, 0x34, 0x56, 0, 0), 0); /* READ(6): 21 bits, 0 means 256 */
	assert_int_equal(c.kind, SCSI_KIND_READ);
	assert_int_equal(c.lba, 0x1F3456);
	assert_int_equal(c.blocks, 256);
	assert_int_equal(CDB(0x2A, 0x08, 0x89, 0xAB, 0xCD, 0xEF, 0, 0x12, 0x34, 0), 0); /* WRITE(10), FUA */
	assert_int_equal(c.kind, SCSI_KIND_WRITE);
	assert_int_equal(c.lba, 0x89ABCDEF);
	assert_int_equal(c.blocks, 0x1234);
	assert_true(c.fua);
	assert_int_equal(CDB(0xAF, 0, 0, 0, 0, 1, 0x80, 0, 0, 2, 0, 0), 0); /* VERIFY(12) */
	assert_int_equal(c.kind, SCSI_KIND_VERIFY);
	assert_int_equal(c.blocks, 0x80000002);
	assert_int_equal(CDB(0x88, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0, 0, 1, 0, 0), 0); /* READ(16) */
	assert_int_equal(c.lba, 0x0102030405060708);
	assert_int_equal(c.blocks, 0xFF000001);
	assert_false(c.fua);
}

static void lengths_of_other_commands(void **state)
{
	assert_int_equal(CDB(0x12, 0, 0, 0x01, 0x02, 0), 0); /* INQUIRY: two bytes */
	assert_int_equal(c.kind, SCSI_KIND_OTHER);
	assert_int_equal(c.alloc, 0x102);
	assert_int_equal(CDB(0xA0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), 0); /* REPORT LUNS */
	assert_int_equal(c.alloc, 0x10000);
	assert_int_equal(CDB(0xC7, 1), 0); /* a vendor's, of no fixed length */
	assert_int_equal(c.alloc, 0);
}

static void short_commands(void **state)
{
	static const uint8_t opcode[] = { 0x08, 0x28, 0x88, 0xA8, 0x12, 0x5A }, need[] = { 6, 10, 16, 12, 6, 10 };
	uint8_t bytes[17] = { 0 };

	for (unsigned int i = 0; i < sizeof(opcode); i++) {
		bytes[0] = opcode[i];
		assert_int_equal(scsi_cdb_parse(bytes, need[i] - 1, &c), -EINVAL);
		assert_int_equal(scsi_cdb_parse(bytes, need[i], &c), 0);
		assert_int_equal(scsi_cdb_parse(bytes, 16, &c), 0);
		assert_int_equal(scsi_cdb_parse(bytes, 17, &c), -EINVAL);
	}
	assert_int_equal(scsi_cdb_parse(bytes, 0, &c), -EINVAL);
}

static void edges_of_a_disk(void **state)
{
	assert_true(scsi_range_ok(0, 100, 100));
	assert_false(scsi_range_ok(0, 101, 100));
	assert_true(scsi_range_ok(100, 0, 100));
	assert_false(scsi_range_ok(101, 0, 100));
	assert_false(scsi_range_ok(99, 2, 100));
	assert_false(scsi_range_ok(UINT64_MAX, 2, UINT64_MAX - 1));
	assert_false(scsi_range_ok(2, UINT64_MAX, UINT64_MAX));
}

static struct scsi_extent extent[SCSI_UNMAP_MAX];

static void unmap_lists(void **state)
{
	uint8_t list[40] = { 0, 38, 0, 32, 0, 0, 0, 0, /* two descriptors: 5 from 10, 90 from 10 */
			     0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 5, 0, 0, 0, 0,
			     0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 90, 0, 0, 0, 0 };

	assert_int_equal(scsi_unmap_parse(list, 40, 100, extent), 2);
	assert_int_equal(extent[1].lba, 10);
	assert_int_equal(extent[1].blocks, 90);
	assert_int_equal(scsi_unmap_parse(list, 40, 99, extent), -(int)SENSE_LBA_OUT_OF_RANGE);
	assert_int_equal(scsi_unmap_parse(list, 39, 100, extent), -(int)SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_unmap_parse(list, 24, 100, extent), -(int)SENSE_PARAM_LIST_LENGTH);
	list[3] = 31; /* the headers say different things */
	assert_int_equal(scsi_unmap_parse(list, 40, 100, extent), -(int)SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_unmap_parse(list, 7, 100, extent), -(int)SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_unmap_parse(list, 0, 100, extent), 0);
}

static void mode_select(void **state)
{
	uint8_t list[16] = { 0, 0, 0, 0, 0x08, 0x0A, 0x04 };

	assert_int_equal(scsi_mode_select_check(list, 16, false), SENSE_NONE);
	list[6] = 0; /* the write cache off */
	assert_int_equal(scsi_mode_select_check(list, 16, false), SENSE_INVALID_FIELD_PARAM);
	list[6] = 4;
	assert_int_equal(scsi_mode_select_check(list, 15, false), SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_mode_select_check(list, 3, false), SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_mode_select_check(list, 7, true), SENSE_PARAM_LIST_LENGTH);
	list[3] = 200; /* block descriptors beyond the list */
	assert_int_equal(scsi_mode_select_check(list, 16, false), SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_mode_select_check(list, 0, false), SENSE_NONE);
}

static void packets(void **state)
{
	struct vstor_packet p = { .operation = VSTOR_EXECUTE_SRB, .flags = VSTOR_FLAG_REQUEST_COMPLETION }, a;
	struct vstor_request r;

	p.u.srb.lun = 7;
	assert_int_equal(vstor_parse(&p, VSTOR_PACKET_LEN, &r), 0);
	assert_int_equal(r.packet.u.srb.lun, 7);
	assert_int_equal(vstor_answer(&r, VSTOR_STATUS_SUCCESS, &a), VSTOR_PACKET_LEN);
	assert_int_equal(a.operation, VSTOR_COMPLETE_IO);
	assert_int_equal(a.flags, 0);
	assert_int_equal(a.u.srb.lun, 7);
	assert_int_equal(vstor_parse(&p, VSTOR_PACKET_LEN_OLD, &r), 0); /* of a guest before 5.1 */
	assert_int_equal(vstor_answer(&r, 0, &a), VSTOR_PACKET_LEN_OLD);
	assert_int_equal(vstor_parse(&p, VSTOR_PACKET_LEN_OLD - 1, &r), -EPROTO);
	assert_int_equal(vstor_parse(&p, VSTOR_HDR_LEN - 1, &r), -EPROTO);
	assert_int_equal(vstor_parse(&p, 0, &r), -EPROTO);
	for (uint32_t op = 0; op < 32; op++) {
		p.operation = op;
		assert_int_equal(vstor_parse(&p, VSTOR_PACKET_LEN, &r), op >= VSTOR_EXECUTE_SRB && op <= VSTOR_CREATE_SUB_CHANNELS &&
										op != VSTOR_ENUMERATE_BUS ? 0 : -EPROTO);
	}
}

static void requests(void **state)
{
	struct vstor_srb s = { .length = VSTOR_SRB_LEN, .cdb_len = 10, .transfer_len = 4096 };

	assert_int_equal(vstor_srb_check(&s, 4096, 8192), SRB_STATUS_PENDING);
	assert_int_equal(vstor_srb_check(&s, 4095, 8192), SRB_STATUS_INVALID_REQUEST); /* more than its pages */
	assert_int_equal(vstor_srb_check(&s, 8192, 4095), SRB_STATUS_INVALID_REQUEST); /* more than allowed */
	s.cdb_len = 17;
	assert_int_equal(vstor_srb_check(&s, 4096, 8192), SRB_STATUS_INVALID_REQUEST);
	s.cdb_len = 0;
	assert_int_equal(vstor_srb_check(&s, 4096, 8192), SRB_STATUS_INVALID_REQUEST);
	s.cdb_len = 10;
	s.length = VSTOR_SRB_LEN_OLD - 1;
	assert_int_equal(vstor_srb_check(&s, 4096, 8192), SRB_STATUS_BAD_SRB_BLOCK_LENGTH);
}

static void versions_of_hosts(void **state)
{
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_1_1), VSTOR_VERSION_4_2);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_2_4), VSTOR_VERSION_5_1);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_3_0), VSTOR_VERSION_6_0);
	assert_int_equal(vstor_version_of_host(VMBUS_VERSION_4_0), VSTOR_VERSION_6_2);
	assert_true(vstor_version_known(VSTOR_VERSION_5_1, VSTOR_VERSION_6_0));
	assert_false(vstor_version_known(VSTOR_VERSION_6_2, VSTOR_VERSION_6_0));
	assert_false(vstor_version_known(VSTOR_VERSION(5, 2), VSTOR_VERSION_6_2));
	assert_int_equal(vstor_version_parse("6.2"), VSTOR_VERSION_6_2);
	assert_int_equal(vstor_version_parse("6.1"), 0);
	assert_int_equal(vstor_version_parse("6.2x"), 0);
	assert_int_equal(vstor_version_parse(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_of_all_lengths), cmocka_unit_test(lengths_of_other_commands), cmocka_unit_test(short_commands),
		cmocka_unit_test(edges_of_a_disk),	 cmocka_unit_test(unmap_lists),		     cmocka_unit_test(mode_select),
		cmocka_unit_test(packets),		 cmocka_unit_test(requests),		     cmocka_unit_test(versions_of_hosts),
	};

	return cmocka_run_group_tests_name("scsi", tests, NULL, NULL);
}
