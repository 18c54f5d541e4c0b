/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the table of requests in flight on one channel (docs/wire/02-vmbus.md 9.11).
 *
 * A transaction id on the wire is slot + 1, and above it the turn in which the slot was taken; 0 is never issued. The
 * host's completion is accepted only when its id names a slot in flight in this very turn. So an invented, repeated or
 * late id finds nothing, also where the slot has been taken again meanwhile (which is at once: the last that ended is
 * the next to be taken). The caller holds the table's lock and owns its memory.
 */
#ifndef _LIS_REQUEST_ID_H
#define _LIS_REQUEST_ID_H

#include "pure.h"

#define REQUEST_ID_ERROR 0xFFFFFFFFFFFFFFFEULL /* no slot, or no such request */

struct request_slot {
	u64 addr; /* what the driver stored with the request */
	u32 next_free; /* index of the next free slot + 1; 0 ends the list */
	u32 turn; /* 0: free */
};

struct request_table {
	struct request_slot *slots; /* NULL: the channel has no table */
	u32 size;
	u32 first_free; /* index + 1 */
	u32 in_flight;
	u32 turn; /* the newest; begins anew after 2^32 requests */
};

/* Take the caller's array of size slots into use, all free. */
void request_table_init(struct request_table *t, struct request_slot *slots, u32 size);

/* Store addr; return the transaction id, or REQUEST_ID_ERROR when the table is full. */
u64 request_table_get(struct request_table *t, u64 addr);

/* The transaction id of what is in flight in slot i, below the table's size; 0 when it is free. */
static inline u64 request_table_id(const struct request_table *t, u32 i)
{
	u32 turn = t->slots[i].turn;

	return turn ? (u64)turn << 32 | (i + 1) : 0;
}

/*
 * End the request of trans_id, and return what was stored with it, or REQUEST_ID_ERROR when no such request is in
 * flight.
 */
u64 request_table_put(struct request_table *t, u64 trans_id);

/* As request_table_put(), but only when the stored value is addr. */
u64 request_table_put_match(struct request_table *t, u64 trans_id, u64 addr);

#endif
