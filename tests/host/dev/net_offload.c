// SPDX-License-Identifier: GPL-2.0-only
/* pure: checksums and segmentation (net_offload.h). */
#include <wire/rndis.h>

#include "net_bytes.h"
#include "net_offload.h"

#define IP6_HEADER 40
#define IP6_EXTENSIONS_MAX 8
#define TCP_FIN_PSH 0x09
#define TCP_CWR 0x80

static bool ip4_layers(const uint8_t *frame, size_t len, struct net_layers *l)
{
	const uint8_t *ip = frame + ETH_HEADER;
	size_t left = len - ETH_HEADER, header, total;

	if (left < 20 || ip[0] >> 4 != 4)
		return false;
	header = (ip[0] & 15) * 4u;
	total = get_be16(ip + 2);
	if (!total) /* large send: the guest leaves it to us */
		total = left;
	if (header < 20 || header > total || total > left)
		return false;
	l->ip = 4;
	l->l3 = ETH_HEADER;
	l->end = ETH_HEADER + total;
	l->fragment = get_be16(ip + 6) & 0x3FFF;
	l->proto = ip[9];
	l->l4 = ETH_HEADER + (unsigned int)header;
	return true;
}

/* Length of the extension header at `at`, 0 when it is none that can be stepped over. */
static size_t ip6_extension(const uint8_t *at, size_t left, uint8_t proto, bool *fragment)
{
	if (left < 8)
		return 0;
	if (proto == 44) {
		*fragment = true;
		return 8;
	}
	return proto == 0 || proto == 43 || proto == 60 ? at[1] * 8u + 8 : 0;
}

static bool ip6_layers(const uint8_t *frame, size_t len, struct net_layers *l)
{
	const uint8_t *ip = frame + ETH_HEADER;
	size_t left = len - ETH_HEADER, total, at = IP6_HEADER, step;

	if (left < IP6_HEADER || ip[0] >> 4 != 6)
		return false;
	total = get_be16(ip + 4);
	total = total ? total + IP6_HEADER : left;
	if (total > left)
		return false;
	l->ip = 6;
	l->l3 = ETH_HEADER;
	l->end = ETH_HEADER + total;
	l->proto = ip[6];
	for (unsigned int i = 0; i < IP6_EXTENSIONS_MAX && !l->fragment; i++) {
		step = ip6_extension(ip + at, total - at, l->proto, &l->fragment);
		if (!step || step > total - at)
			break;
		l->extended = true;
		l->proto = ip[at];
		at += step;
	}
	l->l4 = (unsigned int)(ETH_HEADER + at);
	return true;
}

/* Only a whole TCP or UDP header makes it a payload offset. */
static void transport(const uint8_t *frame, struct net_layers *l)
{
	size_t left = l->end - l->l4, header;

	if (l->fragment)
		return;
	if (l->proto == IP_TCP && left >= 20) {
		header = (frame[l->l4 + 12] >> 4) * 4u;
		if (header >= 20 && header <= left)
			l->payload = l->l4 + (unsigned int)header;
	} else if (l->proto == IP_UDP && left >= 8) {
		l->payload = l->l4 + 8;
	}
}

bool net_layers(const uint8_t *frame, size_t len, struct net_layers *out)
{
	bool ok = true;

	memset(out, 0, sizeof(*out));
	out->end = len;
	if (len < ETH_HEADER)
		return false;
	out->ethertype = get_be16(frame + 12);
	if (out->ethertype == ETH_TYPE_IP4)
		ok = ip4_layers(frame, len, out);
	else if (out->ethertype == ETH_TYPE_IP6)
		ok = ip6_layers(frame, len, out);
	if (ok && out->ip)
		transport(frame, out);
	return ok;
}

static uint32_t fold(uint64_t sum)
{
	sum = (sum & 0xFFFFFFFFu) + (sum >> 32);
	sum = (sum & 0xFFFFFFFFu) + (sum >> 32);
	sum = (sum & 0xFFFF) + (sum >> 16);
	sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint32_t)((sum & 0xFFFF) + (sum >> 16));
}

/* 32 bits at a time into 64: 2^32 words could be summed before it overflows. */
uint32_t net_sum(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t acc = sum;
	uint32_t w[4];
	uint16_t last = 0;

	for (; len >= 16; p += 16, len -= 16) {
		memcpy(w, p, 16);
		acc += (uint64_t)w[0] + w[1];
		acc += (uint64_t)w[2] + w[3];
	}
	for (; len >= 2; p += 2, len -= 2) {
		memcpy(&last, p, 2);
		acc += last;
	}
	if (len) {
		last = 0;
		memcpy(&last, p, 1);
		acc += last;
	}
	return fold(acc);
}

