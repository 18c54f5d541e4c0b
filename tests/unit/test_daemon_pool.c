// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pool files in a folder of their own: the in-box format, what others leave in them, and interruptions.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "kvp/pool.h"

static char folder[64];
static struct pools p;

static void file_name(char *out, const char *name)
{
	sprintf(out, "%s/%s", folder, name);
}

static int fresh(void **state)
{
	(void)state;
	/* In memory where there is such a place: each change is synced. */
	strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/lis-pool-XXXXXX" : "/dev/shm/lis-pool-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return pools_open(&p, folder, true);
}

static int gone(void **state)
{
	char command[128];

	(void)state;
	pools_close(&p);
	sprintf(command, "rm -rf %s", folder);
	return system(command);
}

static long size_of(const char *name)
{
	char path[128];
	struct stat st;

	file_name(path, name);
	return stat(path, &st) ? -1 : (long)st.st_size;
}

static void append_raw(const char *name, const void *data, size_t len)
{
	char path[128];
	int fd;

	file_name(path, name);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void expect(unsigned int index, const char *key, const char *value)
{
	char k[KVP_KEY_ROOM], v[KVP_VALUE_ROOM];

	assert_int_equal(pool_at(&p, 0, index, k, v), 0);
	assert_string_equal(k, key);
	assert_string_equal(v, value);
}

static void files_are_as_the_in_box_daemon_makes_them(void **state)
{
	char path[128];
	struct stat st;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		sprintf(path, "%s/.kvp_pool_%d", folder, i);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0644);
		assert_int_equal(st.st_size, 0);
	}
	assert_int_equal(pool_set(&p, 0, "k", "v"), 0);
	assert_int_equal(size_of(".kvp_pool_0"), 2560);
}

static void records_keep_their_order(void **state)
{
	char v[KVP_VALUE_ROOM];

	(void)state;
	assert_int_equal(pool_set(&p, 0, "a", "1"), 0);
	assert_int_equal(pool_set(&p, 0, "b", "2"), 0);
	assert_int_equal(pool_set(&p, 0, "c", "3"), 0);
	assert_int_equal(pool_set(&p, 0, "b", "zwei"), 0);
	expect(1, "b", "zwei");
	assert_int_equal(pool_delete(&p, 0, "a"), 0);
	assert_int_equal(pool_delete(&p, 0, "a"), -ENOENT);
	expect(0, "b", "zwei");
	expect(1, "c", "3");
	assert_int_equal(pool_get(&p, 0, "c", v), 0);
	assert_string_equal(v, "3");
	assert_int_equal(pool_get(&p, 1, "c", v), -ENOENT);
	assert_int_equal(pool_get(&p, 5, "c", v), -ENOENT);
	assert_int_equal(pool_at(&p, 0, 2, v, v), -ENOENT);
	assert_int_equal(pool_at(&p, 0, 0xffffffff, v, v), -ENOENT);
	assert_int_equal(size_of(".kvp_pool_0"), 2 * 2560);
	assert_int_equal(size_of(".lis_redo_0"), -1);
	assert_int_equal(size_of(".lis_redo_new"), -1);
	assert_int_equal(pool_clear(&p, 0), 0);
	assert_int_equal(pool_delete(&p, 0, "b"), -ENOENT);
}

static void keys_and_values_have_bounds(void **state)
{
	char key[513], value[2049], v[KVP_VALUE_ROOM];

	(void)state;
	memset(key, 'k', sizeof(key));
	memset(value, 'v', sizeof(value));
	key[512] = value[2048] = 0;
	assert_int_equal(pool_set(&p, 0, key, "x"), -E2BIG);
	assert_int_equal(pool_set(&p, 0, "k", value), -E2BIG);
	key[511] = value[2047] = 0;
	assert_int_equal(pool_set(&p, 0, key, value), 0);
	assert_int_equal(pool_get(&p, 0, key, v), 0);
	assert_string_equal(v, value);
	assert_int_equal(pool_set(&p, 0, "", "x"), -EINVAL);
	assert_int_equal(pool_set(&p, 0, "k", "\xff"), -EINVAL);
}

