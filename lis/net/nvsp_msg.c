// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: NVSP messages, built and checked (docs/wire/05-network.md 1-5, 10).
 */
#include "nvsp_msg.h"

#define NVSP_PAGE 4096U

u32 nvsp_next_version(u32 version)
{
	static const u32 versions[] = { NVSP_VERSION_6_1, NVSP_VERSION_6, NVSP_VERSION_5,
					NVSP_VERSION_4,	  NVSP_VERSION_2, NVSP_VERSION_1 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		if (!version || versions[i] < version)
			return versions[i];
	}
	return 0;
}

/* ---- to the host ---- */

static void build(union nvsp_msg *m, u32 type)
{
	memset(m, 0, sizeof(*m));
	m->hdr.type = type;
}

void nvsp_build_init(union nvsp_msg *m, u32 version)
{
	build(m, NVSP_INIT);
	m->init.version_min = version;
	m->init.version_max = version;
}

void nvsp_build_ndis_config(union nvsp_msg *m, u32 version, u32 mtu, bool sriov)
{
	u64 caps = NVSP_CAP_8021Q;

	build(m, NVSP_SEND_NDIS_CONFIG);
	/* Without teaming the host tells no change of the link's speed (2). */
	if (version >= NVSP_VERSION_5)
		caps |= NVSP_CAP_TEAMING | (sriov ? NVSP_CAP_SRIOV : 0);
	if (version >= NVSP_VERSION_6_1)
		caps |= NVSP_CAP_RSC;
	m->ndis_config.mtu = mtu + 14;
	m->ndis_config.capabilities = caps;
}

void nvsp_build_ndis_version(union nvsp_msg *m, u32 version)
{
	build(m, NVSP_SEND_NDIS_VERSION);
	m->ndis_version.major = 6;
	m->ndis_version.minor = version >= NVSP_VERSION_5 ? 30 : 1;
}

void nvsp_build_buf(union nvsp_msg *m, bool recv, u32 gpadl)
{
	build(m, recv ? NVSP_SEND_RECV_BUF : NVSP_SEND_SEND_BUF);
	m->send_buf.gpadl = gpadl;
	m->send_buf.id = recv ? NVSP_RECV_BUF_ID : NVSP_SEND_BUF_ID;
}

void nvsp_build_revoke(union nvsp_msg *m, bool recv)
{
	build(m, recv ? NVSP_REVOKE_RECV_BUF : NVSP_REVOKE_SEND_BUF);
	m->revoke_buf.id = recv ? NVSP_RECV_BUF_ID : NVSP_SEND_BUF_ID;
}

void nvsp_build_rndis(union nvsp_msg *m, bool control, u32 section, u32 section_bytes)
{
	build(m, NVSP_SEND_RNDIS_PKT);
	m->rndis_pkt.channel_type = control ? NVSP_CHANNEL_CONTROL : NVSP_CHANNEL_DATA;
	m->rndis_pkt.section_index = section;
	m->rndis_pkt.section_size = section_bytes;
}

void nvsp_build_rndis_complete(struct nvsp_rndis_pkt_complete *m, bool good)
{
	m->hdr.type = NVSP_SEND_RNDIS_PKT_COMPLETE;
	m->status = good ? NVSP_STAT_SUCCESS : NVSP_STAT_FAIL;
}

void nvsp_build_subchannel(union nvsp_msg *m, u32 count)
{
	build(m, NVSP_SUBCHANNEL);
	m->subchannel.op = NVSP_SUBCHANNEL_ALLOCATE;
	m->subchannel.count = count;
}

void nvsp_build_data_path(union nvsp_msg *m, bool vf)
{
	build(m, NVSP_SWITCH_DATA_PATH);
	m->switch_data_path.active = vf ? NVSP_DATA_PATH_VF : NVSP_DATA_PATH_SYNTHETIC;
}

/* ---- answers ---- */

u32 nvsp_type(const void *msg, u32 len)
{
	const struct nvsp_hdr *hdr = msg;

	return len < sizeof(*hdr) ? 0 : hdr->type;
}

int nvsp_check_init(const void *msg, u32 len)
{
	const struct nvsp_init_complete *m = msg;

	if (len < sizeof(*m) || m->hdr.type != NVSP_INIT_COMPLETE)
		return -EINVAL;
	return m->status == NVSP_STAT_SUCCESS ? 0 : -EPROTO;
}

int nvsp_check_recv_buf(const void *msg, u32 len, u32 buffer_size, struct nvsp_sections *out)
{
	const struct nvsp_recv_buf_complete *m = msg;

	if (len < sizeof(m->hdr) + sizeof(m->status) || m->hdr.type != NVSP_SEND_RECV_BUF_COMPLETE)
		return -EINVAL;
	if (m->status != NVSP_STAT_SUCCESS)
		return -EPROTO;
	if (len < sizeof(*m) || m->section_count != 1 || m->section[0].offset)
		return -EINVAL;
	out->size = m->section[0].sub_size;
	out->count = m->section[0].sub_count;
	if (out->size < NVSP_SECTION_MIN || !out->count || (u64)out->size * out->count > buffer_size)
		return -EINVAL;
	return 0;
}

