// SPDX-License-Identifier: GPL-2.0-only
/* Command descriptor blocks, parameter lists, pages and texts of disks, as the test host has them. */
#include "unit.h"
#include <errno.h>
#include "dev/scsi.h"
#include "dev/scsi_cdb.h"
#include "dev/scsi_data.h"
#include "dev/storage_inject.h"
#include "dev/storage_spec.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void block_commands(void **state)
{
	static const struct { uint8_t cdb[16]; size_t len; enum scsi_kind kind; uint64_t lba; uint32_t blocks; } row[] = {
		{ { 0x08, 0xFF, 0x23, 0x45, 0x10 }, 6, SCSI_KIND_READ, 0x1F2345, 16 },
		{ { 0x08, 0xFF, 0x34, 0x56, 0 }, 6, SCSI_KIND_READ, 0x1F3456, 256 },
		{ { 0x0A, 0, 0, 1, 0 }, 6, SCSI_KIND_WRITE, 1, 256 },
		{ { 0x28, 0, 1, 2, 3, 4, 0, 5, 6 }, 10, SCSI_KIND_READ, 0x01020304, 0x0506 },
		{ { 0x2A, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF }, 10, SCSI_KIND_WRITE, 0xFFFFFFFF, 0xFFFF },
		{ { 0x2A, 0x08, 0x89, 0xAB, 0xCD, 0xEF, 0, 0x12, 0x34 }, 10, SCSI_KIND_WRITE, 0x89ABCDEF, 0x1234 },
		{ { 0xA8, 0, 0, 0, 0, 9, 0x80, 0, 0, 1 }, 12, SCSI_KIND_READ, 9, 0x80000001 },
		{ { 0x88, 0, 0x80, 0, 0, 0, 0, 0, 0, 7, 0, 0, 1, 0 }, 16, SCSI_KIND_READ, 0x8000000000000007, 256 },
		{ { 0x88, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0, 0, 1 }, 16, SCSI_KIND_READ, 0x0102030405060708, 0xFF000001 },
		{ { 0x8A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 16, SCSI_KIND_WRITE, 0, 0 },
		{ { 0x2F, 0x02, 0, 0, 0, 1, 0, 0, 2 }, 10, SCSI_KIND_VERIFY, 1, 2 },
		{ { 0xAF, 0, 0, 0, 0, 1, 0x80, 0, 0, 2 }, 12, SCSI_KIND_VERIFY, 1, 0x80000002 },
		{ { 0x35 }, 10, SCSI_KIND_SYNC, 0, 0 },
		{ { 0x91 }, 16, SCSI_KIND_SYNC, 0, 0 },
		{ { 0x93, 0x08, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4 }, 16, SCSI_KIND_WRITE_SAME, 3, 4 },
		{ { 0x12, 1, 0x83, 1, 0 }, 6, SCSI_KIND_OTHER, 0, 0 },
		{ { 0x5A, 0, 8 }, 10, SCSI_KIND_OTHER, 0, 0 },
	};
	struct scsi_cdb c;
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(row); i++) {
		row_equal(i, scsi_cdb_parse(row[i].cdb, row[i].len, &c), 0);
		row_equal(i, c.kind, row[i].kind);
		row_equal(i, c.lba, row[i].lba);
		row_equal(i, c.blocks, row[i].blocks);
		row_equal(i, scsi_cdb_parse(row[i].cdb, 16, &c), 0);
		row_equal(i, scsi_cdb_parse(row[i].cdb, row[i].len - 1, &c), -EINVAL);
		row_equal(i, scsi_cdb_parse(row[i].cdb, 17, &c), -EINVAL);
	}
	row_equal(99, scsi_cdb_parse(row[0].cdb, 0, &c), -EINVAL);
}