static void what_others_leave(void **state)
{
	struct kvp_record r;
	char k[KVP_KEY_ROOM];
	char v[KVP_VALUE_ROOM];

	(void)state;
	/* Fields without an end, no UTF-8 in them; then a record that was cut short. */
	memset(&r, 0xff, sizeof(r));
	append_raw(".kvp_pool_0", &r, sizeof(r));
	append_raw(".kvp_pool_0", "half a record", 13);
	assert_int_equal(pool_at(&p, 0, 0, k, v), 0);
	assert_int_equal(strlen(k), KVP_KEY_BYTES);
	assert_int_equal(k[0], '?');
	assert_int_equal(pool_at(&p, 0, 1, k, v), -ENOENT);
	/* The half one goes, whatever is done, so that the next of anybody's stands where it must. */
	assert_int_equal(pool_delete(&p, 0, "none"), -ENOENT);
	assert_int_equal(size_of(".kvp_pool_0"), 2560);
	assert_int_equal(pool_set(&p, 0, "k", "v"), 0);
	assert_int_equal(size_of(".kvp_pool_0"), 2 * 2560);
	expect(1, "k", "v");
	/* The same key twice: the first is read, all of them go. */
	memset(&r, 0, sizeof(r));
	strcpy((char *)r.key, "k");
	append_raw(".kvp_pool_0", &r, sizeof(r));
	assert_int_equal(pool_delete(&p, 0, "k"), 0);
	assert_int_equal(pool_get(&p, 0, "k", v), -ENOENT);
	assert_int_equal(size_of(".kvp_pool_0"), 2560);
}