int nvsp_check_send_buf(const void *msg, u32 len, u32 buffer_size, struct nvsp_sections *out)
{
	const struct nvsp_send_buf_complete *m = msg;

	if (len < sizeof(m->hdr) + sizeof(m->status) || m->hdr.type != NVSP_SEND_SEND_BUF_COMPLETE)
		return -EINVAL;
	if (m->status != NVSP_STAT_SUCCESS)
		return -EPROTO;
	if (len < sizeof(*m) || m->section_size < NVSP_SECTION_MIN || m->section_size > buffer_size)
		return -EINVAL;
	out->size = m->section_size;
	out->count = buffer_size / out->size;
	return 0;
}

int nvsp_check_subchannel(const void *msg, u32 len, u32 asked, u32 *granted)
{
	const struct nvsp_subchannel_complete *m = msg;

	if (len < sizeof(*m) || m->hdr.type != NVSP_SUBCHANNEL)
		return -EINVAL;
	if (m->status != NVSP_STAT_SUCCESS)
		return -EPROTO;
	if (m->count > asked)
		return -EINVAL;
	*granted = m->count;
	return 0;
}

bool nvsp_sent_well(const void *msg, u32 len)
{
	const struct nvsp_rndis_pkt_complete *m = msg;

	return len >= sizeof(*m) && m->hdr.type == NVSP_SEND_RNDIS_PKT_COMPLETE && m->status == NVSP_STAT_SUCCESS;
}

/* ---- from the host ---- */

int nvsp_check_transfer(const void *hdr, u32 header_len, const void *msg, u32 msg_len, struct nvsp_transfer *out)
{
	const struct vmtransfer_page_packet_header *h = hdr;
	const struct nvsp_rndis_pkt *m = msg;

	if (header_len < NVSP_TRANSFER_HDR || h->set_id != NVSP_RECV_BUF_ID)
		return -EINVAL;
	if (h->range_count > (header_len - NVSP_TRANSFER_HDR) / sizeof(struct vmbus_xfer_range))
		return -EINVAL;
	if (msg_len < NVSP_TRANSFER_PAYLOAD || m->hdr.type != NVSP_SEND_RNDIS_PKT)
		return -EINVAL;
	out->range_count = h->range_count;
	out->control = m->channel_type == NVSP_CHANNEL_CONTROL;
	return 0;
}

bool nvsp_range_ok(const struct vmbus_xfer_range *range, u32 buffer_size, u32 sub_size)
{
	return range->byte_offset <= buffer_size && range->byte_count <= buffer_size - range->byte_offset &&
	       range->byte_count <= sub_size;
}

int nvsp_check_table(const void *msg, u32 len, u32 version, u32 table[NVSP_SEND_TABLE_COUNT])
{
	const struct nvsp_send_table *m = msg;
	const u32 bytes = NVSP_SEND_TABLE_COUNT * sizeof(table[0]);
	u32 offset;

	if (len < sizeof(*m) || m->hdr.type != NVSP_SEND_INDIRECTION_TABLE || m->count != NVSP_SEND_TABLE_COUNT)
		return -EINVAL;
	offset = m->offset;
	/* Hosts of these versions may fill in a wrong offset; where the table lies is known (5.6). */
	if (version <= NVSP_VERSION_6 && len >= NVSP_SEND_TABLE_OFFSET + bytes)
		offset = NVSP_SEND_TABLE_OFFSET;
	if (len < bytes || offset > len - bytes)
		return -EINVAL;
	memcpy(table, (const u8 *)msg + offset, bytes);
	return 0;
}

u32 nvsp_table_spread(const u32 table[NVSP_SEND_TABLE_COUNT])
{
	u32 share[NVSP_SEND_TABLE_COUNT] = { 0 };
	u32 i, n = 0;

	for (i = 0; i < NVSP_SEND_TABLE_COUNT; i++) {
		if (table[i] >= NVSP_SEND_TABLE_COUNT)
			return 0;
		share[table[i]]++;
		if (table[i] >= n)
			n = table[i] + 1;
	}
	for (i = 0; i < n; i++) {
		if (share[i] < NVSP_SEND_TABLE_COUNT / n || share[i] > NVSP_SEND_TABLE_COUNT / n + 1)
			return 0;
	}
	return n;
}

int nvsp_check_vf(const void *msg, u32 len, bool *allocated, u32 *serial)
{
	const struct nvsp_vf_association *m = msg;

	if (len < sizeof(*m) || m->hdr.type != NVSP_SEND_VF_ASSOCIATION)
		return -EINVAL;
	*allocated = m->allocated != 0;
	*serial = m->serial;
	return 0;
}

int nvsp_check_data_path(const void *msg, u32 len, bool *vf)
{
	const struct nvsp_switch_data_path *m = msg;

	if (len < sizeof(*m) || m->hdr.type != NVSP_SWITCH_DATA_PATH || m->active > NVSP_DATA_PATH_VF)
		return -EINVAL;
	*vf = m->active == NVSP_DATA_PATH_VF;
	return 0;
}

u32 nvsp_buffer_size(u32 wanted, u32 each, u32 max)
{
	u64 bytes = (u64)wanted * each;

	if (bytes > max)
		bytes = max;
	bytes = (bytes + NVSP_PAGE - 1) & ~(u64)(NVSP_PAGE - 1);
	return bytes ? (u32)bytes : NVSP_PAGE;
}
