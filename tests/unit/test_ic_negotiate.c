// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/ic_negotiate.c: agreeing on versions (docs/wire/03-integration-components.md 2.6, 2.7).
 */
#include "unit.h"
#include "../../lis/utils/ic_msg.h"
#include "../../lis/utils/ic_negotiate.h"

#define V(major, minor) IC_VERSION(major, minor)
#define MESSAGE_VERSIONS 10
#define FRAMEWORK_VERSIONS 4

/* Everything a host may list, and a few that nobody speaks. */
static const u32 messages[MESSAGE_VERSIONS] = { V(1, 0), V(1, 1), V(3, 0), V(3, 1), V(3, 2), V(4, 0), V(5, 0), V(6, 0), V(7, 0), V(3, 9) };
static const u32 frameworks[FRAMEWORK_VERSIONS] = { V(1, 0), V(3, 0), V(2, 0), V(3, 1) };

/* 2.7 once more, worst first, so that nothing is compared with itself. */
static const struct {
	u32 type;
	u32 frameworks[3];
	u32 messages[5];
} speaks[] = {
	{ IC_MSG_HEARTBEAT, { V(1, 0), V(3, 0) }, { V(1, 0), V(3, 0) } },
	{ IC_MSG_SHUTDOWN, { V(1, 0), V(3, 0) }, { V(1, 0), V(3, 0), V(3, 1), V(3, 2) } },
	{ IC_MSG_TIMESYNC, { V(1, 0), V(3, 0) }, { V(1, 0), V(3, 0), V(4, 0) } },
	{ IC_MSG_KVP, { V(1, 0), V(3, 0) }, { V(1, 0), V(3, 0), V(4, 0) } },
	{ IC_MSG_VSS, { V(3, 0) }, { V(5, 0) } },
	{ IC_MSG_FCOPY, { V(3, 0) }, { V(1, 1) } },
};

static u8 packet[IC_PACKET_MAX];

static void put16(u32 at, u32 v)
{
	packet[at] = (u8)v;
	packet[at + 1] = (u8)(v >> 8);
}

static u32 get16(u32 at)
{
	return packet[at] | (u32)packet[at + 1] << 8;
}

static void put_version(u32 at, u32 v)
{
	put16(at, v >> 16);
	put16(at + 2, v & 0xFFFF);
}

/* A negotiation with the versions of the masks, in rising or falling order; returns the packet's length. */
static u32 offer(u32 fmask, u32 mmask, bool falling)
{
	u32 at = 36, count[2] = { 0, 0 }, i, n;

	memset(packet, 0, sizeof(packet));
	for (i = 0; i < FRAMEWORK_VERSIONS; i++) {
		n = falling ? FRAMEWORK_VERSIONS - 1 - i : i;
		if (fmask & 1U << n) {
			put_version(at, frameworks[n]);
			at += 4;
			count[0]++;
		}
	}
	for (i = 0; i < MESSAGE_VERSIONS; i++) {
		n = falling ? MESSAGE_VERSIONS - 1 - i : i;
		if (mmask & 1U << n) {
			put_version(at, messages[n]);
			at += 4;
			count[1]++;
		}
	}
	put16(0, VMBUS_PIPE_DATA);
	put16(4, at - 8);
	put16(12, IC_MSG_NEGOTIATE);
	put16(18, at - 28);
	packet[25] = IC_FLAG_TRANSACTION | IC_FLAG_REQUEST;
	put16(28, count[0]);
	put16(30, count[1]);
	return at;
}

static u32 best(const u32 *ours, u32 n, const u32 *all, u32 count, u32 mask)
{
	u32 got = 0, i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < count; j++)
			if (ours[i] && ours[i] == all[j] && (mask & 1U << j))
				got = ours[i];
	return got;
}