uint16_t net_sum_done(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}

uint32_t net_sum_pseudo(const uint8_t *frame, const struct net_layers *l, size_t len)
{
	uint8_t tail[8] = { 0 };
	uint32_t sum;

	if (l->ip == 4)
		sum = net_sum(0, frame + l->l3 + 12, 8);
	else
		sum = net_sum(0, frame + l->l3 + 8, 32);
	put_be32(tail, (uint32_t)len);
	tail[7] = l->proto;
	return net_sum(sum, tail, sizeof(tail));
}

/* Offset of the checksum in the header of proto, and whether a pseudo header belongs to it. 0: none we know. */
static unsigned int sum_field(const struct net_layers *l, bool *pseudo)
{
	size_t left = l->end - l->l4;

	*pseudo = l->proto != IP_ICMP;
	if (!l->l4 || l->fragment)
		return 0;
	if (l->proto == IP_TCP && l->payload)
		return l->l4 + 16;
	if (l->proto == IP_UDP && l->payload)
		return l->l4 + 6;
	if ((l->proto == IP_ICMP && l->ip == 4 && left >= 8) || (l->proto == IP_ICMP6 && l->ip == 6 && left >= 8))
		return l->l4 + 2;
	return 0;
}

static void put_sum(uint8_t *frame, const struct net_layers *l, unsigned int field, uint32_t sum)
{
	uint16_t done = net_sum_done(sum);

	if (!done && l->proto == IP_UDP)
		done = 0xFFFF;
	memcpy(frame + field, &done, 2);
}

static void fill_ip4(uint8_t *frame, const struct net_layers *l)
{
	uint16_t done;

	memset(frame + l->l3 + 10, 0, 2);
	done = net_sum_done(net_sum(0, frame + l->l3, l->l4 - l->l3));
	memcpy(frame + l->l3 + 10, &done, 2);
}

void net_sum_fill_all(uint8_t *frame, const struct net_layers *l)
{
	bool pseudo;
	unsigned int field = sum_field(l, &pseudo);
	uint32_t sum;

	if (l->ip == 4)
		fill_ip4(frame, l);
	if (!field)
		return;
	memset(frame + field, 0, 2);
	sum = pseudo ? net_sum_pseudo(frame, l, l->end - l->l4) : 0;
	put_sum(frame, l, field, net_sum(sum, frame + l->l4, l->end - l->l4));
}

uint32_t net_sum_verify(const uint8_t *frame, const struct net_layers *l)
{
	bool pseudo, good;
	unsigned int field = sum_field(l, &pseudo);
	uint32_t bits = 0;

	if (l->ip == 4)
		bits = net_sum_done(net_sum(0, frame + l->l3, l->l4 - l->l3)) ? RNDIS_CSUM_RX_IP_FAILED :
										 RNDIS_CSUM_RX_IP_OK;
	if (!field || (l->proto != IP_TCP && l->proto != IP_UDP))
		return bits;
	if (l->proto == IP_UDP && !frame[field] && !frame[field + 1])
		return bits; /* the sender made none */
	if (l->proto == IP_UDP && get_be16(frame + l->l4 + 4) != l->end - l->l4)
		return bits | RNDIS_CSUM_RX_UDP_FAILED;
	good = !net_sum_done(net_sum(net_sum_pseudo(frame, l, l->end - l->l4), frame + l->l4, l->end - l->l4));
	if (l->proto == IP_TCP)
		return bits | (good ? RNDIS_CSUM_RX_TCP_OK : RNDIS_CSUM_RX_TCP_FAILED);
	return bits | (good ? RNDIS_CSUM_RX_UDP_OK : RNDIS_CSUM_RX_UDP_FAILED);
}

/* The checksum's field holds the sum of the pseudo header for len bytes? 0 and 0xFFFF are the same sum. */
static bool seed_good(const uint8_t *frame, const struct net_layers *l, unsigned int field, size_t len)
{
	uint16_t is;
	uint32_t want = net_sum_pseudo(frame, l, len);

	memcpy(&is, frame + field, 2);
	return is == want || (is % 0xFFFF == 0 && want % 0xFFFF == 0);
}