static void force_unit_access(void **state)
{
	static const uint8_t write_10[10] = { 0x2A, 0x08 }, read_16[16] = { 0x88 };
	struct scsi_cdb c;

	(void)state;
	assert_int_equal(scsi_cdb_parse(write_10, sizeof(write_10), &c), 0);
	assert_true(c.fua);
	assert_int_equal(scsi_cdb_parse(read_16, sizeof(read_16), &c), 0);
	assert_false(c.fua);
}

static void allocation_lengths(void **state)
{
	static const struct { uint8_t cdb[16]; size_t len; uint32_t alloc; } row[] = {
		{ { 0x12, 0, 0, 1, 0x24 }, 6, 0x124 }, { { 0x03, 0, 0, 0, 18 }, 6, 18 }, { { 0x1A, 0, 0x3F, 0, 192 }, 6, 192 },
		{ { 0x5A, 0, 8, 0, 0, 0, 0, 1, 2 }, 10, 0x102 }, { { 0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32 }, 16, 32 },
		{ { 0xA0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0 }, 12, 0x1000 }, { { 0xA0, 0, 0, 0, 0, 0, 0, 1, 0, 0 }, 12, 0x10000 },
		 { { 0x42, 0, 0, 0, 0, 0, 0, 0, 24 }, 10, 24 },
		{ { 0x25 }, 10, 8 }, { { 0x00 }, 6, 0 }, { { 0xC1, 1, 2 }, 3, 0 },
	};
	struct scsi_cdb c;
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(row); i++) {
		row_equal(i, scsi_cdb_parse(row[i].cdb, row[i].len, &c), 0);
		row_equal(i, c.alloc, row[i].alloc);
	}
}

static void ranges(void **state)
{
	(void)state;
	assert_true(scsi_range_ok(0, 100, 100));
	assert_true(scsi_range_ok(99, 1, 100));
	assert_true(scsi_range_ok(100, 0, 100));
	assert_false(scsi_range_ok(100, 1, 100));
	assert_false(scsi_range_ok(101, 0, 100));
	assert_false(scsi_range_ok(0, 101, 100));
	assert_false(scsi_range_ok(99, 2, 100));
	assert_false(scsi_range_ok(1, ~0ULL, 100));
	assert_false(scsi_range_ok(~0ULL, 1, 100));
	assert_false(scsi_range_ok(~0ULL, 2, ~0ULL - 1));
	assert_false(scsi_range_ok(2, ~0ULL, ~0ULL));
}

static void unmap_lists(void **state)
{
	static struct scsi_extent out[SCSI_UNMAP_MAX];
	/* Two descriptors that overlap: 4 blocks from 5, 2 from 8. */
	uint8_t list[40] = { 0, 38, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 4 };

	(void)state;
	list[31] = 8;
	list[35] = 2;
	assert_int_equal(scsi_unmap_parse(list, 40, 10, out), 2);
	assert_int_equal(out[0].lba, 5);
	assert_int_equal(out[0].blocks, 4);
	assert_int_equal(out[1].lba, 8);
	assert_int_equal(out[1].blocks, 2);
	assert_int_equal(scsi_unmap_parse(list, 40, 9, out), -(int)SENSE_LBA_OUT_OF_RANGE);
	assert_int_equal(scsi_unmap_parse(list, 39, 10, out), -(int)SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_unmap_parse(list, 24, 10, out), -(int)SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_unmap_parse(list, 7, 10, out), -(int)SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_unmap_parse(list, 0, 10, out), 0);
	list[3] = 31;
	assert_int_equal(scsi_unmap_parse(list, 40, 10, out), -(int)SENSE_PARAM_LIST_LENGTH);
	memset(list, 0, 8);
	list[1] = 6;
	assert_int_equal(scsi_unmap_parse(list, 8, 10, out), 0);
	list[1] = 22;
	list[3] = 16;
	assert_int_equal(scsi_unmap_parse(list, 24, 10, out), 1);
	list[1] = 30; /* a descriptor and a half, and the headers agree */
	list[3] = 24;
	assert_int_equal(scsi_unmap_parse(list, 32, 10, out), -(int)SENSE_PARAM_LIST_LENGTH);
}

