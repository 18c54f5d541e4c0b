/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: dynamic memory messages (docs/wire/06-balloon.md): the host's are checked here, ours are built here.
 *
 * A function that checks takes a private copy of the message and never trusts a field before it has been compared
 * with the number of bytes received. Counts are 4 KiB pages throughout.
 */
#ifndef _LIS_DM_CHECK_H
#define _LIS_DM_CHECK_H

#include "pure.h"
#include <wire/balloon.h>

#define DM_CHUNK_PAGES 512 /* a 2 MiB unit */
#define DM_ALIGN_CLASSIC_PAGES 32768 /* 128 MiB, what hosts align hot added memory to when nothing else is said */

struct dm_range {
	u64 pfn;
	u32 pages;
};

struct dm_hot_add {
	struct dm_range range;
	struct dm_range region; /* pages 0: the host named none */
};

/* A range of whole or partial blocks, cut at block borders by dm_next_block(). */
struct dm_block {
	u64 block; /* first PFN of the block */
	u64 pfn; /* first wanted PFN in it */
	u32 pages; /* wanted pages in it */
};

/*
 * Is buf (len bytes received) a message a host may send under this protocol version, whole and long enough for its
 * type? Return the type and store the message's own size (<= len) in *size, or -EINVAL. -ENOMSG means well formed, but
 * of a type unknown here.
 */
int dm_check_message(const void *buf, u32 len, u32 version, u32 *size);

/* VERSION_RESPONSE and CAPABILITIES_RESPONSE: the 64 answer bits. The message has passed dm_check_message(). */
u64 dm_response_bits(const void *buf);

/* BALLOON_REQUEST: how many pages the host wants. */
u32 dm_balloon_pages(const void *buf);

/* UNBALLOON_REQUEST of size bytes: return 0, or -EINVAL when it holds fewer ranges than it says. */
int dm_check_unballoon(const void *buf, u32 size, u32 *count, bool *more);

/* Range i of a checked UNBALLOON_REQUEST; false when the range is empty or leaves the address space. */
bool dm_unballoon_range(const void *buf, u32 i, struct dm_range *range);

/*
 * HOT_ADD_REQUEST of size bytes, for a guest with max_pfn addressable pages: return 0, or -EINVAL when a range is empty
 * or out of bounds, or when the region does not enclose the range.
 */
int dm_check_hot_add(const void *buf, u32 size, u64 max_pfn, struct dm_hot_add *out);

/* INFO of size bytes: true when it carries the maximum page count; false for what the guest may ignore. */
bool dm_info_max_pages(const void *buf, u32 size, u64 *pages);

/* The version to propose after `version` (0: the first), newest first; 0 at the end. */
u32 dm_next_version(u32 version);

bool dm_range_decode(u64 wire, struct dm_range *range);
u64 dm_range_encode(u64 pfn, u32 pages);

/* Build the fixed-size messages; each returns the length to send. */
u32 dm_build_version(struct dm_version_request *msg, u32 trans_id, u32 version);
u32 dm_build_capabilities(struct dm_capabilities *msg, u32 trans_id, bool balloon, bool hot_add, u64 align_pages);
u32 dm_build_status(struct dm_status *msg, u32 trans_id, u64 available, u64 committed);
u32 dm_build_unballoon_response(struct dm_hdr *msg, u32 trans_id);
u32 dm_build_hot_add_response(struct dm_hot_add_response *msg, u32 trans_id, u32 pages, bool permanent);

/* BALLOON_RESPONSE: empty it, add ranges until it is full (false), then close it; the last gives the length to send. */
void dm_balloon_response_start(struct dm_balloon_response *msg);
bool dm_balloon_response_add(struct dm_balloon_response *msg, u64 pfn, u32 pages);
u32 dm_balloon_response_end(struct dm_balloon_response *msg, u32 trans_id, bool more);

/* 4: log2 of the hot add alignment in MiB for a block of this many pages, within the field's 4 bits. */
u32 dm_align_log2_mib(u64 block_pages);

/* 5: what a guest of this many pages keeps for itself. */
u64 dm_floor(u64 ram_pages);

/* 5: the figure the host steers by. */
u64 dm_committed(u64 vm_committed, u64 ballooned, u64 added, u64 onlined, u64 floor);

/* 6: how many of the wanted pages may go while floor pages stay available. */
u32 dm_balloon_limit(u32 wanted, u64 available, u64 floor);

/* Cut the next piece off range (which shrinks) at the next border of block_pages, a power of two. False at the end. */
bool dm_next_block(struct dm_range *range, u64 block_pages, struct dm_block *out);

/* 11: one cold-discard element for pages (multiple of 512) from a PFN aligned to 512, at most 2048 units; 0 refused. */
u64 dm_heat_range(u64 pfn, u64 pages);

#endif
