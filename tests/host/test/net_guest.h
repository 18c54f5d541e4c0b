/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest's network driver, small, for tests and fuzzing of the network device over bus_double.h. */
#ifndef HOST_NET_GUEST_H
#define HOST_NET_GUEST_H

#include <string.h>
#include <sys/uio.h>
#include <wire/nvsp.h>
#include <wire/rndis.h>

#include "bus_double_pages.h"

#define NG_RECV_BYTES (1u << 20)
#define NG_SEND_BYTES (64u << 10)
#define NG_RECV_GPADL 0xE1E10
#define NG_SEND_GPADL 0xE1E11

static uint8_t ng_recv[NG_RECV_BYTES], ng_send[NG_SEND_BYTES];
static uint64_t ng_id;

/* An NVSP message as Linux sends it: 40 bytes. */
static inline void ng_nvsp(struct vmb_channel *ch, uint32_t type, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
			   bool wants)
{
	uint32_t m[NVSP_MESSAGE_LEN / 4] = { type, a, b, c, d };

	dbl_push(ch, VM_PKT_DATA_INBAND, wants, ++ng_id, m, sizeof(m), NULL, 0);
}

/* RNDIS bytes by GPA direct; the memory must live until dbl_run(). */
static inline void ng_rndis(struct vmb_channel *ch, uint32_t channel_type, void *bytes, size_t len)
{
	uint32_t m[NVSP_MESSAGE_LEN / 4] = { NVSP_SEND_RNDIS_PKT, channel_type, NVSP_NO_SECTION, 0 };
	struct iovec iov = { bytes, len };

	dbl_push(ch, VM_PKT_DATA_USING_GPA_DIRECT, true, ++ng_id, m, sizeof(m), &iov, 1);
}

static inline void ng_control(struct vmb_channel *ch, uint32_t type, uint32_t oid, const void *info, uint32_t len)
{
	static uint8_t m[1024];
	struct rndis_request r = { .request_id = (uint32_t)ng_id, .oid = oid, .info_len = len, .info_offset = 20 };
	struct rndis_init i = { .request_id = (uint32_t)ng_id, .major = 1, .max_transfer = 0x4000 };
	size_t n = sizeof(r) + len;

	memset(m, 0, sizeof(m));
	r.hdr.type = i.hdr.type = type;
	r.hdr.len = (__u32)n;
	i.hdr.len = sizeof(i);
	if (type == RNDIS_MSG_INIT) {
		n = sizeof(i);
		memcpy(m, &i, n);
	} else {
		memcpy(m, &r, sizeof(r));
		if (len)
			memcpy(m + sizeof(r), info, len);
	}
	ng_rndis(ch, NVSP_CHANNEL_CONTROL, m, n);
	dbl_run(NULL);
}

/* Everything the host has sent is taken; transfers are completed. How many transfers there were. */
static inline unsigned int ng_drain(struct vmb_channel *ch)
{
	uint32_t m[2] = { NVSP_SEND_RNDIS_PKT_COMPLETE, NVSP_STAT_SUCCESS };
	static struct dbl_packet p;
	unsigned int n = 0;

	dbl_run(NULL);
	while (dbl_pop(ch, &p)) {
		if (p.type != VM_PKT_DATA_USING_XFER_PAGES)
			continue;
		dbl_push(ch, VM_PKT_COMP, false, p.trans_id, m, sizeof(m), NULL, 0);
		n++;
		dbl_run(NULL);
	}
	return n;
}

/* Up to a set packet filter, as section 2 has it; for version 1 what belongs to it. */
static inline void ng_up(struct vmb_channel *ch, uint32_t version, uint32_t mtu, uint32_t filter)
{
	dbl_gpadl(ch, NG_RECV_GPADL, ng_recv, sizeof(ng_recv));
	dbl_gpadl(ch, NG_SEND_GPADL, ng_send, sizeof(ng_send));
	ng_nvsp(ch, NVSP_INIT, version, version, 0, 0, true);
	if (version >= NVSP_VERSION_2)
		ng_nvsp(ch, NVSP_SEND_NDIS_CONFIG, mtu + 14, 0, (uint32_t)(NVSP_CAP_8021Q | NVSP_CAP_RSC |
									   NVSP_CAP_SRIOV), 0, false);
	ng_nvsp(ch, NVSP_SEND_NDIS_VERSION, 6, version >= NVSP_VERSION_5 ? 30 : 1, 0, 0, false);
	ng_nvsp(ch, NVSP_SEND_RECV_BUF, NG_RECV_GPADL, NVSP_RECV_BUF_ID, 0, 0, true);
	ng_nvsp(ch, NVSP_SEND_SEND_BUF, NG_SEND_GPADL, NVSP_SEND_BUF_ID, 0, 0, true);
	dbl_run(NULL);
	ng_control(ch, RNDIS_MSG_INIT, 0, NULL, 0);
	ng_control(ch, RNDIS_MSG_SET, OID_GEN_CURRENT_PACKET_FILTER, &filter, 4);
	ng_drain(ch);
}

/* A frame as a packet message, in `to`; its length. */
static inline size_t ng_packet(uint8_t *to, const uint8_t *frame, size_t len)
{
	struct rndis_packet p = { .data_offset = RNDIS_PPI_OFFSET, .data_len = (__u32)len };

	p.hdr.type = RNDIS_MSG_PACKET;
	p.hdr.len = (__u32)(sizeof(p) + len);
	memcpy(to, &p, sizeof(p));
	memcpy(to + sizeof(p), frame, len);
	return p.hdr.len;
}

#endif
