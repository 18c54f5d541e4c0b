// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/timesync_math.c: the host's time, and when to step (docs/wire/03-integration-components.md 5).
 */
#include "unit.h"
#include "../../lis/utils/timesync_math.h"

#define S 10000000ULL /* 100 ns units of a second */
#define NS 1000000000LL

static u8 body[32];

static void message4(u64 parent, u64 reference, u8 flags)
{
	memset(body, 0, sizeof(body));
	memcpy(body, &parent, 8);
	memcpy(body + 8, &reference, 8);
	body[16] = flags;
}

static void message1(u64 parent, u8 flags)
{
	memset(body, 0xEE, sizeof(body));
	memcpy(body, &parent, 8);
	body[24] = flags;
}

static void the_newest(void **state)
{
	const u64 parent = IC_TIME_EPOCH + 1700000000 * S + 1234567;
	struct timesync_sample s;
	s64 ns = 0;

	(void)state;
	message4(parent, 1000 * S, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 1003 * S, &s), 0);
	assert_int_equal(s.flags, IC_TIME_SYNC);
	/* What passed between the reading and now belongs to it. */
	assert_int_equal(timesync_now(&s, 1003 * S, &ns), 0);
	assert_true(ns == 1700000003 * NS + 123456700);
	assert_int_equal(timesync_now(&s, 1600 * S, &ns), 0);
	assert_true(ns == 1700000600 * NS + 123456700);
	assert_int_equal(timesync_now(&s, 1600 * S + 1, &ns), -ESTALE);
	assert_int_equal(timesync_now(&s, 999 * S, &ns), -ESTALE);
	assert_int_equal(timesync_decode(body, 22, IC_VERSION(4, 0), 1003 * S, &s), 0);
	assert_int_equal(timesync_decode(body, 17, IC_VERSION(4, 0), 1003 * S, &s), 0);
	assert_int_equal(timesync_decode(body, 16, IC_VERSION(4, 0), 1003 * S, &s), -EINVAL);
	/* A reading from the future is taken for one of now. */
	message4(parent, 2000 * S, IC_TIME_SAMPLE);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 1003 * S, &s), 0);
	assert_int_equal(timesync_now(&s, 1003 * S, &ns), 0);
	assert_true(ns == 1700000000 * NS + 123456700);
}

static void the_older(void **state)
{
	struct timesync_sample s;
	s64 ns = 0;

	(void)state;
	message1(IC_TIME_EPOCH + 5 * S, IC_TIME_SAMPLE);
	assert_int_equal(timesync_decode(body, 25, IC_VERSION(3, 0), 77 * S, &s), 0);
	assert_int_equal(s.flags, IC_TIME_SAMPLE);
	assert_true(s.reference == 77 * S);
	assert_int_equal(timesync_now(&s, 78 * S, &ns), 0);
	assert_true(ns == 6 * NS);
	assert_int_equal(timesync_decode(body, 28, IC_VERSION(1, 0), 77 * S, &s), 0);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(1, 0), 77 * S, &s), -EINVAL);
	assert_int_equal(timesync_decode(body, 0, IC_VERSION(1, 0), 77 * S, &s), -EINVAL);
}

/* Times that no clock here can show are refused, whatever is added later. */
static void impossible_times(void **state)
{
	const u64 max = (1ULL << 63) / 100 - TIMESYNC_STALE_100NS;
	struct timesync_sample s;
	s64 ns = -1;

	(void)state;
	message4(IC_TIME_EPOCH - 1, 0, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 0, &s), -EINVAL);
	message4(0, 0, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 0, &s), -EINVAL);
	message4(~0ULL, 0, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 0, &s), -EINVAL);
	message4(IC_TIME_EPOCH + max + 1, 0, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 0, &s), -EINVAL);
	message4(IC_TIME_EPOCH + max, 0, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 0, &s), 0);
	assert_int_equal(timesync_now(&s, TIMESYNC_STALE_100NS, &ns), 0);
	assert_true(ns > 0);
	message4(IC_TIME_EPOCH, 0, IC_TIME_SYNC);
	assert_int_equal(timesync_decode(body, 24, IC_VERSION(4, 0), 0, &s), 0);
	assert_int_equal(timesync_now(&s, 0, &ns), 0);
	assert_true(ns == 0);
}

static void when_to_step(void **state)
{
	static const struct {
		u8 flags;
		bool settled, slewed, implicit;
		s64 ahead;
		bool step;
	} t[] = {
		/* the first sync: always */
		{ IC_TIME_SYNC, false, false, false, 1, true }, { IC_TIME_SYNC, false, true, false, -1, true },
		/* later: when far off, and nobody slews or very far */
		{ IC_TIME_SYNC, true, false, false, 5000000, false }, { IC_TIME_SYNC, true, false, false, 5000001, true },
		{ IC_TIME_SYNC, true, false, false, -5000000, false }, { IC_TIME_SYNC, true, false, false, -5000001, true },
		{ IC_TIME_SYNC, true, true, false, NS, false }, { IC_TIME_SYNC, true, true, false, NS + 1, true },
		{ IC_TIME_SYNC, true, true, false, -NS, false }, { IC_TIME_SYNC, true, true, false, -NS - 1, true },
		{ IC_TIME_SYNC | IC_TIME_SAMPLE, false, false, false, 3600 * NS, true },
		/* a sample: never, unless wished, and never back */
		{ IC_TIME_SAMPLE, false, false, false, 3600 * NS, false }, { IC_TIME_SAMPLE, true, false, false, -3600 * NS, false },
		{ IC_TIME_SAMPLE, true, false, true, -NS - 1, true }, { IC_TIME_SAMPLE, true, false, true, -NS, false },
		{ IC_TIME_SAMPLE, true, false, true, 3600 * NS, false },
		{ IC_TIME_PROBE, false, false, true, -3600 * NS, false }, { 0x80, false, false, true, -3600 * NS, false },
	};
	struct timesync_state s;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		s.settled = t[i].settled;
		s.slewed = t[i].slewed;
		s.implicit = t[i].implicit;
		row_equal(i, timesync_must_step(t[i].flags, &s, t[i].ahead), t[i].step);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest),
		cmocka_unit_test(the_older),
		cmocka_unit_test(impossible_times),
		cmocka_unit_test(when_to_step),
	};

	return cmocka_run_group_tests_name("timesync_math", tests, NULL, NULL);
}
