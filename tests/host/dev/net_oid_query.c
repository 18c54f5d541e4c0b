// SPDX-License-Identifier: GPL-2.0-only
/* pure: what the adapter answers to QUERY (docs/wire/05 7.1, 7.2, 7.4). */
#include <wire/nvsp.h>

#include "net_bytes.h"
#include "net_oid_tables.h"

#define NDIS_6 0x00060000U
#define NDIS_6_30 0x0006001EU
#define VENDOR_TEXT "Test host network adapter"
#define FRIENDLY_NAME "Network Device"
#define FRIENDLY_UNITS 256

/* The supported list, and from which NDIS version on an OID is known. */
static const struct {
	uint32_t oid;
	uint32_t ndis;
} known[] = {
	{ OID_GEN_SUPPORTED_LIST, 0 }, { OID_GEN_HARDWARE_STATUS, 0 }, { OID_GEN_MEDIA_SUPPORTED, 0 },
	{ OID_GEN_MEDIA_IN_USE, 0 }, { OID_GEN_MAXIMUM_LOOKAHEAD, 0 }, { OID_GEN_MAXIMUM_FRAME_SIZE, 0 },
	{ OID_GEN_LINK_SPEED, 0 }, { OID_GEN_TRANSMIT_BUFFER_SPACE, 0 }, { OID_GEN_RECEIVE_BUFFER_SPACE, 0 },
	{ OID_GEN_TRANSMIT_BLOCK_SIZE, 0 }, { OID_GEN_RECEIVE_BLOCK_SIZE, 0 }, { OID_GEN_VENDOR_ID, 0 },
	{ OID_GEN_VENDOR_DESCRIPTION, 0 }, { OID_GEN_CURRENT_PACKET_FILTER, 0 }, { OID_GEN_CURRENT_LOOKAHEAD, 0 },
	{ OID_GEN_DRIVER_VERSION, 0 }, { OID_GEN_MAXIMUM_TOTAL_SIZE, 0 }, { OID_GEN_MAC_OPTIONS, 0 },
	{ OID_GEN_MEDIA_CONNECT_STATUS, 0 }, { OID_GEN_MAXIMUM_SEND_PACKETS, 0 }, { OID_GEN_VENDOR_DRIVER_VERSION, 0 },
	{ OID_GEN_NETWORK_LAYER_ADDRESSES, 0 }, { OID_GEN_RNDIS_CONFIG_PARAMETER, 0 }, { OID_GEN_XMIT_OK, 0 },
	{ OID_GEN_RCV_OK, 0 }, { OID_GEN_XMIT_ERROR, 0 }, { OID_GEN_RCV_ERROR, 0 }, { OID_GEN_RCV_NO_BUFFER, 0 },
	{ OID_GEN_FRIENDLY_NAME, 0 }, { OID_802_3_PERMANENT_ADDRESS, 0 }, { OID_802_3_CURRENT_ADDRESS, 0 },
	{ OID_802_3_MULTICAST_LIST, 0 }, { OID_802_3_MAXIMUM_LIST_SIZE, 0 }, { OID_802_3_RCV_ERROR_ALIGNMENT, 0 },
	{ OID_802_3_XMIT_ONE_COLLISION, 0 }, { OID_802_3_XMIT_MORE_COLLISIONS, 0 }, { OID_GEN_MAX_LINK_SPEED, NDIS_6 },
	{ OID_GEN_LINK_STATE, NDIS_6 }, { OID_GEN_BYTES_RCV, NDIS_6 }, { OID_GEN_BYTES_XMIT, NDIS_6 },
	{ OID_GEN_RCV_DISCARDS, NDIS_6 }, { OID_GEN_XMIT_DISCARDS, NDIS_6 }, { OID_OFFLOAD_ENCAPSULATION, NDIS_6 },
	{ OID_TCP_OFFLOAD_CURRENT_CONFIG, NDIS_6 }, { OID_TCP_OFFLOAD_PARAMETERS, NDIS_6 },
	{ OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES, NDIS_6 }, { OID_GEN_RSS_CAPABILITIES, NDIS_6_30 },
	{ OID_GEN_RSS_PARAMETERS, NDIS_6_30 },
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

static uint32_t put(struct net_answer *answer, const void *data, size_t len)
{
	if (len > answer->max)
		return RNDIS_STATUS_BUFFER_OVERFLOW;
	memcpy(answer->out, data, len);
	answer->len = len;
	return RNDIS_STATUS_SUCCESS;
}

static uint32_t put32(struct net_answer *answer, uint32_t v)
{
	return put(answer, &v, sizeof(v));
}

static uint32_t put64(struct net_answer *answer, uint64_t v)
{
	return put(answer, &v, sizeof(v));
}

static bool knows(const struct net_adapter *a, uint32_t oid)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].oid == oid)
			return known[i].ndis <= a->ndis;
	return false;
}

