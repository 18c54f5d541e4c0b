// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/ic_msg.c: the frame of integration components, heartbeat and shutdown (docs/wire/03-integration-components.md 2 to 4).
 */
#include "unit.h"
#include "../../lis/utils/ic_msg.h"

static u8 packet[IC_PACKET_MAX];

static void put(u32 at, u64 v, u32 len)
{
	memcpy(packet + at, &v, len);
}

static u64 get(u32 at, u32 len)
{
	u64 v = 0;

	memcpy(&v, packet + at, len);
	return v;
}

/* A request with body bytes behind its headers, every one of them 0xEE. */
static u32 request(u32 type, u32 body, u32 size)
{
	memset(packet, 0xEE, sizeof(packet));
	memset(packet, 0, 28);
	put(0, VMBUS_PIPE_DATA, 4);
	put(4, 20 + body, 4);
	put(12, type, 2);
	put(18, size, 2);
	put(20, 0x12345678, 4);
	put(24, 9, 1);
	put(25, IC_FLAG_TRANSACTION | IC_FLAG_REQUEST, 1);
	return 28 + body;
}

static void what_is_a_message(void **state)
{
	static const struct {
		u32 pipe_type, pipe_len, len;
		int want;
		u32 body;
	} t[] = {
		{ 1, 20, 28, 0, 0 },	      { 1, 28, 36, 0, 8 },	 { 1, 25, 40, 0, 5 }, /* padded */
		{ 1, 16376, 16384, 0, 16356 }, { 1, 20, 27, -EINVAL, 0 }, { 1, 20, 0, -EINVAL, 0 },
		{ 1, 19, 28, -EINVAL, 0 },    { 1, 0, 28, -EINVAL, 0 },  { 1, 21, 28, -EINVAL, 0 },
		{ 1, 0xFFFFFFFF, 28, -EINVAL, 0 }, { 2, 20, 28, -EINVAL, 0 }, { 0, 20, 28, -EINVAL, 0 },
		{ 1, 20, 16385, -EINVAL, 0 },
	};
	u32 i, type, body;
	u8 *exact;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		request(IC_MSG_KVP, 0, 0);
		put(0, t[i].pipe_type, 4);
		put(4, t[i].pipe_len, 4);
		exact = calloc(1, t[i].len + 1);
		memcpy(exact, packet, t[i].len < sizeof(packet) ? t[i].len : sizeof(packet));
		body = 0;
		row_equal(i, ic_check_packet(exact, t[i].len, &type, &body), t[i].want);
		row_equal(i, body, t[i].body);
		if (!t[i].want)
			row_equal(i, type, IC_MSG_KVP);
		free(exact);
	}
}

/* The answer goes back as long as the request came, or longer when it needs more; its size field is never a lie. */
static void answers(void **state)
{
	static const struct {
		u32 body, size, padding, want_body, len, pipe, ic;
	} t[] = {
		{ 40, 40, 0, 0, 68, 60, 40 },	{ 40, 16, 0, 0, 68, 60, 16 },  { 40, 41, 0, 0, 68, 60, 40 },
		{ 40, 0xFFFF, 0, 0, 68, 60, 40 }, { 13, 13, 3, 0, 44, 33, 13 },	{ 8, 8, 0, 12, 40, 32, 12 },
		{ 8, 8, 4, 12, 40, 32, 12 },	{ 8, 8, 8, 12, 44, 32, 12 },   { 40, 0, 0, 12, 68, 60, 40 },
		{ 0, 0, 0, 0, 28, 20, 0 },	{ 4, 4, 0, 7428, 7456, 7448, 7428 },
	};
	u32 i, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		request(IC_MSG_VSS, t[i].body, t[i].size);
		row_equal(i, ic_make_answer(packet, 28 + t[i].body + t[i].padding, t[i].want_body, 0x80004005), t[i].len);
		row_equal(i, get(4, 4), t[i].pipe);
		row_equal(i, get(18, 2), t[i].ic);
		row_equal(i, get(20, 4), 0x80004005);
		row_equal(i, get(24, 1), 0);
		row_equal(i, get(25, 1), 5);
		row_equal(i, get(12, 2), IC_MSG_VSS);
		for (at = 0; at < t[i].body; at++)
			row_equal(i, packet[28 + at], 0xEE);
		for (; at < t[i].want_body; at++)
			row_equal(i, packet[28 + at], 0);
		row_equal(i, packet[28 + (at > t[i].padding + t[i].body ? at : t[i].padding + t[i].body)], 0xEE);
	}
}

static void beats(void **state)
{
	u64 sequence = 0xFFFFFFFFULL;
	u8 body[16];

	(void)state;
	memset(body, 0xEE, sizeof(body));
	memcpy(body, &sequence, 8);
	assert_int_equal(ic_heartbeat(body, 16), IC_S_OK);
	memcpy(&sequence, body, 8);
	assert_true(sequence == 0x100000000ULL);
	assert_int_equal(body[8], 0xEE); /* the state of applications is not ours to tell */
	assert_int_equal(ic_heartbeat(body, 8), IC_S_OK);
	assert_int_equal(ic_heartbeat(body, 7), IC_E_FAIL);
	memcpy(&sequence, body, 8);
	assert_true(sequence == 0x100000001ULL);
}

static void shutdowns(void **state)
{
	static const struct {
		u32 flags, version;
		bool s4;
		int action;
	} t[] = {
		{ 0, IC_VERSION(1, 0), false, IC_DO_POWEROFF },	 { 1, IC_VERSION(1, 0), false, IC_DO_POWEROFF },
		{ 0, IC_VERSION(3, 2), true, IC_DO_POWEROFF },	 { 2, IC_VERSION(3, 1), false, IC_DO_REBOOT },
		{ 3, IC_VERSION(3, 2), false, IC_DO_REBOOT },	 { 2, IC_VERSION(3, 0), false, IC_DO_NOTHING },
		{ 2, IC_VERSION(1, 0), false, IC_DO_NOTHING },	 { 4, IC_VERSION(3, 2), true, IC_DO_HIBERNATE },
		{ 5, IC_VERSION(3, 2), true, IC_DO_HIBERNATE },	 { 4, IC_VERSION(3, 2), false, IC_DO_NOTHING },
		{ 4, IC_VERSION(3, 1), true, IC_DO_NOTHING },	 { 6, IC_VERSION(3, 2), true, IC_DO_NOTHING },
		{ 8, IC_VERSION(3, 2), true, IC_DO_NOTHING },	 { 64, IC_VERSION(3, 2), true, IC_DO_NOTHING },
		{ 0x80000000, IC_VERSION(3, 2), true, IC_DO_NOTHING },
	};
	u32 i, status, body[3];

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		body[0] = IC_SHUTDOWN_PLANNED;
		body[1] = 60;
		body[2] = t[i].flags;
		row_equal(i, ic_shutdown(body, sizeof(body), t[i].version, t[i].s4, &status), t[i].action);
		row_equal(i, status, t[i].action == IC_DO_NOTHING ? IC_E_FAIL : IC_S_OK);
	}
	body[2] = 0;
	assert_int_equal(ic_shutdown(body, 11, IC_VERSION(3, 2), true, &status), IC_DO_NOTHING);
	assert_int_equal(status, IC_E_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_a_message),
		cmocka_unit_test(answers),
		cmocka_unit_test(beats),
		cmocka_unit_test(shutdowns),
	};

	return cmocka_run_group_tests_name("ic_msg", tests, NULL, NULL);
}