static bool transmit_fits(const struct net_layers *l, uint32_t ppi)
{
	uint8_t want = ppi & RNDIS_CSUM_TX_TCP ? IP_TCP : IP_UDP;
	unsigned int at = ppi >> RNDIS_CSUM_TX_OFFSET_SHIFT & RNDIS_CSUM_TX_OFFSET_MASK;

	if ((ppi & RNDIS_CSUM_TX_TCP) && (ppi & RNDIS_CSUM_TX_UDP))
		return false;
	if (l->proto != want || !l->payload || (at && at != l->l4))
		return false;
	return l->ip == 4 ? !(ppi & RNDIS_CSUM_TX_IP6) : !(ppi & RNDIS_CSUM_TX_IP4);
}

enum net_offload_result net_sum_transmit(uint8_t *frame, size_t len, uint32_t ppi)
{
	struct net_layers l;
	bool pseudo, good;
	unsigned int field;

	if (!net_layers(frame, len, &l) || !l.ip)
		return NET_OFFLOAD_BAD;
	if ((ppi & (RNDIS_CSUM_TX_TCP | RNDIS_CSUM_TX_UDP)) && !transmit_fits(&l, ppi))
		return NET_OFFLOAD_BAD;
	if ((ppi & RNDIS_CSUM_TX_IPHDR) && l.ip == 4)
		fill_ip4(frame, &l);
	if (!(ppi & (RNDIS_CSUM_TX_TCP | RNDIS_CSUM_TX_UDP)))
		return NET_OFFLOAD_OK;
	field = sum_field(&l, &pseudo);
	good = seed_good(frame, &l, field, l.end - l.l4);
	put_sum(frame, &l, field, net_sum(0, frame + l.l4, l.end - l.l4));
	return good ? NET_OFFLOAD_OK : NET_OFFLOAD_SEED;
}

enum net_offload_result net_lso_begin(struct net_lso *s, const uint8_t *frame, size_t len, uint32_t ppi)
{
	unsigned int at = ppi >> RNDIS_LSO_OFFSET_SHIFT & RNDIS_LSO_OFFSET_MASK;

	memset(s, 0, sizeof(*s));
	if (!net_layers(frame, len, &s->l) || s->l.proto != IP_TCP || !s->l.payload)
		return NET_OFFLOAD_BAD;
	s->mss = ppi & RNDIS_LSO_MSS_MASK;
	if (!s->mss || (at && at != s->l.l4) || (s->l.ip == 6) != !!(ppi & RNDIS_LSO_IP6))
		return NET_OFFLOAD_BAD;
	s->frame = frame;
	s->len = s->l.end;
	s->at = s->l.payload;
	return seed_good(frame, &s->l, s->l.l4 + 16, 0) ? NET_OFFLOAD_OK : NET_OFFLOAD_SEED;
}

static void segment_headers(const struct net_lso *s, uint8_t *out, size_t len, bool last)
{
	const struct net_layers *l = &s->l;
	uint8_t *ip = out + l->l3, *tcp = out + l->l4;

	if (l->ip == 4) {
		put_be16(ip + 2, (uint16_t)(len - l->l3));
		put_be16(ip + 4, (uint16_t)(get_be16(ip + 4) + s->index));
	} else {
		put_be16(ip + 4, (uint16_t)(len - l->l3 - IP6_HEADER));
	}
	put_be32(tcp + 4, get_be32(tcp + 4) + (uint32_t)(s->at - l->payload));
	if (!last)
		tcp[13] &= (uint8_t)~TCP_FIN_PSH;
	if (s->index)
		tcp[13] &= (uint8_t)~TCP_CWR;
}

size_t net_lso_next(struct net_lso *s, uint8_t *out, size_t max)
{
	struct net_layers l = s->l;
	size_t left = s->len - s->at;
	size_t chunk = left < s->mss ? left : s->mss;

	/* A frame without payload is one segment. */
	if ((!left && s->index) || l.payload + chunk > max || l.payload + chunk - l.l3 > 0xFFFF)
		return 0;
	memcpy(out, s->frame, l.payload);
	memcpy(out + l.payload, s->frame + s->at, chunk);
	segment_headers(s, out, l.payload + chunk, chunk == left);
	l.end = l.payload + chunk;
	net_sum_fill_all(out, &l);
	s->at += chunk;
	s->index++;
	return l.end;
}
