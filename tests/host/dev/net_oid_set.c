// SPDX-License-Identifier: GPL-2.0-only
/* pure: what the guest may SET (docs/wire/05 7.2 - 7.5). */
#include <ctype.h>
#include <wire/nvsp.h>

#include "net_bytes.h"
#include "net_oid_tables.h"

#define TEXT_MAX 64

static uint32_t set_filter(struct net_adapter *a, const uint8_t *info, size_t len)
{
	if (len < 4)
		return RNDIS_STATUS_INVALID_LENGTH;
	a->filter = get_le32(info);
	a->changed |= NET_CHANGED_FILTER;
	return RNDIS_STATUS_SUCCESS;
}

static uint32_t set_multicast(struct net_adapter *a, const uint8_t *info, size_t len)
{
	if (len % 6)
		return RNDIS_STATUS_INVALID_LENGTH;
	if (len / 6 > NET_MULTICAST_MAX)
		return RNDIS_STATUS_RESOURCES;
	if (len)
		memcpy(a->multicast, info, len);
	a->multicast_count = (unsigned int)(len / 6);
	a->changed |= NET_CHANGED_FILTER;
	return RNDIS_STATUS_SUCCESS;
}

static uint32_t set_rss(struct net_adapter *a, const uint8_t *info, size_t len)
{
	uint32_t status;

	if (!a->can_rss)
		return RNDIS_STATUS_NOT_SUPPORTED;
	status = net_rss_set(&a->rss, info, len, a->queues);
	if (!status)
		a->changed |= NET_CHANGED_RSS;
	return status;
}

/* True when `value` is one of the four known, and asks for nothing the host lacks. */
static bool csum_value(uint8_t value, bool can)
{
	return value <= NDIS_CSUM_BOTH && (can || value <= NDIS_CSUM_OFF);
}

static bool on_off_value(uint8_t value, bool can)
{
	return value <= NDIS_LSO_ON && (can || value <= NDIS_LSO_OFF);
}

static void take_csum(uint8_t value, bool *tx, bool *rx)
{
	if (value == NDIS_OFFLOAD_NO_CHANGE)
		return;
	*tx = value == NDIS_CSUM_TX || value == NDIS_CSUM_BOTH;
	*rx = value == NDIS_CSUM_RX || value == NDIS_CSUM_BOTH;
}

static void take_on_off(uint8_t value, bool *on)
{
	if (value != NDIS_OFFLOAD_NO_CHANGE)
		*on = value == NDIS_LSO_ON;
}

static bool params_fit(const struct net_adapter *a, const struct ndis_offload_params *p)
{
	bool udp = a->can_csum && a->can_udp;

	return csum_value(p->ip4_csum, a->can_csum) && csum_value(p->tcp4_csum, a->can_csum) &&
	       csum_value(p->udp4_csum, udp) && csum_value(p->tcp6_csum, a->can_csum) &&
	       csum_value(p->udp6_csum, udp) &&
	       on_off_value(p->lso1, false) && on_off_value(p->lso2_ip4, a->can_lso) &&
	       on_off_value(p->lso2_ip6, a->can_lso) && on_off_value(p->rsc_ip4, a->can_rsc) &&
	       on_off_value(p->rsc_ip6, a->can_rsc);
}

static uint32_t set_offload(struct net_adapter *a, const uint8_t *info, size_t len)
{
	struct ndis_offload_params p;

	memset(&p, 0, sizeof(p));
	if (len < NDIS_OFFLOAD_PARAMS_SIZE_1)
		return RNDIS_STATUS_INVALID_LENGTH;
	memcpy(&p, info, len < sizeof(p) ? len : sizeof(p));
	if (!params_fit(a, &p))
		return RNDIS_STATUS_NOT_SUPPORTED;
	take_csum(p.ip4_csum, &a->on.ip4_tx, &a->on.ip4_rx);
	take_csum(p.tcp4_csum, &a->on.tcp4_tx, &a->on.tcp4_rx);
	take_csum(p.udp4_csum, &a->on.udp4_tx, &a->on.udp4_rx);
	take_csum(p.tcp6_csum, &a->on.tcp6_tx, &a->on.tcp6_rx);
	take_csum(p.udp6_csum, &a->on.udp6_tx, &a->on.udp6_rx);
	take_on_off(p.lso2_ip4, &a->on.lso4);
	take_on_off(p.lso2_ip6, &a->on.lso6);
	take_on_off(p.rsc_ip4, &a->on.rsc4);
	take_on_off(p.rsc_ip6, &a->on.rsc6);
	a->changed |= NET_CHANGED_OFFLOAD;
	return RNDIS_STATUS_SUCCESS;
}

static uint32_t set_encapsulation(const uint8_t *info, size_t len)
{
	struct ndis_offload_encapsulation e;

	if (len < sizeof(e))
		return RNDIS_STATUS_INVALID_LENGTH;
	memcpy(&e, info, sizeof(e));
	if (e.hdr.type != NDIS_OBJECT_OFFLOAD_ENCAPSULATION)
		return RNDIS_STATUS_INVALID_DATA;
	return e.ip4_enabled <= NDIS_ENCAPSULATION_OFF && e.ip6_enabled <= NDIS_ENCAPSULATION_OFF ?
		       RNDIS_STATUS_SUCCESS : RNDIS_STATUS_INVALID_DATA;
}

