/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: a set of page frames, one bit each.
 *
 * The balloon keeps one of the pages it gave to the host, hot add keeps two (backed by the host; handed to the page
 * allocator). What the host names is looked up here and nowhere else, so it cannot make the guest free or online a
 * page on its word alone.
 *
 * The set allocates nothing: the caller attaches a chunk (128 MiB worth of bits) before it sets bits there. Clearing
 * and asking never need memory, so giving pages back cannot fail. The caller serialises all calls on one record.
 */
#ifndef _LIS_DM_RECORD_H
#define _LIS_DM_RECORD_H

#include "pure.h"

#define DM_CHUNK_BITS 32768
#define DM_CHUNK_WORDS (DM_CHUNK_BITS / 64)
#define DM_RECORD_BUCKETS 256
#define DM_UNIT_PAGES 512 /* 2 MiB, what is allocated at once when it can be had */

struct dm_chunk {
	struct dm_chunk *next;
	u64 index; /* PFN / DM_CHUNK_BITS */
	u64 whole; /* one bit a unit: its pages are one allocation still, to be freed as one */
	u32 used; /* bits set */
	u64 *bits; /* DM_CHUNK_WORDS of them, 4096 bytes, the caller's */
};

struct dm_record {
	struct dm_chunk *bucket[DM_RECORD_BUCKETS];
	u64 pages; /* bits set in all chunks */
};

/* The chunk that holds pfn, or NULL. */
struct dm_chunk *dm_record_chunk(const struct dm_record *r, u64 pfn);

/* Give the record a chunk for pfn's 128 MiB; bits must be zero. False when it has one already. */
bool dm_record_attach(struct dm_record *r, struct dm_chunk *chunk, u64 pfn);

/* Take a chunk out of the record, with whatever bits it has; the caller frees it. */
void dm_record_detach(struct dm_record *r, struct dm_chunk *chunk);

/* Note that the unit pfn lies in is one allocation. */
void dm_chunk_set_whole(struct dm_chunk *chunk, u64 pfn);

/* Was the unit pfn lies in one allocation? Afterwards it is not: the caller frees it, or takes it apart. */
bool dm_chunk_take_whole(struct dm_chunk *chunk, u64 pfn);

/* Any chunk, or NULL when the record has none: for taking it apart. */
struct dm_chunk *dm_record_any(const struct dm_record *r);

bool dm_record_has(const struct dm_record *r, u64 pfn);

/* How many of the pages are in the set? */
u64 dm_record_count(const struct dm_record *r, u64 pfn, u64 pages);

/* Set pages; return how many were newly set. Pages without a chunk stay unset. */
u64 dm_record_set(struct dm_record *r, u64 pfn, u64 pages);

/* Clear pages; return how many had been set. */
u64 dm_record_clear(struct dm_record *r, u64 pfn, u64 pages);

/*
 * The first run of set pages at or behind *pfn and before end. Moves *pfn to its start and returns its length, cut at
 * end and at the chunk's border; 0 when there is none.
 */
u64 dm_record_run(const struct dm_record *r, u64 *pfn, u64 end);

#endif
