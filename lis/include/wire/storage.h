/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: synthetic storage: SCSI controllers, accelerated IDE disks, virtual Fibre Channel (docs/wire/04-storage.md).
 */
#ifndef _WIRE_STORAGE_H
#define _WIRE_STORAGE_H

#include <wire/hypervisor.h>

/* 3: version = major * 256 + minor */
#define VSTOR_VERSION(major, minor) ((__u16)(((major) << 8) | (minor)))
#define VSTOR_VERSION_2_0 VSTOR_VERSION(2, 0)
#define VSTOR_VERSION_4_2 VSTOR_VERSION(4, 2)
#define VSTOR_VERSION_5_1 VSTOR_VERSION(5, 1)
#define VSTOR_VERSION_6_0 VSTOR_VERSION(6, 0)
#define VSTOR_VERSION_6_2 VSTOR_VERSION(6, 2)

/* 2: operations */
enum vstor_operation {
	VSTOR_COMPLETE_IO = 1,
	VSTOR_REMOVE_DEVICE = 2,
	VSTOR_EXECUTE_SRB = 3,
	VSTOR_RESET_LUN = 4,
	VSTOR_RESET_ADAPTER = 5,
	VSTOR_RESET_BUS = 6,
	VSTOR_BEGIN_INITIALIZATION = 7,
	VSTOR_END_INITIALIZATION = 8,
	VSTOR_QUERY_PROTOCOL_VERSION = 9,
	VSTOR_QUERY_PROPERTIES = 10,
	VSTOR_ENUMERATE_BUS = 11,
	VSTOR_FCHBA_DATA = 12,
	VSTOR_CREATE_SUB_CHANNELS = 13,
	VSTOR_EVENT_NOTIFICATION = 14
};

#define VSTOR_FLAG_REQUEST_COMPLETION 1

/* 2.1: data direction */
#define VSTOR_DATA_OUT 0 /* guest to device */
#define VSTOR_DATA_IN 1
#define VSTOR_DATA_NONE 2

#define VSTOR_CDB_LEN 16
#define VSTOR_SENSE_LEN 20
#define VSTOR_SENSE_LEN_OLD 18 /* 4.2 and below */
#define VSTOR_TAG_UNTAGGED 0xFF
#define VSTOR_QUEUE_SIMPLE 0x20

/* 2.1 */
struct vstor_srb {
	__u16 length; /* of this structure: VSTOR_SRB_LEN or VSTOR_SRB_LEN_OLD */
	__u8 srb_status;
	__u8 scsi_status;
	__u8 port;
	__u8 path;
	__u8 target;
	__u8 lun;
	__u8 cdb_len;
	__u8 sense_len; /* in: room, out: valid bytes */
	__u8 data_in; /* VSTOR_DATA_* */
	__u8 reserved;
	__u32 transfer_len; /* in: wanted, out: transferred */
	union {
		__u8 cdb[VSTOR_CDB_LEN];
		__u8 sense[VSTOR_SENSE_LEN];
	} u;
	/* from 5.1 */
	__u16 reserved2;
	__u8 queue_tag;
	__u8 queue_action;
	__u32 srb_flags;
	__u32 timeout_s;
	__u32 queue_sort_key;
} HVW_PACKED;

#define VSTOR_SRB_LEN 52
#define VSTOR_SRB_LEN_OLD 36

/* 2.2 */
struct vstor_version {
	__u16 version;
	__u16 revision;
} HVW_PACKED;

#define VSTOR_PROP_MULTI_CHANNEL 1

struct vstor_properties {
	__u32 reserved1;
	__u16 max_sub_channels; /* besides the primary */
	__u16 reserved2;
	__u32 flags;
	__u32 max_transfer;
	__u64 reserved3;
} HVW_PACKED;

/* World wide names are byte strings, most significant byte first. */
struct vstor_fc_wwn {
	__u8 primary_active;
	__u8 reserved[3];
	__u8 primary_port[8];
	__u8 primary_node[8];
	__u8 secondary_port[8];
	__u8 secondary_node[8];
} HVW_PACKED;

struct vstor_event {
	__u8 lun;
	__u8 target;
	__u8 path;
	__u8 flags;
} HVW_PACKED;

/* 2 */
struct vstor_packet {
	__u32 operation;
	__u32 flags;
	__u32 status; /* NTSTATUS */
	union {
		struct vstor_srb srb;
		struct vstor_version version;
		struct vstor_properties properties;
		struct vstor_fc_wwn wwn;
		struct vstor_event event;
		__u16 sub_channels;
		__u8 raw[VSTOR_SRB_LEN];
	} HVW_PACKED u;
} HVW_PACKED;

#define VSTOR_HDR_LEN 12
#define VSTOR_PACKET_LEN 64
#define VSTOR_PACKET_LEN_OLD 48 /* 4.2 and below */

