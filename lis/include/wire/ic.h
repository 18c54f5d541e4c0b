/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: integration components: framing, negotiation, heartbeat, shutdown, time synchronisation
 * (docs/wire/03-integration-components.md 2 to 5). A message is the data behind a pipe header (wire/vmbus.h).
 */
#ifndef _WIRE_IC_H
#define _WIRE_IC_H

#include <wire/hypervisor.h>
#include <wire/vmbus.h>

/* 1: class GUIDs in memory order stand in wire/vmbus.h (VMBUS_ALIAS_*) */

/* 2.4: message types */
enum ic_msg_type {
	IC_MSG_NEGOTIATE = 0,
	IC_MSG_HEARTBEAT = 1,
	IC_MSG_KVP = 2,
	IC_MSG_SHUTDOWN = 3,
	IC_MSG_TIMESYNC = 4,
	IC_MSG_VSS = 5,
	IC_MSG_RDV = 6,
	IC_MSG_FCOPY = 7,
	IC_MSG_VM_SESSION = 8
};

/* 2.3: flags */
#define IC_FLAG_TRANSACTION 1
#define IC_FLAG_REQUEST 2
#define IC_FLAG_RESPONSE 4

/* 2.5: status */
#define IC_S_OK 0x00000000U
#define IC_E_FAIL 0x80004005U
#define IC_E_NO_MORE_ITEMS 0x80070103U
#define IC_E_NOT_SUPPORTED 0x80070032U
#define IC_E_MACHINE_LOCKED 0x800704F7U
#define IC_E_NOT_CONNECTED 0x8007048FU
#define IC_E_INVALID_ARG 0x80070057U
#define IC_E_GUID_NOT_FOUND 0x80041002U
#define IC_E_EXISTS 0x80070050U
#define IC_E_DISK_FULL 0x80070070U

/* 2.3, 2.6 */
struct ic_version {
	__u16 major;
	__u16 minor;
} HVW_PACKED;

#define IC_VERSION(major, minor) (((__u32)(major) << 16) | (minor))

struct ic_hdr {
	struct ic_version framework;
	__u16 type;
	struct ic_version message;
	__u16 size; /* of the body */
	__u32 status;
	__u8 trans_id;
	__u8 flags;
	__u16 reserved;
} HVW_PACKED;

/* 2.2, 2.3: a packet's payload: pipe header, header, body */
struct ic_packet_hdr {
	struct vmpipe_hdr pipe;
	struct ic_hdr ic;
} HVW_PACKED;

#define IC_PACKET_MAX 16384
#define IC_BODY_MAX (IC_PACKET_MAX - 28)

/* 2.6: the lists follow: framework versions, then message versions */
#define IC_NEGOTIATE_MAX 100
struct ic_negotiate {
	__u16 framework_count;
	__u16 message_count;
	__u32 reserved;
} HVW_PACKED;

struct ic_negotiate_reply {
	struct ic_negotiate n;
	struct ic_version framework;
	struct ic_version message;
} HVW_PACKED;

/* 3 */
struct ic_heartbeat {
	__u64 sequence;
	__u32 state; /* enum ic_heartbeat_state; Linux leaves it */
	__u32 reserved[7];
} HVW_PACKED;

#define IC_HEARTBEAT_MIN 8 /* bytes a guest may insist on */
#define IC_HEARTBEAT_SHORT 16

enum ic_heartbeat_state {
	IC_HEARTBEAT_UNKNOWN = 0,
	IC_HEARTBEAT_HEALTHY = 1,
	IC_HEARTBEAT_CRITICAL = 2,
	IC_HEARTBEAT_STOPPED = 3
};

/* 4 */
#define IC_SHUTDOWN_FORCE 1
#define IC_SHUTDOWN_RESTART 2
#define IC_SHUTDOWN_HIBERNATE 4
#define IC_SHUTDOWN_PLANNED 0x80000000U /* reason */
#define IC_SHUTDOWN_MIN 12
struct ic_shutdown {
	__u32 reason;
	__u32 timeout; /* seconds */
	__u32 flags;
	__u8 text[2048];
} HVW_PACKED;

/* 5.1 */
#define IC_TIME_PROBE 0
#define IC_TIME_SYNC 1
#define IC_TIME_SAMPLE 2
/* 5.2: 100 ns units between 1601 and 1970 */
#define IC_TIME_EPOCH 116444736000000000ULL

struct ic_timesync { /* 1.0, 3.0 */
	__u64 parent_time;
	__u64 child_time;
	__u64 round_trip;
	__u8 flags;
} HVW_PACKED;

#define IC_TIMESYNC_PADDED 28 /* as newer hosts send it */

struct ic_timesync4 { /* 4.0 */
	__u64 parent_time;
	__u64 vm_reference;
	__u8 flags;
	__u8 leap;
	__u8 stratum;
	__u8 reserved[3];
} HVW_PACKED;

#define IC_TIMESYNC4_PADDED 24

#endif
