/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: file copy from host to guest (docs/wire/03-integration-components.md 9), and what passes between driver and
 * daemon on /dev/vmbus/hv_fcopy (7.3): the same structures, names in UTF-8, answers of 4 bytes.
 */
#ifndef _WIRE_FCOPY_H
#define _WIRE_FCOPY_H

#include <wire/ic.h>

enum fcopy_op {
	FCOPY_START = 0,
	FCOPY_WRITE = 1,
	FCOPY_COMPLETE = 2,
	FCOPY_CANCEL = 3
};

#define FCOPY_OVERWRITE 1
#define FCOPY_CREATE_PATH 2
#define FCOPY_NAME_BYTES 520
#define FCOPY_NAME_UNITS 260
#define FCOPY_CHUNK 6144

struct fcopy_hdr {
	__u32 op;
	struct hvw_guid service0;
	struct hvw_guid service1;
} HVW_PACKED;

struct fcopy_start {
	struct fcopy_hdr hdr;
	__u8 name[FCOPY_NAME_BYTES]; /* UTF-16LE */
	__u8 path[FCOPY_NAME_BYTES];
	__u32 flags;
	__u64 size;
} HVW_PACKED;

struct fcopy_write {
	struct fcopy_hdr hdr;
	__u32 reserved;
	__u64 offset;
	__u32 size;
	__u8 data[FCOPY_CHUNK];
} HVW_PACKED;

/* 7.3 */
#define FCOPY_DAEMON_VERSION_0 0
#define FCOPY_DAEMON_VERSION_1 1

#endif
