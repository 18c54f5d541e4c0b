/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: NVSP, the messages of the synthetic network adapter (docs/wire/05-network.md). Each group names its section.
 *
 * A message is a u32 type and a body. No field is aligned beyond 4 bytes; all are packed, because the payload of a
 * completion may begin anywhere.
 */
#ifndef _WIRE_NVSP_H
#define _WIRE_NVSP_H

#include <wire/hypervisor.h>

/* 1.1: versions */
#define NVSP_VERSION_1 0x00000002U
#define NVSP_VERSION_2 0x00030002U
#define NVSP_VERSION_4 0x00040000U
#define NVSP_VERSION_5 0x00050000U
#define NVSP_VERSION_6 0x00060000U
#define NVSP_VERSION_6_1 0x00060001U

/* 1: bytes on the wire; the longer form came with 6.1 and is taken by hosts of every version */
#define NVSP_MESSAGE_LEN_6 28
#define NVSP_MESSAGE_LEN 40

/* 1.2: message types */
enum nvsp_type {
	NVSP_INIT = 1,
	NVSP_INIT_COMPLETE = 2,
	NVSP_SEND_NDIS_VERSION = 100,
	NVSP_SEND_RECV_BUF = 101,
	NVSP_SEND_RECV_BUF_COMPLETE = 102,
	NVSP_REVOKE_RECV_BUF = 103,
	NVSP_SEND_SEND_BUF = 104,
	NVSP_SEND_SEND_BUF_COMPLETE = 105,
	NVSP_REVOKE_SEND_BUF = 106,
	NVSP_SEND_RNDIS_PKT = 107,
	NVSP_SEND_RNDIS_PKT_COMPLETE = 108,
	NVSP_SEND_NDIS_CONFIG = 125,
	NVSP_SEND_VF_ASSOCIATION = 128,
	NVSP_SWITCH_DATA_PATH = 129,
	NVSP_UPLINK_CONNECT_STATE = 130,
	NVSP_OID_QUERY_EX = 131,
	NVSP_OID_QUERY_EX_COMPLETE = 132,
	NVSP_SUBCHANNEL = 133,
	NVSP_SEND_INDIRECTION_TABLE = 134,
	NVSP_PD_API = 135,
	NVSP_PD_POST_BATCH = 136
};

/* 1.2: status */
enum nvsp_status {
	NVSP_STAT_NONE = 0,
	NVSP_STAT_SUCCESS = 1,
	NVSP_STAT_FAIL = 2,
	NVSP_STAT_VERSION_TOO_NEW = 3,
	NVSP_STAT_VERSION_TOO_OLD = 4,
	NVSP_STAT_INVALID_RNDIS_PKT = 5,
	NVSP_STAT_BUSY = 6,
	NVSP_STAT_VERSION_UNSUPPORTED = 7
};

struct nvsp_hdr {
	__u32 type;
} HVW_PACKED;

/* 1.2: INIT. Equal in practice; first "min", then "max" */
struct nvsp_init {
	struct nvsp_hdr hdr;
	__u32 version_min;
	__u32 version_max;
} HVW_PACKED;

#define NVSP_MAX_MDL_CHAIN 34
struct nvsp_init_complete {
	struct nvsp_hdr hdr;
	__u32 negotiated; /* 2 on hosts of version 1, 0xFFFFFFFF since; ignore */
	__u32 max_mdl_chain;
	__u32 status;
} HVW_PACKED;

struct nvsp_ndis_version {
	struct nvsp_hdr hdr;
	__u32 major;
	__u32 minor;
} HVW_PACKED;

/* 1.2, 2: SEND_RECV_BUF and SEND_SEND_BUF */
#define NVSP_RECV_BUF_ID 0xCAFE
#define NVSP_SEND_BUF_ID 0
struct nvsp_send_buf {
	struct nvsp_hdr hdr;
	__u32 gpadl;
	__u16 id;
	__u16 reserved;
} HVW_PACKED;

struct nvsp_recv_section {
	__u32 offset;
	__u32 sub_size;
	__u32 sub_count;
	__u32 end_offset;
} HVW_PACKED;

