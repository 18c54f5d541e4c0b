// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of requests in flight, with completions whose ids the host chooses.
 */
#include "fuzz.h"
#include "../../lis/vmbus/request_id.h"

#define SLOTS 6

struct shadow {
	u64 addr[SLOTS];
	u64 live[SLOTS]; /* ids in flight, 0: none */
	u32 count;
};

static void ask(struct request_table *t, struct shadow *s, u64 addr)
{
	u64 id = request_table_get(t, addr);
	u32 slot;

	if (s->count == t->size) {
		PROMISE(id == REQUEST_ID_ERROR);
		return;
	}
	slot = (u32)id - 1;
	PROMISE(slot < t->size && !s->live[slot]);
	s->live[slot] = id;
	s->addr[slot] = addr;
	s->count++;
}

static void complete(struct request_table *t, struct shadow *s, u64 id, bool match, u64 addr)
{
	u32 slot = (u32)id - 1;
	bool known = id && slot < t->size && s->live[slot] == id;
	u64 got = match ? request_table_put_match(t, id, addr) : request_table_put(t, id);

	if (!known || (match && s->addr[slot] != addr)) {
		PROMISE(got == REQUEST_ID_ERROR);
		return;
	}
	PROMISE(got == s->addr[slot]);
	s->live[slot] = 0;
	s->count--;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct request_slot *slots;
	struct request_table t;
	struct shadow s;
	u32 n = take8(&in) % (SLOTS + 1);
	u64 id;
	u8 op;

	memset(&s, 0, sizeof(s));
	/* Exactly n slots, so that ASan sees the first step outside. */
	slots = n ? malloc(n * sizeof(*slots)) : NULL;
	request_table_init(&t, slots, n);
	while (in.left) {
		op = take8(&in);
		id = op & 0x80 ? take64(&in) : (op >> 3) & 7;
		/* A number alone could not guess the turn. */
		if (id && id <= n && op & 0x40)
			id = request_table_id(&t, (u32)id - 1);
		if ((op & 3) == 0)
			ask(&t, &s, id);
		else
			complete(&t, &s, id, (op & 3) == 1, op & 4 ? take8(&in) : id);
		PROMISE(t.in_flight == s.count);
	}
	free(slots);
	return 0;
}
