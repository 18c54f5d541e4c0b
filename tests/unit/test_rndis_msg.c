// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/net/rndis_msg.c: RNDIS control messages, in both directions (docs/wire/05-network.md 6, 9).
 */
#include "unit.h"
#include "../../lis/net/rndis_msg.h"

static u8 page[RNDIS_REQUEST_MAX];

static u32 word(const u8 *msg, u32 at)
{
	u32 v;

	memcpy(&v, msg + at, sizeof(v));
	return v;
}

static u8 *message(const u32 *words, u32 count)
{
	static u8 msg[RNDIS_CONTROL_MAX];

	memset(msg, 0xEE, sizeof(msg));
	memcpy(msg, words, count * sizeof(*words));
	return msg;
}

#define MESSAGE(...) message((const u32[]){ __VA_ARGS__ }, sizeof((const u32[]){ __VA_ARGS__ }) / 4)

static void requests(void **state)
{
	static const u8 info[3] = { 1, 2, 3 };

	(void)state;
	assert_int_equal(rndis_build_init(page, 5), 24);
	assert_int_equal(word(page, 0), 2);
	assert_int_equal(word(page, 4), 24);
	assert_int_equal(word(page, 8), 5);
	assert_int_equal(word(page, 12), 1);
	assert_int_equal(word(page, 16), 0);
	assert_int_equal(word(page, 20), 0x4000);
	assert_int_equal(rndis_build_halt(page, 6), 12);
	assert_int_equal(word(page, 0), 3);
	assert_int_equal(word(page, 8), 6);
	assert_int_equal(rndis_build_query(page, 7, 0x10106, info, 3), 31);
	assert_int_equal(word(page, 0), 4);
	assert_int_equal(word(page, 4), 31);
	assert_int_equal(word(page, 8), 7);
	assert_int_equal(word(page, 12), 0x10106);
	assert_int_equal(word(page, 16), 3);
	assert_int_equal(word(page, 20), 20);
	assert_int_equal(word(page, 24), 0);
	assert_memory_equal(page + 28, info, 3);
	assert_int_equal(rndis_build_set(page, 8, 0x1010E, NULL, 0), 28);
	assert_int_equal(word(page, 0), 5);
	assert_int_equal(rndis_build_keepalive_answer(page, 9), 16);
	assert_int_equal(word(page, 0), 0x80000008);
	assert_int_equal(word(page, 8), 9);
	assert_int_equal(word(page, 12), 0);
}

static void requests_fit_their_page(void **state)
{
	static u8 info[RNDIS_REQUEST_MAX];

	(void)state;
	assert_int_equal(rndis_build_set(page, 1, 1, info, RNDIS_REQUEST_MAX - 28), RNDIS_REQUEST_MAX);
	assert_int_equal(rndis_build_set(page, 1, 1, info, RNDIS_REQUEST_MAX - 27), 0);
	assert_int_equal(rndis_build_query(page, 1, 1, info, 0xFFFFFFFF), 0);
}

static void init_complete(void **state)
{
	static const struct {
		u32 packets, factor;
		int ret;
		u32 want_packets, want_align;
	} t[] = {
		{ 8, 3, 0, 8, 8 }, { 0, 0, 0, 8, 8 }, { 1, 2, 0, 1, 4 }, { 1, 7, 0, 1, 128 }, { 1, 8, -EINVAL, 0, 0 },
		{ 1, 0xFFFFFFFF, -EINVAL, 0, 0 },
	};
	struct rndis_control c;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u8 *m = MESSAGE(0x80000002, 52, 77, 0, 1, 0, 1, 0, t[i].packets, 0x4000, t[i].factor, 0, 0);

		row_equal(i, rndis_check_control(m, 52, &c), t[i].ret);
		if (t[i].ret)
			continue;
		row_equal(i, c.request_id, 77);
		row_equal(i, c.max_packets, t[i].want_packets);
		row_equal(i, c.align, t[i].want_align);
		row_equal(i, rndis_check_control(m, 51, &c), -EINVAL);
	}
}

