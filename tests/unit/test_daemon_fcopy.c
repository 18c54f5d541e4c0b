// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies: messages, paths, and files in a folder of their own (docs/wire/03 9).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "unit.h"
#include "fcopy/copy.h"

static char folder[64];
static struct copy c;
static bool no_unlink;

/* In the place of the C library's. */
int unlinkat(int dir, const char *name, int flags)
{
	if (!no_unlink)
		return (int)syscall(SYS_unlinkat, dir, name, flags);
	errno = EIO;
	return -1;
}

static int fresh(void **state)
{
	static char state_folder[80];

	(void)state;
	strcpy(folder, "/tmp/lis-fcopy-XXXXXX");
	assert_non_null(mkdtemp(folder));
	sprintf(state_folder, "%s/state", folder);
	memset(&c, 0, sizeof(c));
	c.folder = c.fd = -1;
	c.state_folder = state_folder;
	umask(022);
	return 0;
}

static int gone(void **state)
{
	char command[128];

	(void)state;
	copy_cancel(&c);
	sprintf(command, "rm -rf %s", folder);
	return system(command);
}

static int start(const char *sub, const char *name, uint64_t size, bool overwrite, bool create)
{
	static struct fcopy_request r;

	memset(&r, 0, sizeof(r));
	sprintf(r.folder, "%s%s", folder, sub);
	strcpy(r.name, name);
	r.size = size;
	r.overwrite = overwrite;
	r.create_path = create;
	return copy_start(&c, &r);
}

static int piece(uint64_t offset, const char *text)
{
	struct fcopy_piece p = { .offset = offset, .size = (uint32_t)strlen(text), .data = (const uint8_t *)text };

	return copy_write(&c, &p);
}

static void has(const char *name, const char *want)
{
	char path[512], text[64] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY);
	if (!want) {
		assert_int_equal(fd, -1);
		return;
	}
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text) - 1), strlen(want));
	assert_string_equal(text, want);
	close(fd);
}

