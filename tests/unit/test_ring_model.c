// SPDX-License-Identifier: GPL-2.0-only
/*
 * No wake-up is ever missed: every interleaving of one producer and one consumer on small rings.
 *
 * Both sides follow docs/wire/02-vmbus.md 9.7 - 9.10 with the real functions of ring_math.c. A step
 * touches one shared variable at most, and the search visits every state that any order of steps can
 * reach. Memory is sequentially consistent here: that the barriers of the callers make it so is not
 * shown by this test. The consumer may stop at any multiple of 8 bytes, which includes every packet
 * boundary.
 *
 * The same search with a broken rule must find a missed wake-up, or it could find nothing at all.
 */
#include "unit.h"
#include "../../lis/vmbus/ring_math.h"

enum producer_at {
	P_IDLE, P_ROOM, P_SET_PENDING, P_RECHECK, P_WAIT, P_CLEAR, P_STORE, P_MASK, P_READ, P_SIGNAL
};

enum consumer_at {
	C_SLEEP, C_MASK, C_LOOK, C_CONSUME, C_COMMIT, C_PENDING, C_FREE, C_SIGNAL, C_UNMASK,
	C_RECHECK
};

/* Lengths and indices count units of 8 bytes, to fit in 4 bits. */
struct state {
	/* shared */
	u32 write, read, mask, pending, irq_producer, irq_consumer;
	/* of the producer */
	u32 p_at, total, old_write, owed;
	/* of the consumer */
	u32 c_at, private_read, seen_write, freed, seen_pending;
};

struct rules {
	const char *name;
	bool (*after_write)(u32 mask, u32 old_write, u32 read);
	bool (*after_read)(u32 pending, u32 free_now, u32 freed);
	bool recheck_room; /* after pending_send_sz was set */
	bool recheck_data; /* after the mask was cleared */
	/* NULL: the host is told of each packet at once */
	bool (*after_many)(u32 mask, u32 unread, u32 owed);
};

#define TABLE_BITS 22
#define TABLE_SIZE (1U << TABLE_BITS)

struct search {
	const struct rules *rules;
	u32 size; /* bytes */
	u64 *seen; /* key + 1; 0: empty */
	u64 *todo;
	u32 count, todo_count;
	bool missed_data, missed_room;
};

static u64 pack(const struct state *s)
{
	const u32 v[] = { s->write, s->read, s->mask, s->pending, s->irq_producer, s->irq_consumer,
			  s->p_at, s->total, s->old_write, s->c_at, s->private_read, s->seen_write,
			  s->freed, s->seen_pending, s->owed };
	u64 key = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		assert_true(v[i] < 16);
		key = key << 4 | v[i];
	}
	return key;
}

static struct state unpack(u64 key)
{
	u32 v[15];
	struct state s;
	int i;

	for (i = 14; i >= 0; i--) {
		v[i] = key & 15;
		key >>= 4;
	}
	s.write = v[0];
	s.read = v[1];
	s.mask = v[2];
	s.pending = v[3];
	s.irq_producer = v[4];
	s.irq_consumer = v[5];
	s.p_at = v[6];
	s.total = v[7];
	s.old_write = v[8];
	s.c_at = v[9];
	s.private_read = v[10];
	s.seen_write = v[11];
	s.freed = v[12];
	s.seen_pending = v[13];
	s.owed = v[14];
	return s;
}

static void visit(struct search *g, const struct state *s)
{
	u64 key = pack(s) + 1;
	u32 at = (u32)((key * 0x9E3779B97F4A7C15ULL) >> (64 - TABLE_BITS));

	while (g->seen[at]) {
		if (g->seen[at] == key)
			return;
		at = (at + 1) % TABLE_SIZE;
	}
	assert_true(g->count < TABLE_SIZE / 2);
	g->seen[at] = key;
	g->count++;
	g->todo[g->todo_count++] = key - 1;
}

static bool has_room(const struct search *g, u32 write, u32 read, u32 units)
{
	return ring_fits(ring_bytes_free(write * 8, read * 8, g->size), units * 8);
}

static u32 advance(const struct search *g, u32 index, u32 units)
{
	return ring_index_add(index * 8, units * 8, g->size) / 8;
}

/* The packet is in. Whoever tells of packets late may go on with the next one, or tell now. */
static void producer_stored(struct search *g, struct state s)
{
	u32 owed = s.owed + s.total < g->size / 8 ? s.owed + s.total : g->size / 8;

	s.old_write = s.write;
	s.write = advance(g, s.write, s.total);
	s.total = 0;
	s.p_at = P_MASK;
	if (s.owed)
		s.owed = owed;
	visit(g, &s);
	if (!g->rules->after_many)
		return;
	s.owed = owed;
	s.old_write = 0;
	s.p_at = P_IDLE;
	visit(g, &s);
}

