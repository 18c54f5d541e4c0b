/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: dynamic memory (docs/wire/06-balloon.md). All counts are 4 KiB pages.
 */
#ifndef _WIRE_BALLOON_H
#define _WIRE_BALLOON_H

#include <wire/hypervisor.h>

/* 2: versions */
#define DM_VERSION_0_3 0x00000003
#define DM_VERSION_1_0 0x00010000
#define DM_VERSION_2_0 0x00020000

/* 3: message types */
enum dm_msg_type {
	DM_ERROR = 0,
	DM_VERSION_REQUEST = 1,
	DM_VERSION_RESPONSE = 2,
	DM_CAPABILITIES_REPORT = 3,
	DM_CAPABILITIES_RESPONSE = 4,
	DM_STATUS_REPORT = 5,
	DM_BALLOON_REQUEST = 6,
	DM_BALLOON_RESPONSE = 7,
	DM_UNBALLOON_REQUEST = 8,
	DM_UNBALLOON_RESPONSE = 9,
	DM_HOT_ADD_REQUEST = 10,
	DM_HOT_ADD_RESPONSE = 11,
	DM_INFO = 12
};

#define DM_MSG_MAX 4096

/* 1 */
struct dm_hdr {
	__u16 type;
	__u16 size;
	__u32 trans_id;
} HVW_PACKED;

struct dm_version_request {
	struct dm_hdr hdr;
	__u32 version;
	__u32 is_last_attempt;
} HVW_PACKED;

/* VERSION_RESPONSE and CAPABILITIES_RESPONSE: bit 0 accepted; the latter: bit 1 hot remove, bit 2 quiet */
#define DM_RESPONSE_ACCEPTED 1ULL
#define DM_RESPONSE_SUPPRESS_STATUS 4ULL
struct dm_response {
	struct dm_hdr hdr;
	__u64 bits;
} HVW_PACKED;

#define DM_CAP_BALLOON 1ULL
#define DM_CAP_HOT_ADD 2ULL
#define DM_CAP_ALIGN_SHIFT 2 /* 4 bits: alignment is 2^n MiB */
struct dm_capabilities {
	struct dm_hdr hdr;
	__u64 caps;
	__u64 min_page_count;
	__u64 max_page_number;
} HVW_PACKED;

struct dm_status {
	struct dm_hdr hdr;
	__u64 available;
	__u64 committed;
	__u64 page_file_size;
	__u64 zero_free;
	__u32 page_file_writes;
	__u32 io_diff;
} HVW_PACKED;

struct dm_balloon_request {
	struct dm_hdr hdr;
	__u32 pages;
	__u32 reserved;
} HVW_PACKED;

/* A range: bits 0-39 first PFN, bits 40-63 page count */
#define DM_RANGE_PFN_MASK ((1ULL << 40) - 1)
#define DM_RANGE_COUNT_SHIFT 40
#define DM_RANGE_COUNT_MAX 0xFFFFFFU

#define DM_RANGES_MAX ((DM_MSG_MAX - 16) / 8)
struct dm_balloon_response {
	struct dm_hdr hdr;
	__u32 reserved;
	__u32 more_and_count; /* bit 0 more follow, bits 1-31 range count */
	__u64 ranges[DM_RANGES_MAX];
} HVW_PACKED;

struct dm_unballoon_request {
	struct dm_hdr hdr;
	__u32 more; /* bit 0 */
	__u32 range_count;
	__u64 ranges[DM_RANGES_MAX];
} HVW_PACKED;

struct dm_hot_add_request {
	struct dm_hdr hdr;
	__u64 range;
	__u64 region; /* only when hdr.size is 24 */
} HVW_PACKED;

struct dm_hot_add_response {
	struct dm_hdr hdr;
	__u32 pages;
	__u32 result;
} HVW_PACKED;

#define DM_INFO_MAX_PAGE_COUNT 0
struct dm_info {
	struct dm_hdr hdr;
	__u32 reserved;
	__u32 info_size;
	__u32 info_type;
	__u32 data_size;
	__u64 value;
} HVW_PACKED;

#endif