static uint32_t supported_list(const struct net_adapter *a, struct net_answer *answer)
{
	uint32_t list[KNOWN];
	size_t n = 0;

	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].ndis <= a->ndis)
			list[n++] = known[i].oid;
	return put(answer, list, n * sizeof(list[0]));
}

static uint32_t friendly_name(struct net_answer *answer)
{
	uint16_t name[FRIENDLY_UNITS] = { 0 };

	for (size_t i = 0; i + 1 < sizeof(FRIENDLY_NAME); i++)
		name[i] = (uint16_t)FRIENDLY_NAME[i];
	return put(answer, name, sizeof(name));
}

static uint32_t link_state(const struct net_adapter *a, struct net_answer *answer)
{
	struct ndis_link_state s;

	memset(&s, 0, sizeof(s));
	s.hdr.type = NDIS_OBJECT_DEFAULT;
	s.hdr.revision = 1;
	s.hdr.size = sizeof(s);
	s.connect = a->link ? NDIS_MEDIA_STATE_CONNECTED : NDIS_MEDIA_STATE_DISCONNECTED;
	s.xmit_speed = a->speed;
	s.rcv_speed = a->speed;
	return put(answer, &s, sizeof(s));
}

static uint32_t max_link_speed(const struct net_adapter *a, struct net_answer *answer)
{
	struct ndis_link_speed s = { .xmit = a->speed, .rcv = a->speed };

	return put(answer, &s, sizeof(s));
}

static uint32_t rss_caps(const struct net_adapter *a, struct net_answer *answer)
{
	struct ndis_rss_caps c;

	if (!a->can_rss)
		return RNDIS_STATUS_NOT_SUPPORTED;
	memset(&c, 0, sizeof(c));
	c.hdr.type = NDIS_OBJECT_RSS_CAPABILITIES;
	c.hdr.revision = NDIS_RSS_CAPS_REVISION;
	c.hdr.size = NDIS_RSS_CAPS_SIZE;
	c.flags = NDIS_RSS_CAPS_SUPPORTS_TOEPLITZ | NDIS_RSS_CAPS_TCP_IPV4 | NDIS_RSS_CAPS_TCP_IPV6 |
		  NDIS_RSS_CAPS_TCP_IPV6_EX;
	if (a->can_udp)
		c.flags |= NDIS_RSS_CAPS_UDP_IPV4 | NDIS_RSS_CAPS_UDP_IPV6 | NDIS_RSS_CAPS_UDP_IPV6_EX;
	c.interrupt_messages = a->queues;
	c.receive_queues = a->queues;
	c.table_entries = NDIS_RSS_TABLE_ENTRIES;
	return put(answer, &c, sizeof(c));
}

static __u32 when(bool on, __u32 v)
{
	return on ? v : 0;
}

static void csum_caps(struct ndis_csum_offload *c, const struct net_offloads *o)
{
	__u32 tcp4 = NDIS_CSUM_IP4_OPTIONS | NDIS_CSUM_TCP4_OPTIONS | NDIS_CSUM_TCP4;
	__u32 tcp6 = NDIS_CSUM_IP6_EXTENSIONS | NDIS_CSUM_TCP6_OPTIONS | NDIS_CSUM_TCP6;

	c->ip4_tx_flags = when(o->tcp4_tx, tcp4) | when(o->udp4_tx, NDIS_CSUM_UDP4) | when(o->ip4_tx, NDIS_CSUM_IP4);
	c->ip4_rx_flags = when(o->tcp4_rx, tcp4) | when(o->udp4_rx, NDIS_CSUM_UDP4) | when(o->ip4_rx, NDIS_CSUM_IP4);
	c->ip6_tx_flags = when(o->tcp6_tx, tcp6) | when(o->udp6_tx, NDIS_CSUM_UDP6);
	c->ip6_rx_flags = when(o->tcp6_rx, tcp6) | when(o->udp6_rx, NDIS_CSUM_UDP6);
	c->ip4_tx_encap = when(c->ip4_tx_flags, NDIS_ENCAP_8023);
	c->ip4_rx_encap = when(c->ip4_rx_flags, NDIS_ENCAP_8023);
	c->ip6_tx_encap = when(c->ip6_tx_flags, NDIS_ENCAP_8023);
	c->ip6_rx_encap = when(c->ip6_rx_flags, NDIS_ENCAP_8023);
}