static bool producer_signals(const struct search *g, const struct state *s)
{
	if (!s->owed)
		return g->rules->after_write(0, s->old_write * 8, s->read * 8);
	return g->rules->after_many(0, ring_bytes_used(s->write * 8, s->read * 8, g->size), s->owed * 8);
}

/* 9.7 and 9.9. s is a copy: each path visits what it leads to. */
static void producer_step(struct search *g, struct state s)
{
	u32 units;

	switch (s.p_at) {
	case P_IDLE:
		s.p_at = P_ROOM;
		for (units = 1; units < g->size / 8; units++) {
			s.total = units;
			visit(g, &s);
		}
		if (!s.owed)
			return;
		s.total = 0;
		s.p_at = P_MASK;
		break;
	case P_ROOM:
		s.p_at = has_room(g, s.write, s.read, s.total) ? P_STORE : P_SET_PENDING;
		/* A full ring whose reader knows nothing would stay full. */
		if (s.p_at == P_SET_PENDING && s.owed) {
			s.total = 0;
			s.p_at = P_MASK;
		}
		break;
	case P_SET_PENDING:
		s.pending = s.total;
		s.p_at = g->rules->recheck_room ? P_RECHECK : P_WAIT;
		break;
	case P_RECHECK:
		s.p_at = has_room(g, s.write, s.read, s.total) ? P_CLEAR : P_WAIT;
		break;
	case P_WAIT:
		if (!s.irq_producer)
			return;
		s.irq_producer = 0;
		s.p_at = P_RECHECK;
		break;
	case P_CLEAR:
		s.pending = 0;
		s.p_at = P_STORE;
		break;
	case P_STORE:
		producer_stored(g, s);
		return;
	case P_MASK:
		s.p_at = s.mask ? P_IDLE : P_READ;
		if (s.mask)
			s.old_write = s.owed = 0;
		break;
	case P_READ:
		s.p_at = producer_signals(g, &s) ? P_SIGNAL : P_IDLE;
		s.old_write = s.owed = 0;
		break;
	case P_SIGNAL:
		s.irq_consumer = 1;
		s.p_at = P_IDLE;
		break;
	}
	visit(g, &s);
}

/* 9.8 and 9.10 */
static void consumer_step(struct search *g, struct state s)
{
	u32 units, used, free;

	switch (s.c_at) {
	case C_SLEEP:
		if (!s.irq_consumer)
			return;
		s.irq_consumer = 0;
		s.c_at = C_MASK;
		break;
	case C_MASK:
		s.mask = 1;
		s.c_at = C_LOOK;
		break;
	case C_LOOK:
		s.seen_write = s.write;
		s.c_at = s.write == s.private_read ? C_UNMASK : C_CONSUME;
		if (s.c_at == C_UNMASK)
			s.seen_write = 0;
		break;
	case C_CONSUME:
		used = ring_bytes_used(s.seen_write * 8, s.private_read * 8, g->size) / 8;
		s.seen_write = 0;
		s.c_at = C_COMMIT;
		for (units = 1; units <= used; units++) {
			s.private_read = advance(g, s.private_read, 1);
			s.freed = units;
			visit(g, &s);
		}
		return;
	case C_COMMIT:
		s.read = s.private_read;
		s.c_at = C_PENDING;
		break;
	case C_PENDING:
		s.seen_pending = s.pending;
		s.c_at = s.pending ? C_FREE : C_LOOK;
		if (!s.pending)
			s.freed = 0;
		break;
	case C_FREE:
		free = ring_bytes_free(s.write * 8, s.private_read * 8, g->size);
		s.c_at = g->rules->after_read(s.seen_pending * 8, free, s.freed * 8) ? C_SIGNAL :
										       C_LOOK;
		s.seen_pending = 0;
		s.freed = 0;
		break;
	case C_SIGNAL:
		s.irq_producer = 1;
		s.c_at = C_LOOK;
		break;
	case C_UNMASK:
		s.mask = 0;
		s.c_at = g->rules->recheck_data ? C_RECHECK : C_SLEEP;
		break;
	case C_RECHECK:
		s.c_at = s.write == s.private_read ? C_SLEEP : C_MASK;
		break;
	}
	visit(g, &s);
}

/* A side sleeps although it has work, no interrupt is on its way, and nobody is about to send one. */
static void judge(struct search *g, const struct state *s)
{
	bool to_signal_data = s->p_at == P_MASK || s->p_at == P_READ || s->p_at == P_SIGNAL;
	bool to_tell = s->owed && (s->p_at == P_IDLE || s->p_at == P_ROOM || s->p_at == P_STORE);
	bool to_signal_room = s->c_at == C_PENDING || s->c_at == C_FREE || s->c_at == C_SIGNAL;

	if (s->c_at == C_SLEEP && !s->irq_consumer && s->write != s->read && !to_signal_data && !to_tell)
		g->missed_data = true;
	if (s->p_at == P_WAIT && !s->irq_producer && has_room(g, s->write, s->read, s->total) &&
	    !to_signal_room)
		g->missed_room = true;
}