static void mode_selects(void **state)
{
	uint8_t six[16] = { 0, 0, 0, 0, 0x08, 0x0A, 0x04 }, ten[20] = { 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x0A, 0x04 };

	(void)state;
	assert_int_equal(scsi_mode_select_check(six, 16, false), 0);
	assert_int_equal(scsi_mode_select_check(ten, 20, true), 0);
	assert_int_equal(scsi_mode_select_check(six, 15, false), SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_mode_select_check(six, 5, false), SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_mode_select_check(six, 3, false), SENSE_PARAM_LIST_LENGTH);
	six[6] = 0;
	assert_int_equal(scsi_mode_select_check(six, 16, false), SENSE_INVALID_FIELD_PARAM);
	six[3] = 13;
	assert_int_equal(scsi_mode_select_check(six, 16, false), SENSE_PARAM_LIST_LENGTH);
	assert_int_equal(scsi_mode_select_check(six, 0, false), SENSE_NONE);
	assert_int_equal(scsi_mode_select_check(ten, 7, true), SENSE_PARAM_LIST_LENGTH);
	ten[6] = 0xFF;
	assert_int_equal(scsi_mode_select_check(ten, 20, true), SENSE_PARAM_LIST_LENGTH);
}

static const struct scsi_identity disk = {
	.unmap = true, .spc = 5, .guid = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }, .serial = "ABC",
	.block_size = 512, .physical_exponent = 3, .blocks = 0x123456789ULL, .max_transfer = 262144,
};

static void pages(void **state)
{
	static const uint8_t naa[] = { 0x01, 0x03, 0, 16, 0x60, 0x02, 0x24, 0x80, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16 };
	static const uint8_t all[] = { 0, 0, 0, 8, 0x00, 0x80, 0x83, 0xB0, 0xB1, 0xB2, 0xCE, 0xCF };
	uint8_t d[SCSI_DATA_MAX];

	(void)state;
	assert_int_equal(scsi_data_inquiry(&disk, d), 104);
	assert_memory_equal(d, "\0\0\5\2\x63\0\0\2Msft    Virtual Disk    1.0 ", 36);
	assert_int_equal(scsi_data_inquiry_absent(d), 104);
	assert_int_equal(d[0], 0x7F);
	assert_int_equal(scsi_data_vpd(&disk, 0, d), sizeof(all));
	assert_memory_equal(d, all, sizeof(all));
	assert_int_equal(scsi_data_vpd(&disk, 0x80, d), 7);
	assert_memory_equal(d, "\0\x80\0\3" "ABC", 7);
	assert_int_equal(scsi_data_vpd(&disk, 0x83, d), 52);
	assert_memory_equal(d + 32, naa, sizeof(naa));
	assert_int_equal(scsi_data_vpd(&disk, 0xB0, d), 64);
	assert_int_equal(get_be(d + 8, 4), 512);
	assert_int_equal(get_be(d + 20, 4), 0xFFFFFFFF);
	assert_int_equal(get_be(d + 24, 4), 4096);
	assert_int_equal(get_be(d + 28, 4), 8);
	assert_int_equal(get_be(d + 36, 8), 0);
	assert_int_equal(scsi_data_vpd(&disk, 0xB1, d), 64);
	assert_int_equal(get_be(d + 4, 2), 1);
	assert_int_equal(scsi_data_vpd(&disk, 0xB2, d), 8);
	assert_memory_equal(d + 4, "\1\x80\2\0", 4);
	assert_int_equal(scsi_data_vpd(&disk, 0x8F, d), 0);
}