static void no_link_is_followed(void **state)
{
	char path[128], other[128];

	(void)state;
	file_name(path, ".kvp_pool_1");
	file_name(other, "other");
	append_raw("other", "x", 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(pool_set(&p, 1, "k", "v"), -ELOOP);
	assert_int_equal(size_of("other"), 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(pool_set(&p, 1, "k", "v"), -EINVAL);
}

static void an_interrupted_change_is_finished(void **state)
{
	struct {
		char magic[8];
		uint64_t offset, length, size;
		struct kvp_record r;
	} redo = { .magic = { 'L', 'I', 'S', 'K', 'V', 'P', '1', '\n' }, .offset = 2560, .length = 2560, .size = 5120 };

	(void)state;
	assert_int_equal(pool_set(&p, 0, "a", "1"), 0);
	assert_int_equal(pool_set(&p, 0, "b", "2"), 0);
	assert_int_equal(pool_set(&p, 0, "c", "3"), 0);
	strcpy((char *)redo.r.key, "c");
	strcpy((char *)redo.r.value, "3");
	append_raw(".lis_redo_0", &redo, sizeof(redo));
	pools_close(&p);
	assert_int_equal(pools_open(&p, folder, true), 0);
	assert_int_equal(size_of(".lis_redo_0"), -1);
	assert_int_equal(size_of(".kvp_pool_0"), 5120);
	expect(0, "a", "1");
	expect(1, "c", "3");
	/* What no daemon of ours wrote does nothing. */
	redo.length = 2561;
	append_raw(".lis_redo_0", &redo, sizeof(redo));
	assert_int_equal(pool_set(&p, 0, "d", "4"), 0);
	assert_int_equal(size_of(".lis_redo_0"), -1);
	assert_int_equal(size_of(".kvp_pool_0"), 3 * 2560);
	append_raw(".lis_redo_0", "short", 5);
	assert_int_equal(pool_set(&p, 0, "d", "5"), 0);
	expect(2, "d", "5");
}

static void killed_at_any_moment(void **state)
{
	char v[KVP_VALUE_ROOM], k[KVP_KEY_ROOM];
	unsigned int round, i;

	(void)state;
	for (i = 0; i < 20; i++) {
		sprintf(k, "key%u", i);
		assert_int_equal(pool_set(&p, 0, k, "same"), 0);
	}
	for (round = 0; round < 200; round++) {
		pid_t pid = fork();

		if (!pid) {
			for (i = 0;; i++) {
				pool_set(&p, 0, "key3", i % 2 ? "one" : "two");
				pool_delete(&p, 0, "key0");
				pool_set(&p, 0, "key0", "same");
			}
		}
		usleep(200 + round * 37 % 3000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_int_equal(pool_set(&p, 1, "probe", "x"), 0);
		/* All that nobody touched is there, once, and nothing is half. */
		for (i = 0; i < 20; i++) {
			sprintf(k, "key%u", i);
			if (i == 0)
				continue;
			assert_int_equal(pool_get(&p, 0, k, v), 0);
			if (i == 3)
				assert_true(!strcmp(v, "one") || !strcmp(v, "two") || !strcmp(v, "same"));
			else
				assert_string_equal(v, "same");
		}
		assert_int_equal(pool_set(&p, 0, "key0", "same"), 0);
		assert_int_equal(size_of(".kvp_pool_0"), 20 * 2560);
	}
}

static void several_writers_lose_nothing(void **state)
{
	char k[KVP_KEY_ROOM], v[KVP_VALUE_ROOM];
	int w, i, status;

	(void)state;
	for (w = 0; w < 4; w++)
		if (!fork()) {
			for (i = 0; i < 50; i++) {
				sprintf(k, "w%d.%d", w, i);
				if (pool_set(&p, 2, k, "x"))
					_exit(1);
				if (i % 2 && pool_delete(&p, 2, k))
					_exit(2);
			}
			_exit(0);
		}
	for (w = 0; w < 4; w++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	for (w = 0; w < 4; w++)
		for (i = 0; i < 50; i++) {
			sprintf(k, "w%d.%d", w, i);
			assert_int_equal(pool_get(&p, 2, k, v), i % 2 ? -ENOENT : 0);
		}
}

static int count_pair(void *ctx, const char *key, const char *value)
{
	char want[32];

	sprintf(want, "key%d", (*(int *)ctx)++);
	assert_string_equal(key, want);
	assert_string_equal(value, "v");
	return 0;
}

static void two_thousand_keys(void **state)
{
	char k[KVP_KEY_ROOM];
	int i, seen = 0;
	struct kvp_record r;

	(void)state;
	memset(&r, 0, sizeof(r));
	strcpy((char *)r.value, "v");
	for (i = 0; i < 2000; i++) {
		sprintf((char *)r.key, "key%d", i);
		append_raw(".kvp_pool_3", &r, sizeof(r));
	}
	assert_int_equal(pool_each(&p, 3, count_pair, &seen), 0);
	assert_int_equal(seen, 2000);
	for (i = 0; i < 2000; i += 97) {
		sprintf(k, "key%d", i);
		assert_int_equal(pool_delete(&p, 3, k), 0);
	}
	assert_int_equal(size_of(".kvp_pool_3"), (2000 - 21) * 2560);
}

static void a_lock_that_stays_is_waited_for_and_given_up(void **state)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[128], v[KVP_VALUE_ROOM];
	int ends[2], fd;
	pid_t pid;
	char c;

	(void)state;
	file_name(path, ".kvp_pool_0");
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		fd = open(path, O_RDWR);
		if (fcntl(fd, F_SETLK, &l) || write(ends[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(ends[0], &c, 1), 1);
	assert_int_equal(pool_get(&p, 0, "k", v), -ETIMEDOUT);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(pool_get(&p, 0, "k", v), -ENOENT);
}

#define POOL_TEST(f) cmocka_unit_test_setup_teardown(f, fresh, gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
		POOL_TEST(files_are_as_the_in_box_daemon_makes_them),
		POOL_TEST(records_keep_their_order),
		POOL_TEST(keys_and_values_have_bounds),
		POOL_TEST(what_others_leave),
		POOL_TEST(no_link_is_followed),
		POOL_TEST(an_interrupted_change_is_finished),
		POOL_TEST(killed_at_any_moment),
		POOL_TEST(several_writers_lose_nothing),
		POOL_TEST(two_thousand_keys),
		POOL_TEST(a_lock_that_stays_is_waited_for_and_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