/* Entries of the folder that are not expected: none of a copy's temporary files may stay. */
static int entries(const char *sub)
{
	char command[256];
	FILE *f;
	int n = -1;

	sprintf(command, "ls -A %s%s | wc -l", folder, sub);
	f = popen(command, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

static void a_file_arrives_whole(void **state)
{
	char path[512];
	struct stat st;

	(void)state;
	assert_int_equal(start("/new/of//it/./", "file", 10, false, true), 0);
	has("new/of/it/file", NULL);
	assert_int_equal(piece(0, "hello"), 0);
	assert_int_equal(piece(5, "world"), 0);
	assert_int_equal(copy_complete(&c), 0);
	has("new/of/it/file", "helloworld");
	assert_int_equal(entries("/new/of/it"), 1);
	assert_int_equal(entries("/state"), 0);
	snprintf(path, sizeof(path), "%s/new/of/it/file", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0744);
	assert_int_equal(start("", "empty", 0, false, false), 0);
	assert_int_equal(copy_complete(&c), 0);
	has("empty", "");
}

static void what_is_there_stays_unless_asked(void **state)
{
	char path[512];
	struct stat st;

	(void)state;
	assert_int_equal(start("", "f", 1, false, false), 0);
	assert_int_equal(piece(0, "1"), 0);
	assert_int_equal(copy_complete(&c), 0);
	snprintf(path, sizeof(path), "%s/f", folder);
	assert_int_equal(chmod(path, 04640), 0);
	assert_int_equal(start("", "f", 1, false, false), -EEXIST);
	has("f", "1");
	assert_int_equal(start("", "f", 1, true, false), 0);
	assert_int_equal(piece(0, "2"), 0);
	has("f", "1");
	assert_int_equal(copy_complete(&c), 0);
	has("f", "2");
	/* Its mode stays, but for what would run as another. */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* Somebody else was quicker. */
	assert_int_equal(start("", "g", 1, false, false), 0);
	assert_int_equal(piece(0, "2"), 0);
	snprintf(path, sizeof(path), "%s/g", folder);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(copy_complete(&c), -EEXIST);
	has("g", "");
}

/* Once the file has its name it is copied, though its temporary name stays. */
static void a_name_that_does_not_go(void **state)
{
	(void)state;
	assert_int_equal(start("", "f", 2, false, false), 0);
	assert_int_equal(piece(0, "ab"), 0);
	no_unlink = true;
	assert_int_equal(copy_complete(&c), 0);
	no_unlink = false;
	has("f", "ab");
	assert_int_equal(entries(""), 3); /* it, its other name, the state's folder */
}

static void a_missing_folder_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(start("/no/such", "f", 1, false, false), -ENOENT);
	assert_int_equal(entries(""), 0);
	assert_int_equal(copy_complete(&c), -EBADF);
	assert_int_equal(piece(0, "x"), -EBADF);
}

static void no_way_out_of_the_path(void **state)
{
	char a[512], b[512];

	(void)state;
	snprintf(a, sizeof(a), "%s/real", folder);
	snprintf(b, sizeof(b), "%s/link", folder);
	assert_int_equal(mkdir(a, 0755), 0);
	assert_int_equal(symlink(a, b), 0);
	assert_true(start("/link", "f", 1, false, true) < 0);
	assert_true(start("/link/below", "f", 1, false, true) < 0);
	assert_int_equal(start("/real/..", "f", 1, false, true), -EINVAL);
	assert_int_equal(entries("/real"), 0);
	/* A target that is a link is not written through, nor replaced. */
	snprintf(b, sizeof(b), "%s/real/target", folder);
	assert_int_equal(symlink("/etc/passwd", b), 0);
	assert_int_equal(start("/real", "target", 1, true, false), -EINVAL);
	assert_int_equal(start("/real", "target", 1, false, false), -EEXIST);
	assert_int_equal(start("", "real", 1, true, false), -EINVAL);
}

static void more_or_less_than_promised(void **state)
{
	(void)state;
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(0, "12345"), -EINVAL);
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(5, ""), -EINVAL);
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(UINT64_MAX, "1"), -EINVAL);
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(0, "123"), 0);
	assert_int_equal(copy_complete(&c), -EIO);
	/* The end alone is not all of it. */
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(3, "4"), 0);
	assert_int_equal(copy_complete(&c), -EIO);
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(0, "12"), 0);
	copy_cancel(&c);
	/* A new one ends the one before. */
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(start("", "g", 0, false, false), 0);
	assert_int_equal(copy_complete(&c), 0);
	has("f", NULL);
	assert_int_equal(entries(""), 2); /* g and the state's folder */
	/* There is no such disk. */
	assert_true(start("", "huge", INT64_MAX, false, false) < 0);
	has("huge", NULL);
	assert_int_equal(entries(""), 2);
}

static void a_dead_daemons_file_goes(void **state)
{
	struct copy next = c;

	(void)state;
	assert_int_equal(start("", "f", 4, false, false), 0);
	assert_int_equal(piece(0, "12"), 0);
	assert_int_equal(entries(""), 2);
	copy_leftovers(&next);
	assert_int_equal(entries(""), 1);
	assert_int_equal(entries("/state"), 0);
	copy_leftovers(&next);
}

static void put16(uint8_t *to, const char *text)
{
	for (; *text; text++, to += 2)
		*to = (uint8_t)*text;
}

