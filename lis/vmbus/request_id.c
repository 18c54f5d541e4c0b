// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: the table of requests in flight on one channel (docs/wire/02-vmbus.md 9.11).
 */
#include "request_id.h"

void request_table_init(struct request_table *t, struct request_slot *slots, u32 size)
{
	u32 i;

	if (!slots)
		size = 0;
	for (i = 0; i < size; i++) {
		slots[i].addr = 0;
		slots[i].turn = 0;
		slots[i].next_free = i + 1 < size ? i + 2 : 0;
	}
	t->slots = slots;
	t->size = size;
	t->first_free = size ? 1 : 0;
	t->in_flight = 0;
	t->turn = 0;
}

u64 request_table_get(struct request_table *t, u64 addr)
{
	u32 id = t->first_free;
	struct request_slot *slot;

	if (id == 0)
		return REQUEST_ID_ERROR;
	slot = &t->slots[id - 1];
	t->first_free = slot->next_free;
	t->in_flight++;
	if (!++t->turn)
		t->turn = 1;
	slot->next_free = 0;
	slot->turn = t->turn;
	slot->addr = addr;
	return request_table_id(t, id - 1);
}

static struct request_slot *find_in_flight(struct request_table *t, u64 trans_id)
{
	u32 slot = (u32)trans_id;

	if (slot == 0 || slot > t->size)
		return NULL;
	return request_table_id(t, slot - 1) == trans_id ? &t->slots[slot - 1] : NULL;
}

static u64 end_request(struct request_table *t, struct request_slot *slot)
{
	u64 addr = slot->addr;

	slot->addr = 0;
	slot->turn = 0;
	slot->next_free = t->first_free;
	t->first_free = (u32)(slot - t->slots) + 1;
	t->in_flight--;
	return addr;
}

u64 request_table_put(struct request_table *t, u64 trans_id)
{
	struct request_slot *slot = find_in_flight(t, trans_id);

	return slot ? end_request(t, slot) : REQUEST_ID_ERROR;
}

u64 request_table_put_match(struct request_table *t, u64 trans_id, u64 addr)
{
	struct request_slot *slot = find_in_flight(t, trans_id);

	return slot && slot->addr == addr ? end_request(t, slot) : REQUEST_ID_ERROR;
}
