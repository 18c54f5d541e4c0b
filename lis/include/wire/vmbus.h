/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: VMBus control messages, rings and packets (docs/wire/02-vmbus.md).
 */
#ifndef _WIRE_VMBUS_H
#define _WIRE_VMBUS_H

#include <wire/hypervisor.h>

/* A GUID as its 16 bytes in memory order (1). */
struct hvw_guid {
	__u8 b[16];
} HVW_PACKED;

/* 3.1: protocol versions */
#define VMBUS_VERSION(major, minor) (((__u32)(major) << 16) | (minor))
#define VMBUS_VERSION_0_13 VMBUS_VERSION(0, 13)
#define VMBUS_VERSION_1_1 VMBUS_VERSION(1, 1)
#define VMBUS_VERSION_2_4 VMBUS_VERSION(2, 4)
#define VMBUS_VERSION_3_0 VMBUS_VERSION(3, 0)
#define VMBUS_VERSION_4_0 VMBUS_VERSION(4, 0)
#define VMBUS_VERSION_4_1 VMBUS_VERSION(4, 1)
#define VMBUS_VERSION_5_0 VMBUS_VERSION(5, 0)
#define VMBUS_VERSION_5_1 VMBUS_VERSION(5, 1)
#define VMBUS_VERSION_5_2 VMBUS_VERSION(5, 2)
#define VMBUS_VERSION_5_3 VMBUS_VERSION(5, 3)
#define VMBUS_VERSION_6_0 VMBUS_VERSION(6, 0)

/* 1: connection ids and relids */
#define VMBUS_CONN_ID_MESSAGE 1
#define VMBUS_CONN_ID_EVENT 2 /* version 0.13: shared by all channels */
#define VMBUS_CONN_ID_MESSAGE_5_0 4 /* INITIATE_CONTACT of 5.0 and later */
#define VMBUS_RELID_MAX 2047
#define VMBUS_RELID_INVALID 0xFFFFFFFFU
#define VMBUS_VP_INVALID 0xFFFFFFFFU

/* 4.2: message numbers */
enum vmbus_msg_type {
	VMBUS_MSG_INVALID = 0,
	VMBUS_MSG_OFFER = 1,
	VMBUS_MSG_RESCIND = 2,
	VMBUS_MSG_REQUEST_OFFERS = 3,
	VMBUS_MSG_ALL_OFFERS = 4,
	VMBUS_MSG_OPEN = 5,
	VMBUS_MSG_OPEN_RESULT = 6,
	VMBUS_MSG_CLOSE = 7,
	VMBUS_MSG_GPADL_HEADER = 8,
	VMBUS_MSG_GPADL_BODY = 9,
	VMBUS_MSG_GPADL_CREATED = 10,
	VMBUS_MSG_GPADL_TEARDOWN = 11,
	VMBUS_MSG_GPADL_TORNDOWN = 12,
	VMBUS_MSG_RELID_RELEASED = 13,
	VMBUS_MSG_INITIATE_CONTACT = 14,
	VMBUS_MSG_VERSION_RESPONSE = 15,
	VMBUS_MSG_UNLOAD = 16,
	VMBUS_MSG_UNLOAD_RESPONSE = 17,
	VMBUS_MSG_OPEN_RESERVED = 18,
	VMBUS_MSG_CLOSE_RESERVED = 19,
	VMBUS_MSG_CLOSE_RESERVED_RESPONSE = 20,
	VMBUS_MSG_TL_CONNECT = 21,
	VMBUS_MSG_MODIFY_CHANNEL = 22,
	VMBUS_MSG_TL_CONNECT_RESULT = 23,
	VMBUS_MSG_MODIFY_CHANNEL_RESPONSE = 24,
	VMBUS_MSG_MODIFY_CONNECTION = 25,
	VMBUS_MSG_MODIFY_CONNECTION_RESPONSE = 26,
	VMBUS_MSG_PAUSE = 27,
	VMBUS_MSG_PAUSE_RESPONSE = 28,
	VMBUS_MSG_RESUME = 29,
	VMBUS_MSG_COUNT = 30
};

/* 4.1 */
struct vmbus_msg_hdr {
	__u32 type;
	__u32 reserved;
} HVW_PACKED;

/* 4.3: flags of an offer */
#define VMBUS_OFFER_ENUMERATE 0x0001
#define VMBUS_OFFER_NAMED_PIPE 0x0010
#define VMBUS_OFFER_LOOPBACK 0x0100
#define VMBUS_OFFER_PARENT 0x0200
#define VMBUS_OFFER_MONITORED 0x0400
#define VMBUS_OFFER_HVSOCK 0x2000

#define VMBUS_OFFER_USER_LEN 120
#define VMBUS_MONITOR_IDS 128

/* 4.3 */
struct vmbus_msg_offer {
	struct vmbus_msg_hdr hdr;
	struct hvw_guid if_type;
	struct hvw_guid if_instance;
	__u8 reserved1[16];
	__u16 flags;
	__u16 mmio_megabytes;
	__u8 user[VMBUS_OFFER_USER_LEN];
	__u16 sub_channel_index;
	__u16 mmio_megabytes_optional;
	__u32 relid;
	__u8 monitor_id;
	__u8 monitor_allocated; /* bit 0 */
	__u16 is_dedicated_interrupt; /* bit 0; from 1.1 */
	__u32 connection_id; /* from 1.1 */
} HVW_PACKED;

