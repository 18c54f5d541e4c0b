// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: a set of page frames. See dm_record.h for the contracts.
 */
#include "dm_record.h"

#define WORD_BITS 64

struct dm_chunk *dm_record_chunk(const struct dm_record *r, u64 pfn)
{
	u64 index = pfn / DM_CHUNK_BITS;
	struct dm_chunk *c;

	for (c = r->bucket[index % DM_RECORD_BUCKETS]; c; c = c->next) {
		if (c->index == index)
			return c;
	}
	return NULL;
}

bool dm_record_attach(struct dm_record *r, struct dm_chunk *chunk, u64 pfn)
{
	u64 index = pfn / DM_CHUNK_BITS;

	if (dm_record_chunk(r, pfn))
		return false;
	chunk->index = index;
	chunk->used = 0;
	chunk->whole = 0;
	chunk->next = r->bucket[index % DM_RECORD_BUCKETS];
	r->bucket[index % DM_RECORD_BUCKETS] = chunk;
	return true;
}

void dm_record_detach(struct dm_record *r, struct dm_chunk *chunk)
{
	struct dm_chunk **link = &r->bucket[chunk->index % DM_RECORD_BUCKETS];

	for (; *link; link = &(*link)->next) {
		if (*link == chunk) {
			*link = chunk->next;
			r->pages -= chunk->used;
			return;
		}
	}
}

static u64 unit_mask(u64 pfn)
{
	return 1ULL << (pfn % DM_CHUNK_BITS / DM_UNIT_PAGES);
}

void dm_chunk_set_whole(struct dm_chunk *chunk, u64 pfn)
{
	chunk->whole |= unit_mask(pfn);
}

bool dm_chunk_take_whole(struct dm_chunk *chunk, u64 pfn)
{
	u64 mask = unit_mask(pfn);
	bool whole = (chunk->whole & mask) != 0;

	chunk->whole &= ~mask;
	return whole;
}

struct dm_chunk *dm_record_any(const struct dm_record *r)
{
	u32 i;

	for (i = 0; i < DM_RECORD_BUCKETS; i++) {
		if (r->bucket[i])
			return r->bucket[i];
	}
	return NULL;
}

bool dm_record_has(const struct dm_record *r, u64 pfn)
{
	const struct dm_chunk *c = dm_record_chunk(r, pfn);
	u32 bit = pfn % DM_CHUNK_BITS;

	return c && (c->bits[bit / WORD_BITS] >> (bit % WORD_BITS) & 1);
}

/* The bits from..to-1 of the word they lie in (to may be the word's end). */
static u64 word_mask(u32 from, u32 to)
{
	u64 low = ~0ULL << (from % WORD_BITS);
	u64 high = to % WORD_BITS ? ~0ULL >> (WORD_BITS - to % WORD_BITS) : ~0ULL;

	return low & high;
}

/* By halves; the compiler's own may call a library the kernel has not. */
static u32 popcount(u64 v)
{
	v -= (v >> 1) & 0x5555555555555555ULL;
	v = (v & 0x3333333333333333ULL) + ((v >> 2) & 0x3333333333333333ULL);
	v = (v + (v >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
	return (v * 0x0101010101010101ULL) >> 56;
}

enum bit_op { BIT_ASK, BIT_SET, BIT_CLEAR };

/* Apply op to bits from..to-1 of one chunk; return how many it concerned (set for ask and clear, unset for set). */
static u32 chunk_apply(struct dm_chunk *c, u32 from, u32 to, enum bit_op op)
{
	u32 n = 0;

	while (from < to) {
		u32 word_end = (from / WORD_BITS + 1) * WORD_BITS;
		u32 stop = to < word_end ? to : word_end;
		u64 mask = word_mask(from, stop);
		u64 *word = &c->bits[from / WORD_BITS];

		n += popcount(op == BIT_SET ? ~*word & mask : *word & mask);
		if (op == BIT_SET)
			*word |= mask;
		else if (op == BIT_CLEAR)
			*word &= ~mask;
		from = stop;
	}
	return n;
}

static u64 chunk_end(u64 pfn)
{
	return (pfn / DM_CHUNK_BITS + 1) * DM_CHUNK_BITS;
}

static u64 record_apply(const struct dm_record *r, u64 pfn, u64 end, enum bit_op op)
{
	u64 total = 0;

	while (pfn < end) {
		u64 stop = chunk_end(pfn) < end ? chunk_end(pfn) : end;
		struct dm_chunk *c = dm_record_chunk(r, pfn);
		u32 from = pfn % DM_CHUNK_BITS;
		u32 n;

		if (c) {
			n = chunk_apply(c, from, from + (u32)(stop - pfn), op);
			if (op == BIT_SET)
				c->used += n;
			else if (op == BIT_CLEAR)
				c->used -= n;
			total += n;
		}
		pfn = stop;
	}
	return total;
}

u64 dm_record_count(const struct dm_record *r, u64 pfn, u64 pages)
{
	return record_apply(r, pfn, pfn + pages, BIT_ASK);
}

u64 dm_record_set(struct dm_record *r, u64 pfn, u64 pages)
{
	u64 n = record_apply(r, pfn, pfn + pages, BIT_SET);

	r->pages += n;
	return n;
}

u64 dm_record_clear(struct dm_record *r, u64 pfn, u64 pages)
{
	u64 n = record_apply(r, pfn, pfn + pages, BIT_CLEAR);

	r->pages -= n;
	return n;
}

/* The first bit equal to want at or behind from, or to. */
static u32 next_bit(const struct dm_chunk *c, u32 from, u32 to, bool want)
{
	while (from < to) {
		u64 word = c->bits[from / WORD_BITS];

		word = (want ? word : ~word) >> (from % WORD_BITS);
		if (word & 1)
			return from;
		if (!word)
			from = (from / WORD_BITS + 1) * WORD_BITS;
		else
			from++;
	}
	return to;
}

u64 dm_record_run(const struct dm_record *r, u64 *pfn, u64 end)
{
	while (*pfn < end) {
		u64 stop = chunk_end(*pfn) < end ? chunk_end(*pfn) : end;
		u64 base = *pfn - *pfn % DM_CHUNK_BITS;
		const struct dm_chunk *c = dm_record_chunk(r, *pfn);
		u32 from, to;

		if (c && c->used) {
			from = next_bit(c, *pfn % DM_CHUNK_BITS, (u32)(stop - base), true);
			*pfn = base + from;
			if (*pfn < stop) {
				to = next_bit(c, from, (u32)(stop - base), false);
				return to - from;
			}
		}
		*pfn = stop;
	}
	return 0;
}