static void messages(void **state)
{
	static struct fcopy_start s;
	static struct fcopy_write w;
	struct fcopy_request r;
	struct fcopy_piece p;
	const uint8_t *m = (const uint8_t *)&s;

	(void)state;
	assert_int_equal(sizeof(s), 1088);
	assert_int_equal(sizeof(w), 6196);
	assert_int_equal(fcopy_op(m, 35), -EINVAL);
	assert_int_equal(fcopy_op(m, 36), FCOPY_START);
	s.hdr.op = 4;
	assert_int_equal(fcopy_op(m, sizeof(s)), -EINVAL);
	strcpy((char *)s.name, "f");
	strcpy((char *)s.path, "/tmp/");
	s.flags = FCOPY_CREATE_PATH;
	s.size = 77;
	assert_int_equal(fcopy_take_start(&r, m, sizeof(s) - 1, false), -EINVAL);
	assert_int_equal(fcopy_take_start(&r, m, sizeof(s), false), 0);
	assert_string_equal(r.folder, "/tmp/");
	assert_true(r.create_path && !r.overwrite && r.size == 77);
	memset(s.name, 0, sizeof(s.name));
	memset(s.path, 0, sizeof(s.path));
	put16(s.name, "f16");
	put16(s.path, "/tmp");
	assert_int_equal(fcopy_take_start(&r, m, sizeof(s), true), 0);
	assert_string_equal(r.name, "f16");
	s.size = (uint64_t)INT64_MAX + 1;
	assert_int_equal(fcopy_take_start(&r, m, sizeof(s), true), -EINVAL);
	m = (const uint8_t *)&w;
	w.size = FCOPY_CHUNK;
	w.offset = 5;
	assert_int_equal(fcopy_take_write(&p, m, sizeof(w)), 0);
	assert_true(p.offset == 5 && p.size == FCOPY_CHUNK && p.data == w.data);
	assert_int_equal(fcopy_take_write(&p, m, sizeof(w) - 1), -EINVAL);
	assert_int_equal(fcopy_take_write(&p, m, 40), -EINVAL);
	w.size = FCOPY_CHUNK + 1;
	assert_int_equal(fcopy_take_write(&p, m, sizeof(w) + 100), -EINVAL);
	w.size = 0xffffffff;
	assert_int_equal(fcopy_take_write(&p, m, sizeof(w)), -EINVAL);
}

static void hostile_names(void **state)
{
	static const struct {
		const char *path, *name;
	} rows[] = {
		{ "/tmp", "" },	      { "/tmp", "." },		    { "/tmp", ".." },	       { "/tmp", "a/b" },
		{ "/tmp", "/f" },     { "/tmp", "a\nb" },	    { "/tmp", "\x1b[2J" },     { "/tmp", ".lis-fcopy-1-1" },
		{ "/../etc", "f" },   { "/tmp/..", "f" },	    { "..", "f" },	       { "/a/../b", "f" },
		{ "/tmp\n", "f" },    { "/tmp", "\xff" },	    { "/t\xc3(", "f" },
	};
	static struct fcopy_start s;
	struct fcopy_request r;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&s, 0, sizeof(s));
		strcpy((char *)s.path, rows[i].path);
		strcpy((char *)s.name, rows[i].name);
		row_equal(i, fcopy_take_start(&r, (const uint8_t *)&s, sizeof(s), false), -EINVAL);
	}
	memset(&s, 'x', sizeof(s));
	assert_int_equal(fcopy_take_start(&r, (const uint8_t *)&s, sizeof(s), false), -EINVAL);
	memset(s.name, 0, sizeof(s.name));
	s.name[0] = 'f';
	s.size = 1;
	assert_int_equal(fcopy_take_start(&r, (const uint8_t *)&s, sizeof(s), false), -EINVAL);
	strcpy((char *)s.path, "/...");
	assert_int_equal(fcopy_take_start(&r, (const uint8_t *)&s, sizeof(s), false), 0);
}

#define COPY_TEST(f) cmocka_unit_test_setup_teardown(f, fresh, gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
		COPY_TEST(a_file_arrives_whole),
		COPY_TEST(what_is_there_stays_unless_asked),
		COPY_TEST(a_name_that_does_not_go),
		COPY_TEST(a_missing_folder_is_an_error),
		COPY_TEST(no_way_out_of_the_path),
		COPY_TEST(more_or_less_than_promised),
		COPY_TEST(a_dead_daemons_file_goes),
		cmocka_unit_test(messages),
		cmocka_unit_test(hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