#define VMBUS_OFFER_LEN_0_13 190

/* 4.5: RESCIND, RELID_RELEASED and CLOSE */
struct vmbus_msg_relid {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
} HVW_PACKED;

/* 4.6: the short form of every version */
struct vmbus_msg_open {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 open_id;
	__u32 gpadl;
	__u32 target_vp;
	__u32 downstream_offset; /* pages */
	__u8 user[VMBUS_OFFER_USER_LEN];
} HVW_PACKED;

/* 4.6: the long form, with feature flag 0x1 or 0x2 */
struct vmbus_msg_open_long {
	struct vmbus_msg_open o;
	__u32 connection_id;
	__u16 event_flag;
	__u16 flags;
} HVW_PACKED;

/* 4.5: messages 18, 19 */
struct vmbus_msg_open_reserved {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 target_vp;
	__u32 target_sint;
	__u32 gpadl;
	__u32 downstream_offset;
} HVW_PACKED;

struct vmbus_msg_close_reserved {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 target_vp;
	__u32 target_sint;
} HVW_PACKED;

struct vmbus_msg_open_result {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 open_id;
	__u32 status;
} HVW_PACKED;

/* 6.2; PFNs of the single range follow */
struct vmbus_msg_gpadl_header {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 gpadl;
	__u16 range_buflen;
	__u16 range_count;
	__u32 byte_count;
	__u32 byte_offset;
	__u64 pfn[26];
} HVW_PACKED;

/* 6.3 */
struct vmbus_msg_gpadl_body {
	struct vmbus_msg_hdr hdr;
	__u32 msg_number;
	__u32 gpadl;
	__u64 pfn[28];
} HVW_PACKED;

#define VMBUS_GPADL_HEADER_PFNS 26
#define VMBUS_GPADL_BODY_PFNS 28
#define VMBUS_GPADL_HEADER_FIXED 28 /* bytes before the first PFN */
#define VMBUS_GPADL_BODY_FIXED 16
#define VMBUS_GPADL_MAX_PAGES 8190 /* range_buflen is 16 bits wide */
#define VMBUS_GPADL_FIRST_ID 0xE1E10

struct vmbus_msg_gpadl_created {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 gpadl;
	__u32 status;
} HVW_PACKED;

struct vmbus_msg_gpadl_teardown {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 gpadl;
} HVW_PACKED;

struct vmbus_msg_gpadl_torndown {
	struct vmbus_msg_hdr hdr;
	__u32 gpadl;
} HVW_PACKED;

/* 3.4; the u64 at 16 is the interrupt page below 5.0, {sint, vtl, 2 zero bytes, feature flags} from 5.0 */
struct vmbus_msg_initiate_contact {
	struct vmbus_msg_hdr hdr;
	__u32 version;
	__u32 target_vp;
	union {
		__u64 interrupt_page;
		struct {
			__u8 sint;
			__u8 vtl;
			__u16 reserved;
			__u32 feature_flags;
		} HVW_PACKED t;
	} u;
	__u64 monitor_page1; /* host writes */
	__u64 monitor_page2; /* guest writes */
} HVW_PACKED;

/* 3.5 */
struct vmbus_msg_version_response {
	struct vmbus_msg_hdr hdr;
	__u8 supported;
	__u8 state;
	__u16 reserved;
	__u32 msg_conn_id; /* from 5.0 */
} HVW_PACKED;

/* 3.4: feature flags of 6.0 */
#define VMBUS_FEATURE_GUEST_SIGNALS 0x01U
#define VMBUS_FEATURE_REDIRECT 0x02U
#define VMBUS_FEATURE_MODIFY_CONNECTION 0x04U
#define VMBUS_FEATURE_CLIENT_ID 0x08U
#define VMBUS_FEATURE_CONFIDENTIAL 0x10U
#define VMBUS_FEATURE_PAUSE_RESUME 0x20U
#define VMBUS_FEATURE_HOST_MONITOR_PAGES 0x40U
#define VMBUS_FEATURE_PINNING 0x80U

/* 3.5: as 6.0 answers */
struct vmbus_msg_version_response_6_0 {
	struct vmbus_msg_version_response v;
	__u32 feature_flags;
} HVW_PACKED;

/* 4.5: messages 25, 26 */
struct vmbus_msg_modify_connection {
	struct vmbus_msg_hdr hdr;
	__u64 monitor_page1;
	__u64 monitor_page2;
} HVW_PACKED;

struct vmbus_msg_modify_connection_response {
	struct vmbus_msg_hdr hdr;
	__u8 state;
} HVW_PACKED;

/* 4.7; Linux sends the 40-byte form at every version */
struct vmbus_msg_tl_connect {
	struct vmbus_msg_hdr hdr;
	struct hvw_guid endpoint;
	struct hvw_guid service;
} HVW_PACKED;