static void judge_answer(u32 row, u32 len, u32 received, u32 f, u32 m)
{
	row_equal(row, len, received < 44 ? 44 : received);
	row_equal(row, get16(4), len - 8);
	row_equal(row, get16(18), 16);
	row_equal(row, packet[25], IC_FLAG_TRANSACTION | IC_FLAG_RESPONSE);
	row_equal(row, get16(28), f != 0);
	row_equal(row, get16(30), f != 0);
	row_equal(row, get16(32) | get16(34), 0);
	row_equal(row, V(get16(36), get16(38)), f);
	row_equal(row, V(get16(40), get16(42)), m);
}

static void one_offer(u32 row, u32 fmask, u32 mmask, bool falling)
{
	u32 len = offer(fmask, mmask, falling), f, m, got, type, body;
	struct ic_agreed agreed;

	f = best(speaks[row].frameworks, 3, frameworks, FRAMEWORK_VERSIONS, fmask);
	m = best(speaks[row].messages, 5, messages, MESSAGE_VERSIONS, mmask);
	if (!f || !m)
		f = m = 0;
	assert_int_equal(ic_check_packet(packet, len, &type, &body), 0);
	row_equal(row, type, IC_MSG_NEGOTIATE);
	got = ic_negotiate(packet, len, body, ic_speaks(speaks[row].type), &agreed);
	row_equal(row, agreed.framework, f);
	row_equal(row, agreed.message, m);
	judge_answer(row, got, len, f, m);
}

static void every_pair_of_lists(void **state)
{
	u32 row, f, m;

	(void)state;
	for (row = 0; row < ARRAY_SIZE(speaks); row++)
		for (f = 0; f < 1U << FRAMEWORK_VERSIONS; f++)
			for (m = 0; m < 1U << MESSAGE_VERSIONS; m++) {
				one_offer(row, f, m, false);
				one_offer(row, f, m, true);
			}
}

/* What a list says it holds is compared with what came. */
static void broken_lists(void **state)
{
	static const struct {
		u32 f, m, body;
		bool ok;
	} t[] = {
		{ 1, 1, 16, true },   { 1, 1, 15, false },   { 1, 2, 16, false },      { 2, 1, 20, true },
		{ 0, 1, 16, false },  { 1, 0, 16, false },   { 0, 0, 8, false },       { 0, 0, 7, false },
		{ 0, 0, 0, false },   { 1, 1, 4, false },    { 0xFFFF, 1, 4000, false }, { 1, 0xFFFF, 4000, false },
		{ 101, 1, 4000, false }, { 1, 101, 4000, false }, { 1, 100, 4000, true }, { 100, 1, 4000, true },
	};
	struct ic_agreed agreed;
	u32 i, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		offer(0, 0, false);
		put16(4, 20 + t[i].body);
		put16(28, t[i].f);
		put16(30, t[i].m);
		for (at = 36; at < 28 + t[i].body; at += 4)
			put_version(at, V(3, 0));
		agreed.framework = 77;
		ic_negotiate(packet, 28 + t[i].body, t[i].body, ic_speaks(IC_MSG_HEARTBEAT), &agreed);
		row_equal(i, agreed.framework, t[i].ok ? V(3, 0) : 0);
		row_equal(i, get16(28), t[i].ok);
	}
}

static void who_is_served(void **state)
{
	u32 type, served = 0;

	(void)state;
	for (type = 0; type < 100; type++)
		served += ic_speaks(type) != NULL;
	assert_int_equal(served, ARRAY_SIZE(speaks));
	assert_null(ic_speaks(IC_MSG_NEGOTIATE));
	assert_null(ic_speaks(IC_MSG_RDV));
	assert_null(ic_speaks(IC_MSG_VM_SESSION));
	assert_null(ic_speaks(0xFFFFFFFF));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_lists),
		cmocka_unit_test(broken_lists),
		cmocka_unit_test(who_is_served),
	};

	return cmocka_run_group_tests_name("ic_negotiate", tests, NULL, NULL);
}