/* 1: first bytes of the offer's user data */
#define VSTOR_OFFER_REMOVABLE 1
#define VSTOR_OFFER_IDE 2

struct vstor_offer_user {
	__u16 reserved1;
	__u8 path;
	__u8 target;
	__u32 reserved2;
	__u32 flags;
	__u8 reserved3[12];
} HVW_PACKED;

/* 5.4: SRB status: six bits of code and two flags */
#define SRB_STATUS_QUEUE_FROZEN 0x40
#define SRB_STATUS_AUTOSENSE_VALID 0x80
#define SRB_STATUS_CODE(status) ((status) & 0x3F)

enum srb_status_code {
	SRB_STATUS_PENDING = 0x00,
	SRB_STATUS_SUCCESS = 0x01,
	SRB_STATUS_ABORTED = 0x02,
	SRB_STATUS_ABORT_FAILED = 0x03,
	SRB_STATUS_ERROR = 0x04,
	SRB_STATUS_BUSY = 0x05,
	SRB_STATUS_INVALID_REQUEST = 0x06,
	SRB_STATUS_INVALID_PATH_ID = 0x07,
	SRB_STATUS_NO_DEVICE = 0x08,
	SRB_STATUS_TIMEOUT = 0x09,
	SRB_STATUS_SELECTION_TIMEOUT = 0x0A,
	SRB_STATUS_COMMAND_TIMEOUT = 0x0B,
	SRB_STATUS_MESSAGE_REJECTED = 0x0D,
	SRB_STATUS_BUS_RESET = 0x0E,
	SRB_STATUS_PARITY_ERROR = 0x0F,
	SRB_STATUS_REQUEST_SENSE_FAILED = 0x10,
	SRB_STATUS_NO_HBA = 0x11,
	SRB_STATUS_DATA_OVERRUN = 0x12,
	SRB_STATUS_UNEXPECTED_BUS_FREE = 0x13,
	SRB_STATUS_PHASE_SEQUENCE_FAILURE = 0x14,
	SRB_STATUS_BAD_SRB_BLOCK_LENGTH = 0x15,
	SRB_STATUS_REQUEST_FLUSHED = 0x16,
	SRB_STATUS_INVALID_LUN = 0x20,
	SRB_STATUS_INVALID_TARGET = 0x21,
	SRB_STATUS_BAD_FUNCTION = 0x22,
	SRB_STATUS_ERROR_RECOVERY = 0x23,
	SRB_STATUS_NOT_POWERED = 0x24,
	SRB_STATUS_LINK_DOWN = 0x25,
	SRB_STATUS_INTERNAL_ERROR = 0x30
};

/* 5.4: SRB flags */
#define SRB_FLAG_QUEUE_ACTION_ENABLE 0x00000002
#define SRB_FLAG_DISABLE_DISCONNECT 0x00000004
#define SRB_FLAG_DISABLE_SYNCH_TRANSFER 0x00000008
#define SRB_FLAG_BYPASS_FROZEN_QUEUE 0x00000010
#define SRB_FLAG_DISABLE_AUTOSENSE 0x00000020
#define SRB_FLAG_DATA_IN 0x00000040
#define SRB_FLAG_DATA_OUT 0x00000080
#define SRB_FLAG_NO_QUEUE_FREEZE 0x00000100
#define SRB_FLAG_ADAPTER_CACHE_ENABLE 0x00000200
#define SRB_FLAG_FREE_SENSE_BUFFER 0x00000400

/* 4, 5.6: NTSTATUS values a host answers with */
#define VSTOR_STATUS_SUCCESS 0x00000000U
#define VSTOR_STATUS_BUFFER_OVERFLOW 0x80000005U
#define VSTOR_STATUS_DEVICE_BUSY 0x80000011U
#define VSTOR_STATUS_UNSUCCESSFUL 0xC0000001U
#define VSTOR_STATUS_INVALID_PARAMETER 0xC000000DU
#define VSTOR_STATUS_INVALID_DEVICE_REQUEST 0xC0000010U
#define VSTOR_STATUS_REVISION_MISMATCH 0xC0000059U
#define VSTOR_STATUS_DEVICE_NOT_CONNECTED 0xC000009DU
#define VSTOR_STATUS_IO_TIMEOUT 0xC00000B5U
#define VSTOR_STATUS_DEVICE_DOES_NOT_EXIST 0xC00000C0U
#define VSTOR_STATUS_CANCELLED 0xC0000120U
#define VSTOR_STATUS_INVALID_DEVICE_STATE 0xC0000184U
#define VSTOR_STATUS_IO_DEVICE_ERROR 0xC0000185U

/* 9: data3 of the instance GUID of an accelerated IDE disk */
#define VSTOR_IDE_GUID_DATA3 0x8899

#endif