static void lso_caps(struct ndis_lso2_offload *l, const struct net_offloads *o)
{
	l->ip4_encap = when(o->lso4, NDIS_ENCAP_8023);
	l->ip4_max_size = when(o->lso4, NDIS_LSO_MAX_SIZE);
	l->ip4_min_segments = when(o->lso4, NDIS_LSO_MIN_SEGMENTS);
	l->ip6_encap = when(o->lso6, NDIS_ENCAP_8023);
	l->ip6_max_size = when(o->lso6, NDIS_LSO_MAX_SIZE);
	l->ip6_min_segments = when(o->lso6, NDIS_LSO_MIN_SEGMENTS);
	l->ip6_flags = when(o->lso6, NDIS_LSO6_EXTENSIONS | NDIS_LSO6_TCP_OPTIONS);
}

/* Revision and size follow the NVSP version (7.4). */
static uint32_t offload(const struct net_adapter *a, struct net_answer *answer, const struct net_offloads *o)
{
	struct ndis_offload c;

	memset(&c, 0, sizeof(c));
	c.hdr.type = NDIS_OBJECT_OFFLOAD;
	c.hdr.revision = a->nvsp >= NVSP_VERSION_5 ? 3 : a->nvsp >= NVSP_VERSION_4 ? 2 : 1;
	c.hdr.size = c.hdr.revision == 3 ? NDIS_OFFLOAD_SIZE_3 :
		     c.hdr.revision == 2 ? NDIS_OFFLOAD_SIZE_2 : NDIS_OFFLOAD_SIZE_1;
	csum_caps(&c.csum, o);
	lso_caps(&c.lso2, o);
	c.rsc_ip4 = o->rsc4;
	c.rsc_ip6 = o->rsc6;
	return put(answer, &c, c.hdr.size);
}

static uint32_t offload_hardware(const struct net_adapter *a, struct net_answer *answer)
{
	bool c = a->can_csum, u = a->can_csum && a->can_udp;
	struct net_offloads o = {
		.ip4_tx = c, .ip4_rx = c, .tcp4_tx = c, .tcp4_rx = c, .udp4_tx = u, .udp4_rx = u,
		.tcp6_tx = c, .tcp6_rx = c, .udp6_tx = u, .udp6_rx = u,
		.lso4 = a->can_lso, .lso6 = a->can_lso, .rsc4 = a->can_rsc, .rsc6 = a->can_rsc,
	};

	return offload(a, answer, &o);
}

/* In 100 bit/s, as far as they fit. */
static uint32_t link_speed(const struct net_adapter *a)
{
	return a->speed / 100 > 0xFFFFFFFFu ? 0xFFFFFFFFu : (uint32_t)(a->speed / 100);
}