static void explore(struct search *g, const struct rules *rules, u32 size)
{
	struct state s;

	memset(g, 0, sizeof(*g));
	g->rules = rules;
	g->size = size;
	g->seen = calloc(TABLE_SIZE, sizeof(u64));
	g->todo = calloc(TABLE_SIZE / 2, sizeof(u64));
	assert_non_null(g->seen);
	assert_non_null(g->todo);
	memset(&s, 0, sizeof(s));
	visit(g, &s);
	while (g->todo_count) {
		s = unpack(g->todo[--g->todo_count]);
		judge(g, &s);
		producer_step(g, s);
		consumer_step(g, s);
	}
	free(g->seen);
	free(g->todo);
}

static const struct rules ours = { "ours", ring_signal_after_write, ring_signal_after_read, true,
				   true, NULL };
static const struct rules late = { "ours, of many at once", ring_signal_after_write, ring_signal_after_read, true,
				   true, ring_signal_after_many };

static void no_wake_up_is_missed(void **state)
{
	struct search g;
	u32 size;

	(void)state;
	for (size = 16; size <= 48; size += 8) {
		explore(&g, &ours, size);
		print_message("ring of %u bytes: %u states\n", size, g.count);
		assert_true(g.count > 50); /* the search did go somewhere */
		assert_false(g.missed_data);
		assert_false(g.missed_room);
	}
}

static void nor_when_told_late(void **state)
{
	struct search g;
	u32 size;

	(void)state;
	for (size = 16; size <= 40; size += 8) {
		explore(&g, &late, size);
		print_message("ring of %u bytes: %u states\n", size, g.count);
		assert_true(g.count > 50);
		assert_false(g.missed_data);
		assert_false(g.missed_room);
	}
}

static bool never(u32 a, u32 b, u32 c)
{
	(void)a;
	(void)b;
	(void)c;
	return false;
}

static bool when_not_empty_before(u32 mask, u32 old_write, u32 read)
{
	return !mask && old_write != read;
}

static bool strictly_less_before(u32 pending, u32 free_now, u32 freed)
{
	return pending && free_now > pending && (u64)pending + freed > free_now;
}

static bool not_when_drained(u32 pending, u32 free_now, u32 freed)
{
	return free_now < 32 && ring_signal_after_read(pending, free_now, freed);
}

static bool forgets_what_was_freed(u32 pending, u32 free_now, u32 freed)
{
	(void)freed;
	return ring_signal_after_read(pending, free_now, 0);
}

/* As if the host could stop before the first of them only. */
static bool all_unread(u32 mask, u32 unread, u32 owed)
{
	return !mask && unread == owed;
}

static void broken_rules_are_found(void **state)
{
	static const struct {
		struct rules rules;
		bool data, room;
	} t[] = {
		{ { "no signal after write", never, ring_signal_after_read, true, true, NULL },
		  true, false },
		{ { "signal when it was not empty", when_not_empty_before, ring_signal_after_read,
		    true, true, NULL }, true, false },
		{ { "no look after unmasking", ring_signal_after_write, ring_signal_after_read, true,
		    false, NULL }, true, false },
		{ { "no signal after read", ring_signal_after_write, never, true, true, NULL },
		  false, true },
		{ { "room before equal to pending", ring_signal_after_write, strictly_less_before,
		    true, true, NULL }, false, true },
		{ { "no signal for a drained ring", ring_signal_after_write, not_when_drained, true,
		    true, NULL }, false, true },
		{ { "freed bytes not counted", ring_signal_after_write, forgets_what_was_freed, true,
		    true, NULL }, false, true },
		{ { "no look after setting pending", ring_signal_after_write,
		    ring_signal_after_read, false, true, NULL }, false, true },
		{ { "none of many was read", ring_signal_after_write, ring_signal_after_read, true,
		    true, all_unread }, true, false },
		{ { "no signal after many", ring_signal_after_write, ring_signal_after_read, true,
		    true, never }, true, false },
	};
	struct search g;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		explore(&g, &t[i].rules, 32);
		if ((t[i].data && !g.missed_data) || (t[i].room && !g.missed_room))
			fail_msg("the search does not see what is wrong with: %s", t[i].rules.name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_wake_up_is_missed),
		cmocka_unit_test(nor_when_told_late),
		cmocka_unit_test(broken_rules_are_found),
	};

	return cmocka_run_group_tests_name("ring_model", tests, NULL, NULL);
}
