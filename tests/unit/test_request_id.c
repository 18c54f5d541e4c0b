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
	bool seen[SLOTS + 1] = { false };
	unsigned int i;
	u64 id;

	(void)state;
	for (i = 0; i < SLOTS; i++) {
		id = request_table_get(&table, 100 + i);
		assert_true(id >= 1 && id <= SLOTS);
		assert_false(seen[id]);
		seen[id] = true;
	}
	assert_int_equal(table.in_flight, SLOTS);
	assert_error(request_table_get(&table, 1));
	assert_int_equal(table.in_flight, SLOTS);
	assert_true(request_table_put(&table, 2) != REQUEST_ID_ERROR);
	assert_int_equal(request_table_get(&table, 7), 2);
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
				   0x100000001ULL, 0x8000000000000001ULL, REQUEST_ID_ERROR,
				   0xFFFFFFFFFFFFFFFFULL };
	unsigned int i;

	(void)state;
	assert_int_equal(request_table_get(&table, 42), 1);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		row_equal(i, request_table_put(&table, ids[i]), REQUEST_ID_ERROR);
		row_equal(i, request_table_put_match(&table, ids[i], 42), REQUEST_ID_ERROR);
		row_equal(i, request_table_put_match(&table, ids[i], 0), REQUEST_ID_ERROR);
	}
	assert_int_equal(table.in_flight, 1);
	assert_int_equal(request_table_put(&table, 1), 42);
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

/* Random calls against the simplest possible model. */
static void against_a_model(void **state)
{
	u64 stored[SLOTS + 1] = { 0 }, seed = 1, id, addr;
	bool live[SLOTS + 1] = { false };
	u32 n = 0, step, i;

	(void)state;
	for (step = 0; step < 200000; step++) {
		addr = rnd(&seed) % 3;
		id = rnd(&seed) % (SLOTS + 3);
		switch (rnd(&seed) % 3) {
		case 0:
			id = request_table_get(&table, addr);
			if (n == SLOTS) {
				assert_error(id);
				break;
			}
			assert_true(id >= 1 && id <= SLOTS && !live[id]);
			live[id] = true;
			stored[id] = addr;
			n++;
			break;
		case 1:
			if (id == 0 || id > SLOTS || !live[id]) {
				assert_error(request_table_put(&table, id));
				break;
			}
			assert_int_equal(request_table_put(&table, id), stored[id]);
			live[id] = false;
			n--;
			break;
		default:
			if (id == 0 || id > SLOTS || !live[id] || stored[id] != addr) {
				assert_error(request_table_put_match(&table, id, addr));
				break;
			}
			assert_int_equal(request_table_put_match(&table, id, addr), addr);
			live[id] = false;
			n--;
		}
		assert_int_equal(table.in_flight, n);
	}
	for (i = 1; i <= SLOTS; i++)
		assert_true((request_table_put(&table, i) != REQUEST_ID_ERROR) == live[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fills_and_refuses, fresh),
		cmocka_unit_test_setup(answers_once, fresh),
		cmocka_unit_test_setup(invented_ids, fresh),
		cmocka_unit_test_setup(matching, fresh),
		cmocka_unit_test_setup(no_table, fresh),
		cmocka_unit_test_setup(against_a_model, fresh),
	};

	return cmocka_run_group_tests_name("request_id", tests, NULL, NULL);
}
