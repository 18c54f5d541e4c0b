// SPDX-License-Identifier: GPL-2.0-only
/* pure: RNDIS control messages (net_oid.h). OIDs themselves: net_oid_query.c, net_oid_set.c. */
#include <errno.h>
#include <wire/nvsp.h>

#include "net_bytes.h"
#include "net_oid.h"
#include "net_oid_tables.h"

void net_adapter_reset(struct net_adapter *a)
{
	memcpy(a->mac, a->permanent_mac, sizeof(a->mac));
	a->initialized = false;
	a->filter = 0;
	a->multicast_count = 0;
	memset(&a->on, 0, sizeof(a->on));
	net_rss_reset(&a->rss);
	a->changed = 0;
}

static int answer_init(struct net_adapter *a, const struct rndis_init *m, uint8_t *reply)
{
	struct rndis_init_complete c;

	memset(&c, 0, sizeof(c));
	c.hdr.type = RNDIS_MSG_INIT_C;
	c.hdr.len = sizeof(c);
	c.request_id = m->request_id;
	c.major = RNDIS_MAJOR;
	c.minor = RNDIS_MINOR;
	c.status = m->major == RNDIS_MAJOR ? RNDIS_STATUS_SUCCESS : RNDIS_STATUS_BAD_VERSION;
	c.device_flags = RNDIS_DF_CONNECTIONLESS;
	c.medium = RNDIS_MEDIUM_802_3;
	c.max_packets = RNDIS_DEFAULT_MAX_PACKETS;
	c.max_transfer = 0xEFFFFFFF;
	c.alignment = 3;
	memcpy(reply, &c, sizeof(c));
	if (!c.status) {
		a->initialized = true;
		a->changed |= NET_CHANGED_INIT;
	}
	return sizeof(c);
}

/* The request's information, or false when it is not in the message. */
static bool info_of(const struct rndis_request *m, const uint8_t *msg, size_t len, const uint8_t **info)
{
	size_t body = len - sizeof(struct rndis_hdr);

	*info = msg + sizeof(*m);
	if (!m->info_len)
		return true;
	*info = msg + sizeof(struct rndis_hdr) + m->info_offset;
	return m->info_offset >= RNDIS_REQUEST_INFO_OFFSET && m->info_offset <= body &&
		m->info_len <= body - m->info_offset;
}

static int answer_query(struct net_adapter *a, const struct rndis_request *m, const uint8_t *msg, size_t len,
			uint8_t *reply)
{
	struct rndis_query_complete c;
	struct net_answer answer = { .out = reply + sizeof(c), .max = NET_REPLY_MAX - sizeof(c) };
	const uint8_t *info;

	memset(&c, 0, sizeof(c));
	if (!info_of(m, msg, len, &info))
		c.status = RNDIS_STATUS_INVALID_DATA;
	else if (!a->initialized)
		c.status = RNDIS_STATUS_NOT_READY;
	else
		c.status = net_oid_query(a, m->oid, &answer);
	if (c.status) {
		answer.len = 0;
		a->refused++;
	}
	c.hdr.type = RNDIS_MSG_QUERY_C;
	c.hdr.len = (__u32)(sizeof(c) + answer.len);
	c.request_id = m->request_id;
	c.info_len = (__u32)answer.len;
	c.info_offset = answer.len ? RNDIS_ANSWER_INFO_OFFSET : 0;
	memcpy(reply, &c, sizeof(c));
	return (int)c.hdr.len;
}

static uint32_t do_set(struct net_adapter *a, const struct rndis_request *m, const uint8_t *msg, size_t len)
{
	const uint8_t *info;
	uint32_t status;

	if (!info_of(m, msg, len, &info))
		status = RNDIS_STATUS_INVALID_DATA;
	else if (!a->initialized)
		status = RNDIS_STATUS_NOT_READY;
	else
		status = net_oid_set(a, m->oid, info, m->info_len);
	if (status)
		a->refused++;
	return status;
}

static int answer_set(struct net_adapter *a, const struct rndis_request *m, const uint8_t *msg, size_t len,
		      uint8_t *reply)
{
	struct rndis_set_complete c = { .request_id = m->request_id };

	c.hdr.type = RNDIS_MSG_SET_C;
	c.hdr.len = sizeof(c);
	c.status = do_set(a, m, msg, len);
	memcpy(reply, &c, sizeof(c));
	return sizeof(c);
}

