// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: RNDIS control messages, built and checked (docs/wire/05-network.md 6, 9).
 */
#include "rndis_msg.h"

/* Offsets in messages count from behind the header. */
#define RNDIS_BASE 8U
#define RNDIS_ALIGN_FACTOR_MAX 7U

/* ---- to the host ---- */

u32 rndis_build_init(void *buf, u32 id)
{
	struct rndis_init *m = buf;

	m->hdr.type = RNDIS_MSG_INIT;
	m->hdr.len = sizeof(*m);
	m->request_id = id;
	m->major = RNDIS_MAJOR;
	m->minor = RNDIS_MINOR;
	m->max_transfer = RNDIS_LINUX_MAX_TRANSFER;
	return sizeof(*m);
}

u32 rndis_build_halt(void *buf, u32 id)
{
	struct rndis_halt *m = buf;

	m->hdr.type = RNDIS_MSG_HALT;
	m->hdr.len = sizeof(*m);
	m->request_id = id;
	return sizeof(*m);
}

static u32 build_request(void *buf, u32 type, u32 id, u32 oid, const void *info, u32 info_len)
{
	struct rndis_request *m = buf;

	if (info_len > RNDIS_REQUEST_MAX - sizeof(*m))
		return 0;
	m->hdr.type = type;
	m->hdr.len = sizeof(*m) + info_len;
	m->request_id = id;
	m->oid = oid;
	m->info_len = info_len;
	m->info_offset = RNDIS_REQUEST_INFO_OFFSET;
	m->vc_handle = 0;
	if (info_len)
		memcpy(m + 1, info, info_len);
	return sizeof(*m) + info_len;
}

u32 rndis_build_query(void *buf, u32 id, u32 oid, const void *info, u32 info_len)
{
	return build_request(buf, RNDIS_MSG_QUERY, id, oid, info, info_len);
}

u32 rndis_build_set(void *buf, u32 id, u32 oid, const void *info, u32 info_len)
{
	return build_request(buf, RNDIS_MSG_SET, id, oid, info, info_len);
}

u32 rndis_build_keepalive_answer(void *buf, u32 id)
{
	struct rndis_keepalive_complete *m = buf;

	m->hdr.type = RNDIS_MSG_KEEPALIVE_C;
	m->hdr.len = sizeof(*m);
	m->request_id = id;
	m->status = RNDIS_STATUS_SUCCESS;
	return sizeof(*m);
}

/* ---- from the host ---- */

bool rndis_is_answer(u32 type)
{
	return type == RNDIS_MSG_INIT_C || type == RNDIS_MSG_QUERY_C || type == RNDIS_MSG_SET_C ||
	       type == RNDIS_MSG_SET_EX_C;
}

/* Take an information buffer; offset counts from behind the header. */
static int take_info(struct rndis_control *out, u32 len, u32 offset, u32 bytes, u32 min_offset)
{
	if (!bytes)
		return 0;
	if (offset < min_offset || offset > len - RNDIS_BASE)
		return -EINVAL;
	out->info_offset = RNDIS_BASE + offset;
	out->info_len = bytes;
	if (bytes <= len - out->info_offset)
		return 0;
	out->info_len = 0;
	return -EOVERFLOW;
}

static int take_init(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_init_complete *m = msg;

	if (len < sizeof(*m))
		return -EINVAL;
	out->request_id = m->request_id;
	out->status = m->status;
	out->max_packets = m->max_packets ? m->max_packets : RNDIS_DEFAULT_MAX_PACKETS;
	out->align = RNDIS_DEFAULT_ALIGNMENT;
	if (m->alignment) {
		if (m->alignment > RNDIS_ALIGN_FACTOR_MAX)
			return -EINVAL;
		out->align = 1U << m->alignment;
	}
	return 0;
}

static int take_query(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_query_complete *m = msg;

	if (len < sizeof(*m))
		return -EINVAL;
	out->request_id = m->request_id;
	out->status = m->status;
	return take_info(out, len, m->info_offset, m->info_len, RNDIS_ANSWER_INFO_OFFSET);
}

static int take_set(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_set_complete *m = msg;

	if (len < sizeof(*m))
		return -EINVAL;
	out->request_id = m->request_id;
	out->status = m->status;
	return 0;
}

static int take_reset(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_reset_complete *m = msg;

	if (len < sizeof(*m))
		return -EINVAL;
	out->status = m->status;
	return 0;
}

static int take_indicate(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_indicate *m = msg;

	if (len < sizeof(*m))
		return -EINVAL;
	out->status = m->status;
	return take_info(out, len, m->buffer_offset, m->buffer_len, RNDIS_INDICATE_BUFFER_OFFSET);
}

static int take_keepalive(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_keepalive *m = msg;

	if (len < sizeof(*m))
		return -EINVAL;
	out->request_id = m->request_id;
	return 0;
}

int rndis_check_control(const void *msg, u32 len, struct rndis_control *out)
{
	const struct rndis_hdr *hdr = msg;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(*hdr) || hdr->len < sizeof(*hdr))
		return -EINVAL;
	out->type = hdr->type;
	switch (hdr->type) {
	case RNDIS_MSG_INIT_C:
		return take_init(msg, len, out);
	case RNDIS_MSG_QUERY_C:
	case RNDIS_MSG_SET_EX_C:
		return take_query(msg, len, out);
	case RNDIS_MSG_SET_C:
	case RNDIS_MSG_KEEPALIVE_C:
		return take_set(msg, len, out);
	case RNDIS_MSG_RESET_C:
		return take_reset(msg, len, out);
	case RNDIS_MSG_INDICATE:
		return take_indicate(msg, len, out);
	case RNDIS_MSG_KEEPALIVE:
		return take_keepalive(msg, len, out);
	default:
		return -ENOMSG;
	}
}