/* UTF-16 that is ASCII, as a string. */
static bool ascii(const uint8_t *info, size_t len, uint32_t offset, uint32_t bytes, char *out)
{
	if (bytes % 2 || bytes / 2 >= TEXT_MAX || offset > len || bytes > len - offset)
		return false;
	for (uint32_t i = 0; i < bytes / 2; i++) {
		uint8_t low = info[offset + 2 * i];

		if (info[offset + 2 * i + 1] || low > 0x7E || (low && low < 0x20))
			return false;
		out[i] = (char)low;
	}
	out[bytes / 2] = 0;
	return true;
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static uint32_t set_mac(struct net_adapter *a, const char *text)
{
	uint8_t mac[6];

	if (!a->spoofing)
		return RNDIS_STATUS_NOT_SUPPORTED;
	if (strlen(text) != 12)
		return RNDIS_STATUS_INVALID_DATA;
	for (unsigned int i = 0; i < 12; i++)
		if (!isxdigit((unsigned char)text[i]))
			return RNDIS_STATUS_INVALID_DATA;
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = (uint8_t)(hex(text[2 * i]) << 4 | hex(text[2 * i + 1]));
	if (mac[0] & 1)
		return RNDIS_STATUS_INVALID_DATA;
	memcpy(a->mac, mac, 6);
	a->changed |= NET_CHANGED_MAC;
	return RNDIS_STATUS_SUCCESS;
}

/* The offload parameters that can be set by name: one digit, bit 0 transmit, bit 1 receive. */
static uint32_t set_by_name(struct net_adapter *a, const char *name, const char *value)
{
	struct net_offloads *o = &a->on;
	struct {
		const char *name;
		bool *tx, *rx, can;
	} names[] = {
		{ "*IPChecksumOffloadIPv4", &o->ip4_tx, &o->ip4_rx, a->can_csum },
		{ "*TCPChecksumOffloadIPv4", &o->tcp4_tx, &o->tcp4_rx, a->can_csum },
		{ "*TCPChecksumOffloadIPv6", &o->tcp6_tx, &o->tcp6_rx, a->can_csum },
		{ "*UDPChecksumOffloadIPv4", &o->udp4_tx, &o->udp4_rx, a->can_csum && a->can_udp },
		{ "*UDPChecksumOffloadIPv6", &o->udp6_tx, &o->udp6_rx, a->can_csum && a->can_udp },
		{ "*LsoV2IPv4", &o->lso4, NULL, a->can_lso }, { "*LsoV2IPv6", &o->lso6, NULL, a->can_lso },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i].name))
			continue;
		if (value[0] < '0' || value[0] > (names[i].rx ? '3' : '1') || value[1])
			return RNDIS_STATUS_INVALID_DATA;
		if (value[0] != '0' && !names[i].can)
			return RNDIS_STATUS_NOT_SUPPORTED;
		*names[i].tx = value[0] & 1;
		if (names[i].rx)
			*names[i].rx = value[0] & 2;
		a->changed |= NET_CHANGED_OFFLOAD;
		return RNDIS_STATUS_SUCCESS;
	}
	return RNDIS_STATUS_NOT_SUPPORTED;
}

static uint32_t set_parameter(struct net_adapter *a, const uint8_t *info, size_t len)
{
	struct rndis_config_parameter p;
	char name[TEXT_MAX], value[TEXT_MAX];

	if (len < sizeof(p))
		return RNDIS_STATUS_INVALID_LENGTH;
	memcpy(&p, info, sizeof(p));
	if (!ascii(info, len, p.name_offset, p.name_len, name) || !ascii(info, len, p.value_offset, p.value_len, value))
		return RNDIS_STATUS_INVALID_DATA;
	if (p.type != NDIS_CONFIG_STRING)
		return RNDIS_STATUS_NOT_SUPPORTED;
	return strcmp(name, "NetworkAddress") ? set_by_name(a, name, value) : set_mac(a, value);
}

uint32_t net_oid_set(struct net_adapter *a, uint32_t oid, const uint8_t *info, size_t len)
{
	switch (oid) {
	case OID_GEN_CURRENT_PACKET_FILTER: return set_filter(a, info, len);
	case OID_802_3_MULTICAST_LIST: return set_multicast(a, info, len);
	case OID_GEN_CURRENT_LOOKAHEAD:
	case OID_GEN_NETWORK_LAYER_ADDRESSES: return RNDIS_STATUS_SUCCESS;
	case OID_GEN_RSS_PARAMETERS: return set_rss(a, info, len);
	case OID_TCP_OFFLOAD_PARAMETERS: return set_offload(a, info, len);
	case OID_OFFLOAD_ENCAPSULATION: return set_encapsulation(info, len);
	case OID_GEN_RNDIS_CONFIG_PARAMETER: return set_parameter(a, info, len);
	default: return RNDIS_STATUS_NOT_SUPPORTED;
	}
}