static int answer_set_ex(struct net_adapter *a, const struct rndis_request *m, const uint8_t *msg, size_t len,
			 uint8_t *reply)
{
	struct rndis_set_ex_complete c = { .request_id = m->request_id };

	c.hdr.type = RNDIS_MSG_SET_EX_C;
	c.hdr.len = sizeof(c);
	c.status = do_set(a, m, msg, len);
	memcpy(reply, &c, sizeof(c));
	return sizeof(c);
}

static int answer_reset(struct net_adapter *a, uint8_t *reply)
{
	struct rndis_reset_complete c = { .status = RNDIS_STATUS_SUCCESS, .addressing_reset = 1 };
	bool initialized = a->initialized;

	net_adapter_reset(a);
	a->initialized = initialized;
	a->changed = NET_CHANGED_RESET | NET_CHANGED_FILTER | NET_CHANGED_RSS | NET_CHANGED_OFFLOAD;
	c.hdr.type = RNDIS_MSG_RESET_C;
	c.hdr.len = sizeof(c);
	memcpy(reply, &c, sizeof(c));
	return sizeof(c);
}

static int answer_keepalive(const struct rndis_keepalive *m, uint8_t *reply)
{
	struct rndis_keepalive_complete c = { .request_id = m->request_id, .status = RNDIS_STATUS_SUCCESS };

	c.hdr.type = RNDIS_MSG_KEEPALIVE_C;
	c.hdr.len = sizeof(c);
	memcpy(reply, &c, sizeof(c));
	return sizeof(c);
}

static size_t length_of(uint32_t type)
{
	switch (type) {
	case RNDIS_MSG_INIT: return sizeof(struct rndis_init);
	case RNDIS_MSG_HALT: return sizeof(struct rndis_halt);
	case RNDIS_MSG_QUERY:
	case RNDIS_MSG_SET:
	case RNDIS_MSG_SET_EX: return sizeof(struct rndis_request);
	case RNDIS_MSG_RESET: return sizeof(struct rndis_hdr);
	case RNDIS_MSG_KEEPALIVE: return sizeof(struct rndis_keepalive);
	default: return 0;
	}
}

union rndis_any {
	struct rndis_hdr hdr;
	struct rndis_init init;
	struct rndis_request request;
	struct rndis_keepalive keepalive;
	struct rndis_halt halt;
};

int net_control(struct net_adapter *a, const uint8_t *msg, size_t len, uint8_t *reply)
{
	union rndis_any m;
	size_t want;

	if (len < sizeof(m.hdr))
		return -EPROTO;
	memcpy(&m.hdr, msg, sizeof(m.hdr));
	want = length_of(m.hdr.type);
	if (!want || len < want || m.hdr.len > len || m.hdr.len < want)
		return -EPROTO;
	memcpy(&m, msg, want);
	len = m.hdr.len;
	a->requests++;
	switch (m.hdr.type) {
	case RNDIS_MSG_INIT: return answer_init(a, &m.init, reply);
	case RNDIS_MSG_QUERY: return answer_query(a, &m.request, msg, len, reply);
	case RNDIS_MSG_SET: return answer_set(a, &m.request, msg, len, reply);
	case RNDIS_MSG_SET_EX: return answer_set_ex(a, &m.request, msg, len, reply);
	case RNDIS_MSG_RESET: return answer_reset(a, reply);
	case RNDIS_MSG_KEEPALIVE: return answer_keepalive(&m.keepalive, reply);
	}
	net_adapter_reset(a); /* HALT */
	a->changed = NET_CHANGED_HALT;
	return 0;
}

static bool in_list(const struct net_adapter *a, const uint8_t *destination)
{
	for (unsigned int i = 0; i < a->multicast_count; i++)
		if (!memcmp(a->multicast[i], destination, 6))
			return true;
	return false;
}

bool net_filter_passes(const struct net_adapter *a, const uint8_t *destination)
{
	static const uint8_t broadcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

	if (a->filter & NDIS_PACKET_TYPE_PROMISCUOUS)
		return true;
	if (!memcmp(destination, broadcast, 6))
		return a->filter & NDIS_PACKET_TYPE_BROADCAST;
	if (!(destination[0] & 1))
		return (a->filter & NDIS_PACKET_TYPE_DIRECTED) && !memcmp(destination, a->mac, 6);
	return (a->filter & NDIS_PACKET_TYPE_ALL_MULTICAST) ||
	       ((a->filter & NDIS_PACKET_TYPE_MULTICAST) && in_list(a, destination));
}
