/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: synthetic video (docs/wire/07-input-video.md 3). Messages stand behind the pipe header.
 */
#ifndef _WIRE_VIDEO_H
#define _WIRE_VIDEO_H

#include <wire/hypervisor.h>

/* 3.1: major in the low half */
#define SYNTHVID_VERSION(major, minor) ((__u32)(((minor) << 16) | (major)))
#define SYNTHVID_VERSION_3_0 SYNTHVID_VERSION(3, 0)
#define SYNTHVID_VERSION_3_2 SYNTHVID_VERSION(3, 2)
#define SYNTHVID_VERSION_3_5 SYNTHVID_VERSION(3, 5)
#define SYNTHVID_MAJOR(version) ((version) & 0xFFFF)
#define SYNTHVID_MINOR(version) (((version) >> 16) & 0xFF)

/* 3.2 */
enum synthvid_type {
	SYNTHVID_ERROR = 0,
	SYNTHVID_VERSION_REQUEST = 1,
	SYNTHVID_VERSION_RESPONSE = 2,
	SYNTHVID_VRAM_LOCATION = 3,
	SYNTHVID_VRAM_LOCATION_ACK = 4,
	SYNTHVID_SITUATION_UPDATE = 5,
	SYNTHVID_SITUATION_UPDATE_ACK = 6,
	SYNTHVID_POINTER_POSITION = 7,
	SYNTHVID_POINTER_SHAPE = 8,
	SYNTHVID_FEATURE_CHANGE = 9,
	SYNTHVID_DIRT = 10,
	SYNTHVID_BIOS_INFO_REQUEST = 11,
	SYNTHVID_BIOS_INFO_RESPONSE = 12,
	SYNTHVID_RESOLUTION_REQUEST = 13,
	SYNTHVID_RESOLUTION_RESPONSE = 14,
	SYNTHVID_CAPABILITY_REQUEST = 15,
	SYNTHVID_CAPABILITY_RESPONSE = 16
};

struct synthvid_hdr {
	__u32 type;
	__u32 size; /* senders differ in what they count: do not depend on it */
};

struct synthvid_version_request {
	struct synthvid_hdr hdr;
	__u32 version;
};

struct synthvid_version_response {
	struct synthvid_hdr hdr;
	__u32 version;
	__u8 accepted; /* 0 no, 1 yes, 2 yes, and version is the responder's */
	__u8 max_outputs;
} HVW_PACKED;

struct synthvid_vram_location {
	struct synthvid_hdr hdr;
	__u64 context;
	__u8 gpa_given;
	__u64 gpa;
} HVW_PACKED;

struct synthvid_ack {
	struct synthvid_hdr hdr;
	__u64 context;
};

struct synthvid_output {
	__u8 active;
	__u32 vram_offset; /* 0 */
	__u8 depth; /* bits */
	__u32 width;
	__u32 height;
	__u32 pitch; /* bytes */
} HVW_PACKED;

struct synthvid_situation {
	struct synthvid_hdr hdr;
	__u64 context;
	__u8 outputs; /* 1 */
	struct synthvid_output output;
} HVW_PACKED;

struct synthvid_pointer_position {
	struct synthvid_hdr hdr;
	__u8 visible;
	__u8 output;
	__s32 x;
	__s32 y;
} HVW_PACKED;

#define SYNTHVID_CURSOR_MAX 96 /* pixels each way */
#define SYNTHVID_CURSOR_PART_MAX 8192
#define SYNTHVID_CURSOR_COMPLETE 0xFF
#define SYNTHVID_CURSOR_ARGB 1

struct synthvid_pointer_shape {
	struct synthvid_hdr hdr;
	__u8 part;
	__u8 argb;
	__u32 width;
	__u32 height;
	__u32 hot_x;
	__u32 hot_y;
	__u8 data[4];
} HVW_PACKED;

struct synthvid_feature_change {
	struct synthvid_hdr hdr;
	__u8 dirt_needed;
	__u8 position_needed;
	__u8 shape_needed;
	__u8 situation_needed;
};

struct synthvid_rect {
	__s32 left;
	__s32 top;
	__s32 right; /* exclusive */
	__s32 bottom;
} HVW_PACKED;

#define SYNTHVID_RECTS_MAX 255

struct synthvid_dirt {
	struct synthvid_hdr hdr;
	__u8 output;
	__u8 count;
	struct synthvid_rect rect[1];
} HVW_PACKED;

struct synthvid_bios_info {
	struct synthvid_hdr hdr;
	__u32 stop_device_supported;
	__u8 reserved[12];
};

#define SYNTHVID_RESOLUTIONS_MAX 64
#define SYNTHVID_EDID_SIZE 128

struct synthvid_resolution_request {
	struct synthvid_hdr hdr;
	__u8 maximum_count;
} HVW_PACKED;

struct synthvid_resolution {
	__u16 width;
	__u16 height;
};

struct synthvid_resolution_response {
	struct synthvid_hdr hdr;
	__u8 edid[SYNTHVID_EDID_SIZE];
	__u8 count;
	__u8 default_index;
	__u8 is_standard;
	struct synthvid_resolution mode[SYNTHVID_RESOLUTIONS_MAX];
} HVW_PACKED;

struct synthvid_capabilities {
	struct synthvid_hdr hdr;
	__u32 lock_on_disconnect;
	__u32 reserved[15];
};

#endif
