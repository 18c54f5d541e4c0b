// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which mounts a backup freezes, and in which order.
 */
#include "unit.h"
#include "vss/mounts.h"

#define MAX 32

static struct mount list[MAX];
static char text[8192];

static bool loop7(void *ctx, const struct mount *m)
{
	(void)ctx;
	return m->major == 7;
}

static size_t judge(const char *lines)
{
	size_t n;

	strcpy(text, lines);
	n = mounts_parse(text, list, MAX);
	mounts_judge(list, n, loop7, NULL);
	return n;
}

/* The points of what is frozen, in order. */
static const char *frozen(size_t n)
{
	static char out[512];
	size_t i;

	out[0] = 0;
	for (i = 0; i < n; i++)
		if (list[i].verdict == MOUNT_FREEZE) {
			strcat(out, out[0] ? " " : "");
			strcat(out, list[i].point);
		}
	return out;
}

static enum verdict verdict_of(size_t n, const char *point)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(list[i].point, point))
			return list[i].verdict;
	fail_msg("no mount at %s", point);
	return MOUNT_FREEZE;
}

static void a_whole_machine(void **state)
{
	size_t n = judge("21 26 0:19 / /sys rw,nosuid - sysfs sysfs rw\n"
			 "22 26 0:4 / /proc rw - proc proc rw\n"
			 "26 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
			 "30 26 8:2 / /boot ro,relatime shared:2 - ext4 /dev/sda2 rw\n"
			 "31 30 8:3 / /boot/efi rw shared:3 - vfat /dev/sda3 rw\n"
			 "32 26 253:0 / /srv rw - xfs /dev/mapper/vg-srv rw\n"
			 "33 32 253:1 / /srv/deep rw - xfs /dev/mapper/vg-deep rw\n"
			 "34 26 253:0 /sub /var/bind rw - xfs /dev/mapper/vg-srv rw\n"
			 "35 26 7:0 / /snap/core ro - squashfs /dev/loop0 ro\n"
			 "36 26 7:1 / /mnt/image rw - ext4 /dev/loop1 rw\n"
			 "37 26 0:40 /@data /data rw - btrfs /dev/sdb1 rw,subvol=/@data\n"
			 "38 37 0:40 /@more /data/more rw - btrfs /dev/sdb1 rw\n"
			 "39 26 0:41 / /home rw - nfs4 server:/home rw\n"
			 "40 26 0:42 / /var/lib/docker/overlay rw - overlay overlay rw,upperdir=/x\n"
			 "41 26 8:4 / /ro ro - ext4 /dev/sda4 ro\n"
			 "42 26 11:0 / /media/cd ro - iso9660 /dev/sr0 ro\n");

	(void)state;
	assert_int_equal(n, 16);
	/* /boot is mounted read-only, but its file system is not. */
	assert_string_equal(frozen(n), "/srv/deep /data /srv /boot /");
	assert_int_equal(verdict_of(n, "/var/bind"), MOUNT_DUPLICATE);
	assert_int_equal(verdict_of(n, "/data/more"), MOUNT_DUPLICATE);
	assert_int_equal(verdict_of(n, "/boot/efi"), MOUNT_NOT_ABLE);
	assert_int_equal(verdict_of(n, "/snap/core"), MOUNT_READ_ONLY);
	assert_int_equal(verdict_of(n, "/mnt/image"), MOUNT_LOOP);
	assert_int_equal(verdict_of(n, "/home"), MOUNT_NO_DEVICE);
	assert_int_equal(verdict_of(n, "/var/lib/docker/overlay"), MOUNT_NO_DEVICE);
	assert_int_equal(verdict_of(n, "/ro"), MOUNT_READ_ONLY);
	assert_int_equal(verdict_of(n, "/media/cd"), MOUNT_READ_ONLY);
	assert_int_equal(verdict_of(n, "/proc"), MOUNT_NO_DEVICE);
	for (n = MOUNT_FREEZE; n <= MOUNT_NOT_ABLE; n++)
		assert_non_null(mounts_reason((enum verdict)n));
}

static void names_with_blanks(void **state)
{
	size_t n = judge("26 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
			 "27 26 8:2 / /a\\040b\\134c\\011 rw master:1 propagate_from:2 - ext4 /dev/disk\\040x rw\n");

	(void)state;
	assert_int_equal(n, 2);
	assert_string_equal(list[0].point, "/a b\\c\t");
	assert_string_equal(list[0].source, "/dev/disk x");
}

/* What is written down as frozen is read back as it was: a name may hold a newline, and what looks like an escape. */
static void names_there_and_back(void **state)
{
	static const char *const names[] = { "/a b", "/a\nb", "/1:2 /x\n8:1 /", "/tab\there", "/back\\040slash", "/\\", "/gr\303\274n", "" };
	char out[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		row_equal(i, mounts_escape(out, names[i]), strlen(out));
		assert_null(strpbrk(out, " \t\n"));
		mounts_unescape(out);
		assert_string_equal(out, names[i]);
	}
}

static void lines_that_are_none(void **state)
{
	size_t n = judge("garbage\n\n1 2\n26 1 8:1 / / rw - ext4 /dev/sda1\n26 1 81 / / rw - ext4 /dev/sda1 rw\n"
			 "26 1 8:1 / / rw ext4 /dev/sda1 rw\nx y 8:1 / / rw - ext4 /dev/sda1 rw\n"
			 "28 1 8:9 / / rw - ext4 /dev/sda1 rw");

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(list[0].id, 28);
}

static void a_ring_of_parents_ends(void **state)
{
	size_t n = judge("5 6 8:1 / /a rw - ext4 /dev/sda1 rw\n6 5 8:2 / /a/b rw - ext4 /dev/sda2 rw\n7 7 8:3 / / rw - ext4 /dev/sda3 rw\n");

	(void)state;
	assert_int_equal(n, 3);
	assert_string_equal(list[2].point, "/");
}

static void no_more_than_there_is_room_for(void **state)
{
	(void)state;
	strcpy(text, "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /b rw - ext4 /dev/b rw\n3 1 8:3 / /c rw - ext4 /dev/c rw\n");
	assert_int_equal(mounts_parse(text, list, 2), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_machine),
		cmocka_unit_test(names_with_blanks),
		cmocka_unit_test(names_there_and_back),
		cmocka_unit_test(lines_that_are_none),
		cmocka_unit_test(a_ring_of_parents_ends),
		cmocka_unit_test(no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
