// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/vmbus/request_id.c: the host answers once, and only what was asked.
 */
#include "unit.h"
#include "../../lis/vmbus/request_id.h"

#define SLOTS 5
#define assert_error(x) assert_true((x) == REQUEST_ID_ERROR)

static struct request_slot slots[SLOTS];
static struct request_table table;

static int fresh(void **state)
{
	(void)state;
	memset(slots, 0xEE, sizeof(slots));
	request_table_init(&table, slots, SLOTS);
	return 0;
}

static void fills_and_refuses(void **state)
{
	u64 id[SLOTS], again;
	unsigned int i;

	(void)state;
	for (i = 0; i < SLOTS; i++) {
		id[i] = request_table_get(&table, 100 + i);
		assert_int_equal((u32)id[i], i + 1);
		assert_true(request_table_id(&table, i) == id[i]);
	}
	assert_int_equal(table.in_flight, SLOTS);
	assert_error(request_table_get(&table, 1));
	assert_int_equal(table.in_flight, SLOTS);
	assert_true(request_table_put(&table, id[1]) != REQUEST_ID_ERROR);
	assert_int_equal(request_table_id(&table, 1), 0);
	again = request_table_get(&table, 7);
	assert_int_equal((u32)again, 2);
	assert_true(again != id[1]);
}

/* A completion that comes twice, the second when the slot serves another request: it is not that one's. */
static void answers_one_turn(void **state)
{
	u64 first = request_table_get(&table, 1), second;

	(void)state;
	assert_int_equal(request_table_put(&table, first), 1);
	second = request_table_get(&table, 2);
	assert_int_equal((u32)first, (u32)second);
	assert_error(request_table_put(&table, first));
	assert_error(request_table_put_match(&table, first, 2));
	assert_int_equal(table.in_flight, 1);
	assert_int_equal(request_table_put(&table, second), 2);
	/* The turns begin anew; no request has an id that says "free". */
	table.turn = 0xFFFFFFFF;
	first = request_table_get(&table, 3);
	assert_int_equal(first >> 32, 1);
	assert_int_equal(request_table_put(&table, first), 3);
}

static void answers_once(void **state)
{
	u64 id = request_table_get(&table, 0xDEAD0000BEEFULL);

	(void)state;
	assert_true(request_table_put(&table, id) == 0xDEAD0000BEEFULL);
	assert_error(request_table_put(&table, id));
	assert_int_equal(table.in_flight, 0);
}

static void invented_ids(void **state)
{
	static const u64 ids[] = { 0, 2, SLOTS, SLOTS + 1, 0xFFFFFFFF, 0x100000000ULL,
				   0x100000002ULL, 0x200000001ULL, 0x8000000000000001ULL, REQUEST_ID_ERROR,
				   0xFFFFFFFFFFFFFFFFULL, 1 };
	unsigned int i;

	(void)state;
	assert_true(request_table_get(&table, 42) == 0x100000001ULL);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		row_equal(i, request_table_put(&table, ids[i]), REQUEST_ID_ERROR);
		row_equal(i, request_table_put_match(&table, ids[i], 42), REQUEST_ID_ERROR);
		row_equal(i, request_table_put_match(&table, ids[i], 0), REQUEST_ID_ERROR);
	}
	assert_int_equal(table.in_flight, 1);
	assert_int_equal(request_table_put(&table, 0x100000001ULL), 42);
}

static void matching(void **state)
{
	u64 id = request_table_get(&table, 42);

	(void)state;
	assert_error(request_table_put_match(&table, id, 43));
	assert_int_equal(table.in_flight, 1);
	assert_int_equal(request_table_put_match(&table, id, 42), 42);
	assert_error(request_table_put_match(&table, id, 42));
	/* zero is a value like any other */
	id = request_table_get(&table, 0);
	assert_int_equal(request_table_put_match(&table, id, 0), 0);
}

static void no_table(void **state)
{
	struct request_table t;

	(void)state;
	memset(&t, 0xEE, sizeof(t));
	request_table_init(&t, NULL, 8);
	assert_error(request_table_get(&t, 1));
	assert_error(request_table_put(&t, 1));
	request_table_init(&t, slots, 0);
	assert_error(request_table_get(&t, 1));
	assert_error(request_table_put(&t, 1));
	memset(&t, 0, sizeof(t)); /* never initialised, but zeroed */
	assert_error(request_table_get(&t, 1));
	assert_error(request_table_put_match(&t, 1, 0));
}

/* Random calls against the simplest possible model: what is in flight, by slot, and what was before. */
static void against_a_model(void **state)
{
	u64 live[SLOTS] = { 0 }, stored[SLOTS] = { 0 }, old[SLOTS] = { 0 }, seed = 1, id, addr;
	u32 n = 0, step, i;
	bool known, match;

	(void)state;
	for (step = 0; step < 200000; step++) {
		addr = rnd(&seed) % 3;
		i = (u32)(rnd(&seed) % SLOTS);
		if (rnd(&seed) % 3 == 0) {
			id = request_table_get(&table, addr);
			if (n == SLOTS) {
				assert_error(id);
				continue;
			}
			i = (u32)id - 1;
			assert_true(i < SLOTS && !live[i] && id != old[i]);
			live[i] = id;
			stored[i] = addr;
			n++;
			continue;
		}
		match = rnd(&seed) % 2;
		id = rnd(&seed) % 2 ? live[i] : old[i];
		known = id && id == live[i] && (!match || stored[i] == addr);
		id = match ? request_table_put_match(&table, id, addr) : request_table_put(&table, id);
		assert_true(id == (known ? stored[i] : REQUEST_ID_ERROR));
		if (known) {
			old[i] = live[i];
			live[i] = 0;
			n--;
		}
		assert_int_equal(table.in_flight, n);
	}
	for (i = 0; i < SLOTS; i++)
		assert_true(request_table_id(&table, i) == live[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fills_and_refuses, fresh),
		cmocka_unit_test_setup(answers_once, fresh),
		cmocka_unit_test_setup(answers_one_turn, fresh),
		cmocka_unit_test_setup(invented_ids, fresh),
		cmocka_unit_test_setup(matching, fresh),
		cmocka_unit_test_setup(no_table, fresh),
		cmocka_unit_test_setup(against_a_model, fresh),
	};

	return cmocka_run_group_tests_name("request_id", tests, NULL, NULL);
}
