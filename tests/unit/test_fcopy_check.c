// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/fcopy_check.c: file copy, message by message (docs/wire/03-integration-components.md 7.3, 9).
 */
#include "unit.h"
#include "../../lis/utils/fcopy_check.h"

static u8 body[FCOPY_MSG_MAX], msg[FCOPY_MSG_MAX];
static struct fcopy_state st;
static u32 status;

static void put(u32 at, u64 v, u32 len)
{
	memcpy(body + at, &v, len);
}

static void wide(u32 at, const char *text)
{
	while (*text) {
		put(at, (u8)*text++, 2);
		at += 2;
	}
}

static u32 give(u32 op, u32 len)
{
	u8 *exact = malloc(len ? len : 1);
	u32 got;

	put(0, op, 4);
	memcpy(exact, body, len);
	memset(msg, 0xEE, sizeof(msg));
	status = 0xABCD;
	got = fcopy_check(&st, exact, len, msg, &status);
	free(exact);
	return got;
}

static u32 start(const char *name, const char *path, u64 size)
{
	memset(body, 0, sizeof(body));
	wide(36, name);
	wide(556, path);
	put(1076, FCOPY_OVERWRITE | FCOPY_CREATE_PATH, 4);
	put(1080, size, 8);
	return give(FCOPY_START, 1088);
}

static u32 write_at(u64 offset, u32 size, u32 len)
{
	memset(body, 0x55, sizeof(body));
	put(40, offset, 8);
	put(48, size, 4);
	return give(FCOPY_WRITE, len);
}

static int fresh(void **state)
{
	(void)state;
	memset(&st, 0, sizeof(st));
	return 0;
}

static void a_whole_copy(void **state)
{
	u32 at;

	(void)state;
	assert_int_equal(start("n\xE4me", "/tmp/", 7000), 1088);
	assert_string_equal((char *)msg + 36, "n\xC3\xA4me");
	assert_string_equal((char *)msg + 556, "/tmp/");
	assert_memory_equal(msg + 1076, body + 1076, 12);
	fcopy_answered(&st, IC_S_OK);
	assert_true(st.open);
	assert_int_equal(write_at(0, 6144, 6196), 6196);
	assert_memory_equal(msg, body, 6196);
	fcopy_answered(&st, IC_S_OK);
	/* The last piece may come in a shorter packet; the daemon gets the whole structure, with nothing in its rest. */
	assert_int_equal(write_at(6144, 856, 52 + 856), 6196);
	assert_memory_equal(msg, body, 52 + 856);
	for (at = 52 + 856; at < 6196; at++)
		assert_int_equal(msg[at], 0);
	fcopy_answered(&st, IC_S_OK);
	assert_int_equal(give(FCOPY_COMPLETE, 36), 36);
	fcopy_answered(&st, IC_S_OK);
	assert_false(st.open);
	assert_int_equal(write_at(0, 1, 6196), 0);
	assert_int_equal(status, IC_E_FAIL);
}

static void writes_are_bounded(void **state)
{
	static const struct {
		u64 offset;
		u32 size, len;
		bool ok;
	} t[] = {
		{ 0, 6144, 6196, true },   { 0, 6145, 6196, false },  { 0, 0xFFFFFFFF, 6196, false }, { 856, 6144, 6196, true },
		{ 857, 6144, 6196, false }, { 7000, 0, 6196, true },   { 7001, 0, 6196, false },	      { ~0ULL, 1, 6196, false },
		{ ~0ULL, 6144, 6196, false }, { 0, 10, 62, true },      { 0, 10, 61, false },	      { 0, 0, 52, true },
		{ 6999, 1, 53, true },	   { 6999, 2, 54, false },
	};
	u32 i;

	(void)state;
	start("f", "/", 7000);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, write_at(t[i].offset, t[i].size, t[i].len), t[i].ok ? 6196 : 0);
		if (!t[i].ok)
			row_equal(i, status, IC_E_INVALID_ARG);
	}
	assert_int_equal(write_at(0, 0, 51), 0);
	assert_int_equal(status, IC_E_FAIL);
}

static void names(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[259] = 0;
	assert_int_equal(start(name, "/", 1), 1088);
	assert_int_equal(strlen((char *)msg + 36), 259);
	name[259] = 'n';
	name[260] = 0;
	assert_int_equal(start(name, "/", 1), 0); /* no end in its field */
	assert_int_equal(status, IC_E_INVALID_ARG);
	name[130] = 0;
	memset(name, 0xE4, 130); /* 260 bytes of UTF-8 */
	assert_int_equal(start(name, "/", 1), 0);
	assert_int_equal(start("f", name, 1), 0);
	name[129] = 0;
	assert_int_equal(start(name, name, 1), 1088);
	assert_int_equal(start("", "/", 1), 0);
	assert_int_equal(start("f", "", 1), 1088);
	assert_int_equal(give(FCOPY_START, 1087), 0);
	assert_int_equal(status, IC_E_FAIL);
}

/* An end that does not belong to a copy stays here: a daemon may remove the file of the one before. */
static void ends_without_a_copy(void **state)
{
	(void)state;
	assert_int_equal(give(FCOPY_CANCEL, 36), 0);
	assert_int_equal(status, IC_S_OK);
	assert_int_equal(give(FCOPY_COMPLETE, 36), 0);
	assert_int_equal(status, IC_E_FAIL);
	start("f", "/", 10);
	fcopy_answered(&st, IC_E_EXISTS);
	assert_false(st.open);
	assert_int_equal(give(FCOPY_CANCEL, 36), 0);
	start("f", "/", 10);
	fcopy_answered(&st, IC_S_OK);
	write_at(0, 1, 53);
	fcopy_answered(&st, IC_E_DISK_FULL);
	assert_true(st.open);
	assert_int_equal(give(FCOPY_CANCEL, 100), 36);
	fcopy_answered(&st, IC_E_FAIL);
	assert_false(st.open);
	assert_int_equal(give(FCOPY_CANCEL, 35), 0);
	assert_int_equal(status, IC_E_FAIL);
	assert_int_equal(give(4, 36), 0);
	assert_int_equal(status, IC_E_NOT_SUPPORTED);
}

static void the_host_leaves(void **state)
{
	static const u8 cancel[36] = { 3 };

	(void)state;
	memset(msg, 0xEE, sizeof(msg));
	assert_int_equal(fcopy_abandon(&st, msg), 0);
	start("f", "/", 10);
	assert_int_equal(fcopy_abandon(&st, msg), 36);
	assert_memory_equal(msg, cancel, 36);
	assert_int_equal(fcopy_abandon(&st, msg), 0);
	/* What the daemon never saw has opened nothing; what it saw before is still open. */
	start("f", "/", 10);
	fcopy_withdrawn(&st);
	assert_int_equal(fcopy_abandon(&st, msg), 0);
	start("f", "/", 10);
	write_at(0, 1, 53);
	fcopy_withdrawn(&st);
	assert_int_equal(fcopy_abandon(&st, msg), 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_whole_copy, fresh),	    cmocka_unit_test_setup(writes_are_bounded, fresh),
		cmocka_unit_test_setup(names, fresh),		    cmocka_unit_test_setup(ends_without_a_copy, fresh),
		cmocka_unit_test_setup(the_host_leaves, fresh),
	};

	return cmocka_run_group_tests_name("fcopy_check", tests, NULL, NULL);
}