/* OIDs answered with one u32. */
static bool word(const struct net_adapter *a, uint32_t oid, uint32_t *v)
{
	switch (oid) {
	case OID_GEN_HARDWARE_STATUS:
	case OID_GEN_MEDIA_SUPPORTED:
	case OID_GEN_MEDIA_IN_USE:
	case OID_GEN_CURRENT_PACKET_FILTER:
	case OID_GEN_XMIT_ERROR:
	case OID_GEN_RCV_ERROR:
	case OID_802_3_RCV_ERROR_ALIGNMENT:
	case OID_802_3_XMIT_ONE_COLLISION:
	case OID_802_3_XMIT_MORE_COLLISIONS: *v = 0; return true;
	case OID_GEN_MAXIMUM_LOOKAHEAD:
	case OID_GEN_CURRENT_LOOKAHEAD:
	case OID_GEN_MAXIMUM_FRAME_SIZE: *v = a->mtu - ETH_HEADER; return true;
	case OID_GEN_LINK_SPEED: *v = link_speed(a); return true;
	case OID_GEN_TRANSMIT_BUFFER_SPACE:
	case OID_GEN_RECEIVE_BUFFER_SPACE: *v = 262144; return true;
	case OID_GEN_TRANSMIT_BLOCK_SIZE:
	case OID_GEN_RECEIVE_BLOCK_SIZE:
	case OID_GEN_MAXIMUM_TOTAL_SIZE: *v = a->mtu; return true;
	case OID_GEN_VENDOR_ID: *v = 0x0000155D; return true;
	case OID_GEN_MAC_OPTIONS:
		*v = NDIS_MAC_OPTION_COPY_LOOKAHEAD | NDIS_MAC_OPTION_TRANSFERS_NOT_PEND | NDIS_MAC_OPTION_NO_LOOPBACK |
		     NDIS_MAC_OPTION_8021P | NDIS_MAC_OPTION_8021Q;
		return true;
	case OID_GEN_MEDIA_CONNECT_STATUS: *v = a->link ? NDIS_MEDIA_CONNECTED : NDIS_MEDIA_DISCONNECTED; return true;
	case OID_GEN_MAXIMUM_SEND_PACKETS: *v = 0xFFFFFFFFu; return true;
	case OID_802_3_MAXIMUM_LIST_SIZE: *v = NET_MULTICAST_MAX; return true;
	default: return false;
	}
}

static bool counter(const struct net_adapter *a, uint32_t oid, uint64_t *v)
{
	switch (oid) {
	case OID_GEN_XMIT_OK: *v = a->tx_packets; return true;
	case OID_GEN_RCV_OK: *v = a->rx_packets; return true;
	case OID_GEN_RCV_NO_BUFFER: *v = a->rx_no_buffer; return true;
	case OID_GEN_BYTES_RCV: *v = a->rx_bytes; return true;
	case OID_GEN_BYTES_XMIT: *v = a->tx_bytes; return true;
	case OID_GEN_RCV_DISCARDS: *v = a->rx_dropped; return true;
	case OID_GEN_XMIT_DISCARDS: *v = a->tx_dropped; return true;
	default: return false;
	}
}

static uint32_t structure(struct net_adapter *a, uint32_t oid, struct net_answer *answer)
{
	uint16_t version = 0x0600;

	switch (oid) {
	case OID_GEN_SUPPORTED_LIST: return supported_list(a, answer);
	case OID_GEN_VENDOR_DESCRIPTION: return put(answer, VENDOR_TEXT, sizeof(VENDOR_TEXT));
	case OID_GEN_DRIVER_VERSION:
	case OID_GEN_VENDOR_DRIVER_VERSION: return put(answer, &version, sizeof(version));
	case OID_GEN_FRIENDLY_NAME: return friendly_name(answer);
	case OID_802_3_PERMANENT_ADDRESS: return put(answer, a->permanent_mac, 6);
	case OID_802_3_CURRENT_ADDRESS: return put(answer, a->mac, 6);
	case OID_802_3_MULTICAST_LIST: return put(answer, a->multicast, a->multicast_count * 6u);
	case OID_GEN_LINK_STATE: return link_state(a, answer);
	case OID_GEN_MAX_LINK_SPEED: return max_link_speed(a, answer);
	case OID_GEN_RSS_CAPABILITIES: return rss_caps(a, answer);
	case OID_TCP_OFFLOAD_CURRENT_CONFIG: return offload(a, answer, &a->on);
	case OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES: return offload_hardware(a, answer);
	default: return RNDIS_STATUS_NOT_SUPPORTED;
	}
}

uint32_t net_oid_query(struct net_adapter *a, uint32_t oid, struct net_answer *answer)
{
	uint32_t v;
	uint64_t count;

	if (!knows(a, oid))
		return RNDIS_STATUS_NOT_SUPPORTED;
	if (word(a, oid, &v))
		return put32(answer, v);
	if (counter(a, oid, &count)) /* NDIS 6 made them wider */
		return a->ndis >= NDIS_6 ? put64(answer, count) : put32(answer, (uint32_t)count);
	return structure(a, oid, answer);
}