struct nvsp_recv_buf_complete {
	struct nvsp_hdr hdr;
	__u32 status;
	__u32 section_count; /* 1 */
	struct nvsp_recv_section section[1];
} HVW_PACKED;

struct nvsp_send_buf_complete {
	struct nvsp_hdr hdr;
	__u32 status;
	__u32 section_size;
} HVW_PACKED;

/* REVOKE_RECV_BUF and REVOKE_SEND_BUF */
struct nvsp_revoke_buf {
	struct nvsp_hdr hdr;
	__u16 id;
	__u16 reserved;
} HVW_PACKED;

/* 3, 4 */
#define NVSP_CHANNEL_DATA 0
#define NVSP_CHANNEL_CONTROL 1
#define NVSP_NO_SECTION 0xFFFFFFFFU
struct nvsp_rndis_pkt {
	struct nvsp_hdr hdr;
	__u32 channel_type;
	__u32 section_index;
	__u32 section_size;
} HVW_PACKED;

struct nvsp_rndis_pkt_complete {
	struct nvsp_hdr hdr;
	__u32 status;
} HVW_PACKED;

/* 1.2: capabilities of SEND_NDIS_CONFIG */
#define NVSP_CAP_VMQ (1ULL << 0)
#define NVSP_CAP_CHIMNEY (1ULL << 1)
#define NVSP_CAP_SRIOV (1ULL << 2)
#define NVSP_CAP_8021Q (1ULL << 3)
#define NVSP_CAP_CORRELATION_ID (1ULL << 4)
#define NVSP_CAP_TEAMING (1ULL << 5)
#define NVSP_CAP_VIRTUAL_SUBNET_ID (1ULL << 6)
#define NVSP_CAP_RSC (1ULL << 7)
struct nvsp_ndis_config {
	struct nvsp_hdr hdr;
	__u32 mtu; /* with the Ethernet header */
	__u32 reserved;
	__u64 capabilities;
} HVW_PACKED;

/* 10 */
struct nvsp_vf_association {
	struct nvsp_hdr hdr;
	__u32 allocated;
	__u32 serial;
} HVW_PACKED;

#define NVSP_DATA_PATH_SYNTHETIC 0
#define NVSP_DATA_PATH_VF 1
struct nvsp_switch_data_path {
	struct nvsp_hdr hdr;
	__u32 active;
} HVW_PACKED;

/* 10: transaction ids of host-initiated messages, as one host sends them */
#define NVSP_TRANS_VF_ASSOCIATION 0x8000000000000000ULL
#define NVSP_TRANS_SWITCH_DATA_PATH 0x8000000000000001ULL

/* 5 */
#define NVSP_SUBCHANNEL_ALLOCATE 1
struct nvsp_subchannel {
	struct nvsp_hdr hdr;
	__u32 op;
	__u32 count;
} HVW_PACKED;

struct nvsp_subchannel_complete {
	struct nvsp_hdr hdr;
	__u32 status;
	__u32 count;
} HVW_PACKED;

/* 5: offset counts from the start of the message; Linux takes this many entries only */
#define NVSP_SEND_TABLE_COUNT 16
#define NVSP_SEND_TABLE_OFFSET NVSP_MESSAGE_LEN
struct nvsp_send_table {
	struct nvsp_hdr hdr;
	__u32 count;
	__u32 offset;
} HVW_PACKED;

/* 2: limits of the shared buffers, and the least size of a section that Linux accepts */
#define NVSP_RECV_BUF_MAX (31U << 20)
#define NVSP_RECV_BUF_MAX_2 (15U << 20) /* NVSP 2 and older */
#define NVSP_SEND_BUF_MAX (15U << 20)
#define NVSP_SECTION_MIN 68
#define NVSP_MTU_MIN 1514 /* with the Ethernet header, as in SEND_NDIS_CONFIG */
#define NVSP_MTU_MAX 9216

/* 3: most ranges of a transfer-page packet */
#define NVSP_XFER_RANGES_MAX 375
#define NVSP_XFER_RANGES_MAX_NDIS5 64
#define NVSP_XFER_RANGES_MAX_RSC 562

/* 5 */
#define NVSP_CHANNELS_MAX 64

#endif