static void capacities_and_modes(void **state)
{
	uint8_t d[SCSI_DATA_MAX];

	(void)state;
	assert_int_equal(scsi_data_capacity_10(&disk, d), 8);
	assert_int_equal(get_be(d, 4), 0xFFFFFFFF);
	assert_int_equal(get_be(d + 4, 4), 512);
	assert_int_equal(scsi_data_capacity_16(&disk, d), 32);
	assert_int_equal(get_be(d, 8), 0x123456788ULL);
	assert_int_equal(get_be(d + 12, 4), 0x00038000);
	assert_int_equal(scsi_data_mode(&disk, 0x3F, 0, false, d), 16);
	assert_memory_equal(d, "\x0F\0\0\0\x08\x0A\x04", 7);
	assert_int_equal(scsi_data_mode(&disk, 0x08, 0, true, d), 20);
	assert_memory_equal(d, "\0\x12\0\0\0\0\0\0\x08\x0A\x04", 11);
	assert_int_equal(scsi_data_mode(&disk, 0x48, 0, false, d), 16);
	assert_int_equal(d[6], 0);
	assert_int_equal(scsi_data_mode(&disk, 0x1C, 0, false, d), 0);
	assert_int_equal(scsi_data_mode(&disk, 0x08, 1, false, d), 0);
	assert_int_equal(scsi_data_mode(&disk, 0xC8, 0, false, d), 0);
}

static void lun_lists(void **state)
{
	static const uint8_t luns[] = { 0, 3, 200 };
	uint8_t d[64];

	(void)state;
	memset(d, 0xEE, sizeof(d));
	assert_int_equal(scsi_data_luns(luns, 3, d, sizeof(d)), 32);
	assert_int_equal(get_be(d, 4), 24);
	assert_int_equal(get_be(d + 16, 8), 0x0003000000000000ULL);
	assert_int_equal(d[25], 200);
	assert_int_equal(d[32], 0xEE);
	assert_int_equal(scsi_data_luns(luns, 3, d, 23), 16);
	assert_int_equal(scsi_data_luns(luns, 3, d, 7), 0);
}

static struct disk_spec spec;

/* Whoever refuses a text says why. */
static bool disk_text(enum disk_kind kind, const char *text)
{
	char why[256] = "";
	bool good = disk_spec_parse(kind, text, &spec, why, sizeof(why));

	assert_true(good == !why[0]);
	return good;
}

static void sizes(void **state)
{
	static const char *const bad[] = { "", "K", "-1", "1KK", "1X", "0x", "18446744073709551616", "0x10000000000000000", "16777216T", " 1" };
	unsigned int i;
	uint64_t n;

	(void)state;
	assert_true(storage_size_parse("0x10K", &n));
	assert_int_equal(n, 16384);
	assert_true(storage_size_parse("2t", &n));
	assert_int_equal(n, 2ULL << 40);
	for (i = 0; i < COUNT(bad); i++)
		row_equal(i, storage_size_parse(bad[i], &n), false);
}

static void disk_texts(void **state)
{
	(void)state;
	assert_true(disk_text(DISK_FILE, "/a::b/c:lun=7:ro:sector=4096:serial=S 1"));
	assert_string_equal(spec.file, "/a:b/c");
	assert_int_equal(spec.lun, 7);
	assert_int_equal(spec.target, -1);
	assert_true(spec.read_only);
	assert_int_equal(spec.block_size, 4096);
	assert_string_equal(spec.serial, "S 1");
	assert_true(disk_text(DISK_RAM, "64M:sector=4096:count=3:unmap=off"));
	assert_int_equal(spec.bytes, 64 << 20);
	assert_int_equal(spec.physical_exponent, 0);
	assert_int_equal(spec.count, 3);
	assert_true(!spec.read_only && !spec.unmap);
	assert_true(disk_text(DISK_FILE, "/x:sector=512e"));
	assert_int_equal(spec.physical_exponent, 3);
	assert_true(disk_text(DISK_FILE, "/x:lun=255"));
	assert_int_equal(spec.lun, 255);
	assert_true(disk_text(DISK_CD, "empty:lun=1"));
	assert_int_equal(spec.block_size, 2048);
	assert_true(spec.read_only);
}

