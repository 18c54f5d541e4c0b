// SPDX-License-Identifier: GPL-2.0-only
/* What people write: disks of a storage controller, and keys of the keyboard. */
#include "unit.h"
#include <stdbool.h>
#include <string.h>
#include "dev/scancodes.h"
#include "dev/storage_spec.h"

static struct disk_spec s;
static char why[256];

static bool disk(enum disk_kind kind, const char *text)
{
	bool good;

	why[0] = 0;
	good = disk_spec_parse(kind, text, &s, why, sizeof(why));
	assert_true(good == !why[0]); /* who refuses says why */
	return good;
}

static void sizes(void **state)
{
	static const char *const wrong[] = { "", "K", "-1", "1KK", "1X", "0x", "18446744073709551616", "0x10000000000000000", "16777216T", " 1" };
	uint64_t n;

	assert_true(storage_size_parse("0x10K", &n));
	assert_int_equal(n, 16384);
	assert_true(storage_size_parse("2t", &n));
	assert_int_equal(n, 2ULL << 40);
	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(storage_size_parse(wrong[i], &n));
}

static void disks(void **state)
{
	assert_true(disk(DISK_RAM, "64M:lun=5:serial=A B:ro:sector=4096:count=3:unmap=off"));
	assert_int_equal(s.bytes, 64 << 20);
	assert_int_equal(s.lun, 5);
	assert_int_equal(s.count, 3);
	assert_int_equal(s.block_size, 4096);
	assert_int_equal(s.physical_exponent, 0);
	assert_string_equal(s.serial, "A B");
	assert_true(s.read_only && !s.unmap);
	assert_int_equal(s.target, -1);
	assert_true(disk(DISK_FILE, "/with::colon/x:sector=512e"));
	assert_string_equal(s.file, "/with:colon/x");
	assert_int_equal(s.physical_exponent, 3);
	assert_true(disk(DISK_CD, "empty:lun=1"));
	assert_int_equal(s.block_size, 2048);
	assert_true(s.read_only);
}

static void wrong_disks(void **state)
{
	static const char *const ram[] = { "", "64M:lun=255", "64M:lun", "64M:lun=-1", "64M:target=128", "64M:sector=1024", "64M:sector",
					   "64M:serial=", "64M:serial=0123456789012345678901234567890123", "64M:serial=\t", "1000",
					   "4K:ro=maybe", "0", "4K:count=0", "4K:count=256", "2048T", "6K:sector=4096", "4K:nonsense", "4K:=1" };
	char text[2048];

	for (unsigned int i = 0; i < sizeof(ram) / sizeof(ram[0]); i++)
		assert_false(disk(DISK_RAM, ram[i]));
	assert_false(disk(DISK_CD, "/x.iso:sector=512"));
	assert_false(disk(DISK_FILE, "/x:count=2"));
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = 0;
	assert_false(disk(DISK_FILE, text));
	memcpy(text, "/x:", 3);
	assert_false(disk(DISK_FILE, text));
}

static void every_character_has_its_key(void **state)
{
	bool seen[256][2] = { { false } };
	struct key k;

	for (int c = ' '; c < 0x7F; c++) {
		k = key_of_char((char)c);
		assert_int_not_equal(k.code, 0);
		assert_false(seen[k.code][k.shift]);
		seen[k.code][k.shift] = true;
	}
	assert_int_equal(key_of_char('a').code, 0x1E);
	assert_int_equal(key_of_char('Q').code, 0x10);
	assert_true(key_of_char('Q').shift);
	assert_int_equal(key_of_char('\n').code, 0x1C);
	assert_int_equal(key_of_char('\0').code, 0);
	assert_int_equal(key_of_char('\x7F').code, 0);
	assert_int_equal(key_of_char((char)0xE4).code, 0);
}

static void keys_by_name(void **state)
{
	assert_int_equal(key_of_name("F12").code, 0x58);
	assert_int_equal(key_of_name("left").code, 0x4B);
	assert_true(key_of_name("left").e0);
	assert_int_equal(key_of_name("z").code, 0x2C);
	assert_int_equal(key_of_name("nokey").code, 0);
	assert_int_equal(key_of_name("").code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),			cmocka_unit_test(disks), cmocka_unit_test(wrong_disks),
		cmocka_unit_test(every_character_has_its_key), cmocka_unit_test(keys_by_name),
	};

	return cmocka_run_group_tests_name("device_text", tests, NULL, NULL);
}
