/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: dynamic memory messages and memory hints of a guest (docs/wire/06-balloon.md): bytes in, values out. */
#ifndef HOST_DEV_DM_PARSE_H
#define HOST_DEV_DM_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/balloon.h>

struct dm_pages {
	uint64_t pfn, count; /* count >= 1, and no overflow in bytes */
};

/* What fits the message's type. */
struct dm_guest_msg {
	uint16_t type;
	uint32_t trans_id;
	uint32_t version; /* VERSION_REQUEST */
	bool last_attempt;
	uint64_t caps, min_pages, max_pfn; /* CAPABILITIES_REPORT */
	unsigned int align_mb;		   /* of hot add, from caps */
	uint64_t available, committed;	   /* STATUS_REPORT, in pages */
	bool more;			   /* BALLOON_RESPONSE */
	uint32_t range_count;
	const uint8_t *ranges; /* range_count * 8 bytes, into the packet */
	uint32_t pages, result; /* HOT_ADD_RESPONSE */
};

/* 0, or -EPROTO with *what saying what is wrong; also for what a guest never sends. */
int dm_parse_guest(const uint8_t *data, size_t len, struct dm_guest_msg *out, const char **what);
/* The index-th range; false when it is empty. */
bool dm_parse_range(const uint8_t *ranges, uint32_t index, struct dm_pages *out);

/* 11: a memory hint's input page. Returns the count of ranges that can be read, or -EINVAL. */
int dm_parse_hint(const uint8_t *in, size_t len, unsigned int reps, unsigned int *type);
/* The index-th range as bytes. False when reserved bits are set or it ends beyond 2^52. */
bool dm_parse_hint_range(const uint8_t *in, unsigned int index, uint64_t *gpa, uint64_t *bytes);
#define DM_HINT_COLD_DISCARD 2

#endif
