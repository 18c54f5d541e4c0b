/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: NVSP messages, built and checked (docs/wire/05-network.md 1-5, 10).
 *
 * Every check takes a private copy of what the host sent and the bytes that were received. -EINVAL is a malformed
 * message, -EPROTO a well-formed "no".
 */
#ifndef _LIS_NVSP_MSG_H
#define _LIS_NVSP_MSG_H

#include "pure.h"
#include <wire/nvsp.h>
#include <wire/vmbus.h>

/* Every message goes out with this length, whatever its type. */
union nvsp_msg {
	struct nvsp_hdr hdr;
	struct nvsp_init init;
	struct nvsp_init_complete init_complete;
	struct nvsp_ndis_version ndis_version;
	struct nvsp_send_buf send_buf;
	struct nvsp_recv_buf_complete recv_buf_complete;
	struct nvsp_send_buf_complete send_buf_complete;
	struct nvsp_revoke_buf revoke_buf;
	struct nvsp_rndis_pkt rndis_pkt;
	struct nvsp_rndis_pkt_complete rndis_pkt_complete;
	struct nvsp_ndis_config ndis_config;
	struct nvsp_vf_association vf_association;
	struct nvsp_switch_data_path switch_data_path;
	struct nvsp_subchannel subchannel;
	struct nvsp_subchannel_complete subchannel_complete;
	struct nvsp_send_table send_table;
	__u8 bytes[NVSP_MESSAGE_LEN];
};

/* The longest in-band message of the host's that is looked into: a send table wherever its offset may point. */
#define NVSP_INBAND_MAX 256

/* How a shared buffer is divided. */
struct nvsp_sections {
	u32 size;
	u32 count;
};

/* A transfer: count RNDIS messages in the receive buffer. */
struct nvsp_transfer {
	u32 range_count;
	bool control; /* RNDIS control messages, else packets */
};

/* The version to offer after `version`, 0 to begin with; 0 when there is none left. */
u32 nvsp_next_version(u32 version);

void nvsp_build_init(union nvsp_msg *m, u32 version);
/* mtu without the Ethernet header; sriov: whether a VF is wanted. Version 2 and later. */
void nvsp_build_ndis_config(union nvsp_msg *m, u32 version, u32 mtu, bool sriov);
void nvsp_build_ndis_version(union nvsp_msg *m, u32 version);
/* recv: the receive buffer, else the send buffer. */
void nvsp_build_buf(union nvsp_msg *m, bool recv, u32 gpadl);
void nvsp_build_revoke(union nvsp_msg *m, bool recv);
void nvsp_build_rndis(union nvsp_msg *m, bool control, u32 section, u32 section_bytes);
void nvsp_build_rndis_complete(struct nvsp_rndis_pkt_complete *m, bool good);
void nvsp_build_subchannel(union nvsp_msg *m, u32 count);
void nvsp_build_data_path(union nvsp_msg *m, bool vf);

/* Answers; 0, -EINVAL or -EPROTO. buffer_size is what the buffer was allocated with. */
int nvsp_check_init(const void *msg, u32 len);
int nvsp_check_recv_buf(const void *msg, u32 len, u32 buffer_size, struct nvsp_sections *out);
int nvsp_check_send_buf(const void *msg, u32 len, u32 buffer_size, struct nvsp_sections *out);
int nvsp_check_subchannel(const void *msg, u32 len, u32 asked, u32 *granted);

/* Did the host take an RNDIS message? An empty or short completion says no. */
bool nvsp_sent_well(const void *msg, u32 len);

/* The least of a transfer that is looked at: its packet header up to the ranges, and of its payload. */
#define NVSP_TRANSFER_HDR 24
#define NVSP_TRANSFER_PAYLOAD 8

/*
 * Check a transfer-page packet: hdr is its NVSP_TRANSFER_HDR first bytes, header_len what the descriptor says up to
 * the payload, msg the payload's first bytes of msg_len. 0 or -EINVAL.
 */
int nvsp_check_transfer(const void *hdr, u32 header_len, const void *msg, u32 msg_len, struct nvsp_transfer *out);

/* Does a range lie in the receive buffer, within one sub-allocation's size? */
bool nvsp_range_ok(const struct vmbus_xfer_range *range, u32 buffer_size, u32 sub_size);

/* In-band messages of the host's. 0 or -EINVAL. */
int nvsp_check_table(const void *msg, u32 len, u32 version, u32 table[NVSP_SEND_TABLE_COUNT]);
/* The number of queues, from 0 on, that a table names and gives equal shares; 0 when shares differ by more than one. */
u32 nvsp_table_spread(const u32 table[NVSP_SEND_TABLE_COUNT]);
int nvsp_check_vf(const void *msg, u32 len, bool *allocated, u32 *serial);
int nvsp_check_data_path(const void *msg, u32 len, bool *vf);
/* The type of an in-band message, 0 when it is too short to have one. */
u32 nvsp_type(const void *msg, u32 len);

/* Pages of a shared buffer for `wanted` sections of `each` bytes, in bytes, at least one page and at most `max`. */
u32 nvsp_buffer_size(u32 wanted, u32 each, u32 max);

#endif