static void wrong_disk_texts(void **state)
{
	static const struct { enum disk_kind kind; const char *text; } bad[] = {
		{ DISK_RAM, "" }, { DISK_RAM, "64M:lun=256" }, { DISK_RAM, "64M:lun" }, { DISK_RAM, "64M:lun=-1" },
		{ DISK_RAM, "64M:target=128" }, { DISK_RAM, "64M:sector=1024" }, { DISK_RAM, "64M:sector" }, { DISK_RAM, "64M:serial=" },
		{ DISK_RAM, "64M:serial=0123456789012345678901234567890123" }, { DISK_RAM, "64M:serial=\t" }, { DISK_RAM, "1000" },
		{ DISK_RAM, "4K:ro=maybe" }, { DISK_RAM, "0" }, { DISK_RAM, "4K:count=0" }, { DISK_RAM, "4K:count=256" },
		{ DISK_RAM, "2048T" }, { DISK_RAM, "6K:sector=4096" }, { DISK_RAM, "4K:nonsense" }, { DISK_RAM, "4K:=1" },
		{ DISK_FILE, "" }, { DISK_FILE, "/x:lun=256" }, { DISK_FILE, "/x:nonsense" }, { DISK_FILE, "/x:count=2" },
		{ DISK_CD, "/x.iso:ro" }, { DISK_CD, "/x.iso:sector=512" },
	};
	char text[2048];
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		row_equal(i, disk_text(bad[i].kind, bad[i].text), false);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = 0;
	assert_false(disk_text(DISK_FILE, text));
	memcpy(text, "/x:", 3);
	assert_false(disk_text(DISK_FILE, text));
}

static void injections(void **state)
{
	struct inject_rule r = { .lun = 1, .what = INJECT_READ, .by_lba = true, .lba = 100, .blocks = 10, .skip = 1, .count = 2 };
	struct scsi_cdb c = { .opcode = 0x28, .kind = SCSI_KIND_READ, .lba = 95, .blocks = 6 };
	uint32_t sense;

	(void)state;
	assert_null(inject_match(&r, 0, 0, 0, &c));
	assert_null(inject_match(&r, 0, 0, 1, &c));
	assert_ptr_equal(inject_match(&r, 0, 0, 1, &c), &r);
	c.blocks = 5;
	assert_null(inject_match(&r, 0, 0, 1, &c));
	c.lba = 110;
	assert_null(inject_match(&r, 0, 0, 1, &c));
	c.lba = 109;
	assert_ptr_equal(inject_match(&r, 0, 0, 1, &c), &r);
	assert_null(inject_match(&r, 0, 0, 1, &c));
	assert_int_equal(inject_what_parse("0x2a"), 0x2A);
	assert_int_equal(inject_what_parse("write"), INJECT_WRITE);
	assert_int_equal(inject_what_parse("300"), INJECT_NOT_A_COMMAND);
	assert_int_equal(inject_what_parse(""), INJECT_NOT_A_COMMAND);
	assert_true(inject_sense_parse("3/11/0", &sense));
	assert_int_equal(sense, SENSE_READ_ERROR);
	assert_false(inject_sense_parse("3/11", &sense));
	assert_false(inject_sense_parse("10/11/00", &sense));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(block_commands), cmocka_unit_test(force_unit_access), cmocka_unit_test(allocation_lengths),
		cmocka_unit_test(ranges),	  cmocka_unit_test(unmap_lists),	cmocka_unit_test(mode_selects),
		cmocka_unit_test(pages),	  cmocka_unit_test(capacities_and_modes), cmocka_unit_test(lun_lists),
		cmocka_unit_test(sizes),	  cmocka_unit_test(disk_texts),	  cmocka_unit_test(wrong_disk_texts),
		cmocka_unit_test(injections),
	};

	return cmocka_run_group_tests_name("host_scsi", tests, NULL, NULL);
}