/* 4.8 */
struct vmbus_msg_tl_result {
	struct vmbus_msg_hdr hdr;
	struct hvw_guid endpoint;
	struct hvw_guid service;
	__s32 status;
} HVW_PACKED;

struct vmbus_msg_modify {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 target_vp;
} HVW_PACKED;

struct vmbus_msg_modify_response {
	struct vmbus_msg_hdr hdr;
	__u32 relid;
	__u32 status;
} HVW_PACKED;

/* 8.2: interrupt page */
#define VMBUS_INT_PAGE_SEND 2048 /* byte offset of the guest's half */

/* 8.4: monitor page */
struct vmbus_monitor_param {
	__u32 connection_id;
	__u16 flag_number;
	__u16 reserved;
} HVW_PACKED;

struct vmbus_monitor_group {
	__u32 pending;
	__u32 armed;
};

struct vmbus_monitor_page {
	__u32 trigger_state;
	__u32 reserved1;
	struct vmbus_monitor_group group[4];
	__u64 reserved2[3];
	__s32 next_check[4][32];
	__u16 latency[4][32];
	__u8 reserved3[256];
	struct vmbus_monitor_param param[4][32];
	__u8 reserved4[1984];
};

/* 9.1: ring header page */
struct vmbus_ring_hdr {
	__u32 write_index;
	__u32 read_index;
	__u32 interrupt_mask;
	__u32 pending_send_sz;
	__u32 reserved1[12];
	__u32 feature_bits;
	__u8 reserved2[4028];
};

#define VMBUS_RING_FEAT_PENDING_SEND_SZ 1

/* 9.2, 9.3: packets */
struct vmpacket_descriptor {
	__u16 type;
	__u16 offset8;
	__u16 len8;
	__u16 flags;
	__u64 trans_id;
} HVW_PACKED;

#define VMBUS_PACKET_TRAILER 8

enum vmbus_packet_type {
	VM_PKT_INVALID = 0,
	VM_PKT_DATA_INBAND = 6,
	VM_PKT_DATA_USING_XFER_PAGES = 7,
	VM_PKT_DATA_USING_GPADL = 8,
	VM_PKT_DATA_USING_GPA_DIRECT = 9,
	VM_PKT_CANCEL_REQUEST = 10,
	VM_PKT_COMP = 11
};

#define VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED 1

/* 9.4: type 7, ranges of 8 bytes follow */
struct vmbus_xfer_range {
	__u32 byte_count;
	__u32 byte_offset;
} HVW_PACKED;

struct vmtransfer_page_packet_header {
	struct vmpacket_descriptor d;
	__u16 set_id;
	__u8 sender_owns_set;
	__u8 reserved;
	__u32 range_count;
	struct vmbus_xfer_range ranges[1];
} HVW_PACKED;

/* 9.4, 9.5: type 9, fixed part; ranges {len, offset, PFN[]} follow */
struct vmbus_gpa_direct_hdr {
	struct vmpacket_descriptor d;
	__u32 reserved;
	__u32 range_count;
} HVW_PACKED;

struct vmbus_gpa_range {
	__u32 len;
	__u32 offset;
	__u64 pfn[1];
} HVW_PACKED;

#define VMBUS_PAGE_BUFFERS_MAX 32

/* 9.6 */
#define VMBUS_PIPE_DATA 1
struct vmpipe_hdr {
	__u32 type;
	__u32 len;
} HVW_PACKED;

/* 13: class GUIDs as the 32 hex digits of a module alias (memory order) */
#define VMBUS_ALIAS_NET "635161f83edfc546913ff2d2f965ed0e"
#define VMBUS_ALIAS_SCSI "d96361baa104294db60572e2ffb1dc7f"
#define VMBUS_ALIAS_IDE "32264132cb86a2449b5c50d1417354f5"
#define VMBUS_ALIAS_FC "4acc9b2f6900f34ab76b6fd0be528cda"
#define VMBUS_ALIAS_ND "3daf2e8ca732094bab99bd1f1c86b501"
#define VMBUS_ALIAS_PCI "1df6c444444400449d52802e27ede19f"
#define VMBUS_ALIAS_VIDEO "02780ada77e3ac4a8e770558eb1073f8"
#define VMBUS_ALIAS_KEYBOARD "6dad12f9172bea48bd65f927a61c7684"
#define VMBUS_ALIAS_MOUSE "9eb6a8cf4a5bc04cb98b8ba1a1f3f95a"
#define VMBUS_ALIAS_BALLOON "dc7450528589e2468057a307dc18a502"
#define VMBUS_ALIAS_SHUTDOWN "31600b0e13523449818b38d90ced39db"
#define VMBUS_ALIAS_TIMESYNC "30e62795aed07b49adcee80ab0175caf"
#define VMBUS_ALIAS_HEARTBEAT "394f16571591784eab55382f3bd5422d"
#define VMBUS_ALIAS_KVP "e7f4a0a9455a964db8278a841e8c03e6"
#define VMBUS_ALIAS_VSS "292efa3523ea364296ae3a6ebacba440"
#define VMBUS_ALIAS_FCOPY "e34bd134e4dec8419ae76b174977c192"

#endif