/* 6: offsets count from the body; what is declared may be longer than what came */
static void query_complete(void **state)
{
	static const struct {
		u32 info_len, offset, len;
		int ret;
		u32 at;
	} t[] = {
		{ 4, 16, 28, 0, 24 },	       { 4, 16, 27, -EOVERFLOW, 24 }, { 4, 15, 100, -EINVAL, 0 },
		{ 0, 0, 24, 0, 0 },	       { 0, 999, 24, 0, 0 },	      { 4, 20, 32, 0, 28 },
		{ 4, 0xFFFFFFF8, 100, -EINVAL, 0 }, { 0xFFFFFFFF, 16, 100, -EOVERFLOW, 24 }, { 1, 92, 100, -EOVERFLOW, 100 },
		{ 1, 93, 100, -EINVAL, 0 },    { 0, 0, 23, -EINVAL, 0 },
	};
	struct rndis_control c;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u8 *m = MESSAGE(0x80000004, 1806, 3, 0, t[i].info_len, t[i].offset);

		row_equal(i, rndis_check_control(m, t[i].len, &c), t[i].ret);
		if (t[i].ret == -EINVAL)
			continue;
		row_equal(i, c.type, 0x80000004);
		row_equal(i, c.request_id, 3);
		row_equal(i, c.info_len, t[i].ret ? 0 : t[i].info_len);
		if (t[i].at)
			row_equal(i, c.info_offset, t[i].at);
	}
}

static void other_answers(void **state)
{
	struct rndis_control c;

	(void)state;
	assert_int_equal(rndis_check_control(MESSAGE(0x80000005, 16, 4, 0xC00000BB), 16, &c), 0);
	assert_int_equal(c.request_id, 4);
	assert_int_equal(c.status, 0xC00000BB);
	assert_int_equal(rndis_check_control(MESSAGE(0x80000005, 16, 4, 0), 15, &c), -EINVAL);
	assert_int_equal(rndis_check_control(MESSAGE(0x80000009, 24, 4, 0, 0, 0), 24, &c), 0);
	assert_int_equal(rndis_check_control(MESSAGE(0x80000006, 16, 1, 0), 16, &c), 0);
	assert_int_equal(c.status, 1);
	assert_int_equal(rndis_check_control(MESSAGE(0x80000006, 16, 1, 0), 15, &c), -EINVAL);
	assert_int_equal(rndis_check_control(MESSAGE(0x80000008, 16, 4, 0), 16, &c), 0);
	assert_int_equal(rndis_check_control(MESSAGE(8, 12, 9), 12, &c), 0);
	assert_int_equal(c.request_id, 9);
	assert_int_equal(rndis_check_control(MESSAGE(8, 12, 9), 11, &c), -EINVAL);
	assert_int_equal(rndis_check_control(MESSAGE(4, 28, 9), 28, &c), -ENOMSG);
	assert_int_equal(rndis_check_control(MESSAGE(1, 44), 44, &c), -ENOMSG);
	assert_int_equal(rndis_check_control(MESSAGE(8, 7, 9), 12, &c), -EINVAL);
	assert_int_equal(rndis_check_control(MESSAGE(8, 12, 9), 7, &c), -EINVAL);
	assert_int_equal(rndis_check_control(MESSAGE(8, 12, 9), 0, &c), -EINVAL);
}

/* 6, 9: the status buffer, also when the length leaves it out */
static void indications(void **state)
{
	struct rndis_control c;

	(void)state;
	assert_int_equal(rndis_check_control(MESSAGE(7, 20, 0x4001000B, 0, 0), 20, &c), 0);
	assert_int_equal(c.status, 0x4001000B);
	assert_int_equal(c.info_len, 0);
	assert_int_equal(rndis_check_control(MESSAGE(7, 20, 0x40010013, 4, 12, 25000000), 24, &c), 0);
	assert_int_equal(c.info_offset, 20);
	assert_int_equal(c.info_len, 4);
	assert_int_equal(rndis_check_control(MESSAGE(7, 20, 0x40010013, 4, 12, 25000000), 23, &c), -EOVERFLOW);
	assert_int_equal(c.info_len, 0);
	assert_int_equal(rndis_check_control(MESSAGE(7, 20, 0x40010013, 4, 11, 25000000), 24, &c), -EINVAL);
	assert_int_equal(rndis_check_control(MESSAGE(7, 20, 0x4001000B, 0, 0), 19, &c), -EINVAL);
}

static void answers_are_told_apart(void **state)
{
	static const u32 answers[] = { 0x80000002, 0x80000004, 0x80000005, 0x80000009 };
	static const u32 others[] = { 0, 1, 2, 4, 5, 6, 7, 8, 9, 0x80000001, 0x80000003, 0x80000006, 0x80000008 };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(answers); i++)
		row_equal(i, rndis_is_answer(answers[i]), true);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		row_equal(i, rndis_is_answer(others[i]), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),	 cmocka_unit_test(requests_fit_their_page),
		cmocka_unit_test(init_complete), cmocka_unit_test(query_complete),
		cmocka_unit_test(other_answers), cmocka_unit_test(indications),
		cmocka_unit_test(answers_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
