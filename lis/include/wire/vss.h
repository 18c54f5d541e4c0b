/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: volume snapshots (docs/wire/03-integration-components.md 8), and what passes between driver and daemon on
 * /dev/vmbus/hv_vss (7.2).
 */
#ifndef _WIRE_VSS_H
#define _WIRE_VSS_H

#include <wire/ic.h>

enum vss_op {
	VSS_CREATE = 0,
	VSS_DELETE = 1,
	VSS_HOT_BACKUP = 2,
	VSS_GET_DM_INFO = 3,
	VSS_BACKUP_COMPLETE = 4,
	VSS_FREEZE = 5,
	VSS_THAW = 6,
	VSS_AUTO_RECOVER = 7,
	VSS_QUERY_GUEST_CLUSTER = 8,
	VSS_OPS = 9
};

/* The one value seen in answers to HOT_BACKUP */
#define VSS_FLAGS_HOT_BACKUP 5

struct vss_msg {
	__u8 op;
	__u8 reserved[7];
	__u32 flags;
} HVW_PACKED;

#define VSS_LUNS 260
struct vss_lun {
	__u8 bus_type;
	__u8 reserved1[3];
	struct hvw_guid controller;
	__u8 port;
	__u8 target;
	__u8 lun;
	__u8 reserved2;
} HVW_PACKED;

/* Longer forms (6.0 and 7.0) */
struct vss_create {
	__u8 op;
	__u8 reserved[7];
	struct hvw_guid set;
	__u32 backup_type; /* second form only */
} HVW_PACKED;

#define VSS_CREATE_V1 24

struct vss_freeze_ex {
	__u8 op;
	__u8 reserved[7];
	__u32 backup_type;
	__u32 flags;
	__u32 lun_count;
	struct vss_lun luns[VSS_LUNS];
	struct vss_lun shadow[VSS_LUNS]; /* "2Ex" only */
} HVW_PACKED;

#define VSS_FREEZE_V2 6260

struct vss_cluster {
	__u8 op;
	__u8 reserved[7];
	struct hvw_guid cluster;
	__u32 cluster_size;
	__u32 lun_count;
	struct vss_lun luns[VSS_LUNS];
	__u32 lun_status[VSS_LUNS];
	__u64 last_move; /* "3Ex" only */
} HVW_PACKED;

#define VSS_CLUSTER_V3 7312

/* 7.2: driver and daemon */
#define VSS_DAEMON_REGISTER_OLD 128
#define VSS_DAEMON_REGISTER 129

struct vss_daemon_msg {
	union {
		struct {
			__u8 op;
			__u8 reserved[7];
		} HVW_PACKED hdr;
		__s32 error;
	} HVW_PACKED h;
	__u32 flags;
} HVW_PACKED;

#endif
