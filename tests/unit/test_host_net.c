// SPDX-License-Identifier: GPL-2.0-only
/* The test host's network adapter, its pure parts: hashing, checksums, segments, coalescing, RNDIS, OIDs, sections. */
#include "unit.h"
#include <errno.h>
#include <wire/nvsp.h>
#include "dev/net_bytes.h"
#include "dev/net_nvsp.h"
#include "dev/net_oid.h"
#include "dev/net_pattern.h"
#include "dev/net_rndis.h"
#include "dev/net_rsc.h"
#include "dev/net_sections.h"

/* cmocka gives every test a state; none here has one. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The verification key that the published vectors go with. */
static const uint8_t key[NDIS_RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca,
		0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac,
		0x01, 0xfa,
};

struct vector4 {
	uint8_t from[4], to[4];
	uint16_t from_port, to_port;
	uint32_t ip, tcp;
};

static const struct vector4 vectors4[] = {
	{ { 66, 9, 149, 187 }, { 161, 142, 100, 80 }, 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ { 199, 92, 111, 2 }, { 65, 69, 140, 83 }, 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ { 24, 19, 198, 95 }, { 12, 22, 207, 184 }, 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ { 38, 27, 205, 30 }, { 209, 142, 163, 6 }, 48228, 2217, 0x82989176, 0xafc7327f },
	{ { 153, 39, 163, 191 }, { 202, 188, 127, 2 }, 44251, 1303, 0x5d1809c5, 0x10e828a2 },
};

struct vector6 {
	uint8_t from[16], to[16];
	uint16_t from_port, to_port;
	uint32_t ip, tcp;
};

static const struct vector6 vectors6[] = {
	{ { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7 },
	  { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1 }, 2794, 1766, 0x2cc18cd5,
		  0x40207d3d },
	{ { 0x3f, 0xfe, 0x05, 0x01, 0x00, 0x08, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef, 0xab },
	  { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 14230, 4739, 0x0f0c461c, 0xdde51bbf },
	{ { 0x3f, 0xfe, 0x19, 0x00, 0x45, 0x45, 0x00, 0x03, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf },
	  { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf }, 44251, 38024, 0x4b61e985,
		  0x02d1feef },
};

/* --- frames ---------------------------------------------------------------------------------------------- */

static size_t frame4(uint8_t *f, uint8_t proto, const uint8_t *from, const uint8_t *to, uint16_t sport, uint16_t dport,
		     size_t payload)
{
	uint8_t *ip = f + ETH_HEADER, *l4 = ip + 20;
	size_t header = proto == IP_TCP ? 20 : 8, len = ETH_HEADER + 20 + header + payload;
	struct net_layers l;

	memset(f, 0, ETH_HEADER + 40);
	memcpy(f, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", 14);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(20 + header + payload));
	ip[8] = 64;
	ip[9] = proto;
	memcpy(ip + 12, from, 4);
	memcpy(ip + 16, to, 4);
	put_be16(l4, sport);
	put_be16(l4 + 2, dport);
	if (proto == IP_TCP) {
		l4[12] = 5 << 4;
		l4[13] = 0x10;
	} else {
		put_be16(l4 + 4, (uint16_t)(8 + payload));
	}
	net_pattern_read(0, l4 + header, payload);
	assert_true(net_layers(f, len, &l));
	net_sum_fill_all(f, &l);
	return len;
}

static size_t frame6(uint8_t *f, uint8_t proto, const uint8_t *from, const uint8_t *to, uint16_t sport, uint16_t dport,
		     size_t payload)
{
	uint8_t *ip = f + ETH_HEADER, *l4 = ip + 40;
	size_t header = proto == IP_TCP ? 20 : 8, len = ETH_HEADER + 40 + header + payload;
	struct net_layers l;

	memset(f, 0, ETH_HEADER + 60);
	memcpy(f, "\2\0\0\0\0\1\2\0\0\0\0\2\x86\xDD", 14);
	ip[0] = 0x60;
	put_be16(ip + 4, (uint16_t)(header + payload));
	ip[6] = proto;
	ip[7] = 64;
	memcpy(ip + 8, from, 16);
	memcpy(ip + 24, to, 16);
	put_be16(l4, sport);
	put_be16(l4 + 2, dport);
	if (proto == IP_TCP) {
		l4[12] = 5 << 4;
		l4[13] = 0x10;
	} else {
		put_be16(l4 + 4, (uint16_t)(8 + payload));
	}
	net_pattern_read(0, l4 + header, payload);
	assert_true(net_layers(f, len, &l));
	net_sum_fill_all(f, &l);
	return len;
}

static size_t some4(uint8_t *f, uint8_t proto, size_t payload)
{
	return frame4(f, proto, vectors4[0].from, vectors4[0].to, 1000, 2000, payload);
}

/* --- RSS ------------------------------------------------------------------------------------------------- */

/* A whole set request, as Linux makes it. */
static size_t rss_info(uint8_t *out, uint32_t hash_info, uint16_t flags, unsigned int queues)
{
	struct ndis_rss_params p = { .hash_info = hash_info, .flags = flags, .table_size = 512, .table_offset = 40,
				     .key_size = 40, .key_offset = 552 };

	p.hdr.type = NDIS_OBJECT_RSS_PARAMETERS;
	p.hdr.revision = 2;
	p.hdr.size = 40;
	memcpy(out, &p, sizeof(p));
	for (uint32_t i = 0; i < 128; i++) {
		uint32_t q = i % queues;

		memcpy(out + 40 + 4 * i, &q, 4);
	}
	memcpy(out + 552, key, 40);
	return 592;
}

#define ALL_HASHES (NDIS_HASH_TOEPLITZ | NDIS_HASH_IPV4 | NDIS_HASH_TCP_IPV4 | NDIS_HASH_IPV6 | NDIS_HASH_TCP_IPV6)
#define ADDRESSES (NDIS_HASH_TOEPLITZ | NDIS_HASH_IPV4 | NDIS_HASH_IPV6)

static struct net_rss rss;

static uint32_t hash_of(const uint8_t *f, size_t len, uint32_t hash_info)
{
	static uint8_t info[592];
	struct net_layers l;
	uint32_t h = 0;

	net_rss_reset(&rss);
	assert_int_equal(net_rss_set(&rss, info, rss_info(info, hash_info, 0, 4), 4), RNDIS_STATUS_SUCCESS);
	assert_true(net_layers(f, len, &l));
	assert_true(net_rss_hash(&rss, f, &l, &h));
	return h;
}

static void toeplitz_vectors(void **state)
{
	uint8_t f[128], in[36];

	for (unsigned int i = 0; i < COUNT(vectors4); i++) {
		const struct vector4 *v = &vectors4[i];
		size_t len = frame4(f, IP_TCP, v->from, v->to, v->from_port, v->to_port, 4);

		row_equal(i, hash_of(f, len, ALL_HASHES), v->tcp);
		row_equal(i, hash_of(f, len, ADDRESSES), v->ip);
		memcpy(in, v->from, 4);
		memcpy(in + 4, v->to, 4);
		row_equal(i, net_toeplitz(key, in, 8), v->ip);
	}
	for (unsigned int i = 0; i < COUNT(vectors6); i++) {
		const struct vector6 *v = &vectors6[i];
		size_t len = frame6(f, IP_TCP, v->from, v->to, v->from_port, v->to_port, 4);

		row_equal(i, hash_of(f, len, ALL_HASHES), v->tcp);
		row_equal(i, hash_of(f, len, ADDRESSES), v->ip);
	}
}

static void udp_is_hashed_by_addresses_unless_asked(void **state)
{
	const struct vector4 *v = &vectors4[0];
	uint8_t f[128];
	size_t len = frame4(f, IP_UDP, v->from, v->to, v->from_port, v->to_port, 4);

	assert_int_equal(hash_of(f, len, ALL_HASHES), v->ip);
	assert_int_equal(hash_of(f, len, ALL_HASHES | NDIS_HASH_UDP_IPV4), v->tcp);
}

static void rss_refuses(void **state)
{
	static uint8_t info[592];
	struct ndis_rss_params *p = (void *)info;
	uint32_t bad = 4;
	size_t len = rss_info(info, ALL_HASHES, 0, 4);

	net_rss_reset(&rss);
	assert_int_equal(net_rss_set(&rss, info, 39, 4), RNDIS_STATUS_INVALID_LENGTH);
	assert_int_equal(net_rss_set(&rss, info, len - 1, 4), RNDIS_STATUS_INVALID_DATA);
	memcpy(info + 40 + 508, &bad, 4);
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_INVALID_DATA);
	assert_false(rss.enabled);
	len = rss_info(info, ALL_HASHES, 0, 4);
	p->table_size = 510;
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_INVALID_DATA);
	p->table_size = 512;
	p->table_offset = 0xFFFFFFF0;
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_INVALID_DATA);
	p->table_offset = 40;
	p->key_size = 39;
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_INVALID_DATA);
	p->key_size = 40;
	p->hash_info = (ALL_HASHES & ~0xFFu) | 2;
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_NOT_SUPPORTED);
	p->hash_info = ALL_HASHES;
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_SUCCESS);
	assert_true(rss.enabled);
	p->flags = NDIS_RSS_FLAG_DISABLE;
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_SUCCESS);
	assert_false(rss.enabled);
}

static void short_table_is_repeated(void **state)
{
	static uint8_t info[592];
	struct ndis_rss_params *p = (void *)info;
	size_t len = rss_info(info, ALL_HASHES, 0, 3);

	p->table_size = 12;
	net_rss_reset(&rss);
	assert_int_equal(net_rss_set(&rss, info, len, 4), RNDIS_STATUS_SUCCESS);
	for (uint32_t h = 0; h < 128; h++)
		row_equal(h, net_rss_queue(&rss, h), h % 3);
}

static void key_may_stay(void **state)
{
	static uint8_t info[592];
	uint8_t f[128];
	size_t flen = frame4(f, IP_TCP, vectors4[1].from, vectors4[1].to, vectors4[1].from_port, vectors4[1].to_port,
			     0);
	struct net_layers l;
	uint32_t h;

	hash_of(f, flen, ALL_HASHES);
	rss_info(info, ALL_HASHES, NDIS_RSS_FLAG_KEY_UNCHANGED, 2);
	((struct ndis_rss_params *)info)->key_size = 0;
	assert_int_equal(net_rss_set(&rss, info, 552, 4), RNDIS_STATUS_SUCCESS);
	assert_true(net_layers(f, flen, &l));
	assert_true(net_rss_hash(&rss, f, &l, &h));
	assert_int_equal(h, vectors4[1].tcp);
	assert_true(rss.enabled);
}

/* --- checksums ------------------------------------------------------------------------------------------- */

/* The sum by its definition, 16 bits at a time. */
static uint16_t slow_sum(const uint8_t *p, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)sum;
}

static void sum_is_the_sum(void **state)
{
	uint8_t data[700], big[2];
	uint64_t seed = 5;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)rnd(&seed);
	for (unsigned int len = 0; len < 600; len += 7) {
		uint16_t got = net_sum_done(net_sum(0, data + len % 16, len));

		memcpy(big, &got, 2);
		row_equal(len, get_be16(big), (uint16_t)~slow_sum(data + len % 16, len, 0));
	}
}

static void verify_sees_every_flipped_bit(void **state)
{
	static const uint8_t protos[] = { IP_TCP, IP_UDP };
	struct net_layers l;
	uint8_t f[256];

	for (unsigned int p = 0; p < COUNT(protos); p++) {
		size_t len = some4(f, protos[p], 33);
		uint32_t ok = protos[p] == IP_TCP ? RNDIS_CSUM_RX_TCP_OK : RNDIS_CSUM_RX_UDP_OK;
		uint32_t failed = protos[p] == IP_TCP ? RNDIS_CSUM_RX_TCP_FAILED : RNDIS_CSUM_RX_UDP_FAILED;

		assert_true(net_layers(f, len, &l));
		assert_int_equal(net_sum_verify(f, &l), ok | RNDIS_CSUM_RX_IP_OK);
		for (size_t i = ETH_HEADER + 20; i < len; i++) {
			if (i == ETH_HEADER + 32 || i == ETH_HEADER + 24 || i == ETH_HEADER + 25)
				continue; /* TCP header length, UDP length: other layers then */
			f[i] ^= 4;
			assert_true(net_layers(f, len, &l));
			row_equal(i, net_sum_verify(f, &l), failed | RNDIS_CSUM_RX_IP_OK);
			f[i] ^= 4;
		}
		f[ETH_HEADER + 8] ^= 1;
		assert_true(net_sum_verify(f, &l) & RNDIS_CSUM_RX_IP_FAILED);
	}
}

static void udp_without_sum_is_neither(void **state)
{
	struct net_layers l;
	uint8_t f[128];
	size_t len = some4(f, IP_UDP, 10);

	put_be16(f + ETH_HEADER + 26, 0);
	assert_true(net_layers(f, len, &l));
	assert_int_equal(net_sum_verify(f, &l), RNDIS_CSUM_RX_IP_OK);
}

/* Puts the pseudo-header sum where a guest does. */
static void seed(uint8_t *f, size_t len, bool with_length)
{
	struct net_layers l;
	uint16_t s;
	unsigned int at;

	assert_true(net_layers(f, len, &l));
	at = l.l4 + (l.proto == IP_TCP ? 16 : 6);
	s = (uint16_t)net_sum_pseudo(f, &l, with_length ? l.end - l.l4 : 0);
	memcpy(f + at, &s, 2);
}

static void transmit_fills_what_verify_takes(void **state)
{
	static const uint8_t from[16] = { 0xfd, 1 }, to[16] = { 0xfd, 2 };
	uint8_t f[256], whole[256];
	struct net_layers l;
	size_t len;

	for (unsigned int payload = 0; payload < 50; payload += 3) {
		len = some4(whole, IP_TCP, payload);
		memcpy(f, whole, len);
		seed(f, len, true);
		assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_IP4 | RNDIS_CSUM_TX_TCP | 34u << 16),
				 NET_OFFLOAD_OK);
		assert_memory_equal(f, whole, len);
		len = frame6(whole, IP_UDP, from, to, 5, 6, payload);
		memcpy(f, whole, len);
		seed(f, len, true);
		assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_IP6 | RNDIS_CSUM_TX_UDP | 54u << 16),
				 NET_OFFLOAD_OK);
		assert_memory_equal(f, whole, len);
	}
	f[60] ^= 1; /* the seed is what hardware goes by: a wrong one makes a wrong sum */
	put_be16(f + 60, 0x1234);
	assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_IP6 | RNDIS_CSUM_TX_UDP | 54u << 16), NET_OFFLOAD_SEED);
	assert_true(net_layers(f, len, &l));
	assert_int_equal(net_sum_verify(f, &l), RNDIS_CSUM_RX_UDP_FAILED);
}

static void transmit_refuses(void **state)
{
	uint8_t f[128];
	size_t len = some4(f, IP_TCP, 10);

	assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_UDP | 34u << 16), NET_OFFLOAD_BAD);
	assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_TCP | 38u << 16), NET_OFFLOAD_BAD);
	assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_TCP | RNDIS_CSUM_TX_UDP), NET_OFFLOAD_BAD);
	assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_TCP | RNDIS_CSUM_TX_IP6), NET_OFFLOAD_BAD);
	assert_int_equal(net_sum_transmit(f, 30, RNDIS_CSUM_TX_TCP), NET_OFFLOAD_BAD);
	put_be16(f + 12, ETH_TYPE_ARP);
	assert_int_equal(net_sum_transmit(f, len, RNDIS_CSUM_TX_TCP), NET_OFFLOAD_BAD);
}

static void layers_refuse(void **state)
{
	struct net_layers l;
	uint8_t f[128];
	size_t len = some4(f, IP_TCP, 10);

	assert_false(net_layers(f, 13, &l));
	assert_false(net_layers(f, len - 1, &l));
	assert_true(net_layers(f, len + 20, &l)); /* padding of short frames */
	assert_int_equal(l.end, len);
	f[ETH_HEADER] = 0x44;
	assert_false(net_layers(f, len, &l));
	f[ETH_HEADER] = 0x4F;
	put_be16(f + ETH_HEADER + 2, 50);
	assert_false(net_layers(f, len, &l));
	f[ETH_HEADER] = 0x45;
	f[ETH_HEADER + 32] = 4 << 4; /* TCP header shorter than itself */
	assert_true(net_layers(f, len, &l));
	assert_int_equal(l.payload, 0);
}

static void fragments_have_no_transport(void **state)
{
	struct net_layers l;
	uint8_t f[128];
	size_t len = some4(f, IP_UDP, 10);

	put_be16(f + ETH_HEADER + 6, 0x2000);
	assert_true(net_layers(f, len, &l));
	assert_true(l.fragment);
	assert_int_equal(l.payload, 0);
	assert_int_equal(net_sum_verify(f, &l) & (RNDIS_CSUM_RX_UDP_OK | RNDIS_CSUM_RX_UDP_FAILED), 0);
}

/* --- segmentation and coalescing ------------------------------------------------------------------------- */

#define BIG 40000

static uint8_t big[BIG + 200], piece[9216], joined[BIG + 200];

/* A large send as Linux makes it: lengths zero, seed without length. */
static size_t large(bool ip6, size_t payload)
{
	static const uint8_t from[16] = { 0xfd, 1 }, to[16] = { 0xfd, 2 };
	size_t len = ip6 ? frame6(big, IP_TCP, from, to, 5, 6, payload) : some4(big, IP_TCP, payload);

	big[ETH_HEADER + (ip6 ? 40 : 20) + 13] = 0x19; /* FIN, PSH, ACK */
	put_be32(big + ETH_HEADER + (ip6 ? 40 : 20) + 4, 0xFFFFF000);
	if (ip6) {
		put_be16(big + ETH_HEADER + 4, 0);
	} else {
		put_be16(big + ETH_HEADER + 2, 0);
		put_be16(big + ETH_HEADER + 10, 0);
	}
	seed(big, len, false);
	return len;
}

static void cut_and_check(bool ip6, size_t payload, unsigned int mss)
{
	size_t len = large(ip6, payload), n, at = 0, head = ETH_HEADER + (ip6 ? 60 : 40);
	uint32_t ppi = mss | (uint32_t)(head - 20) << RNDIS_LSO_OFFSET_SHIFT | RNDIS_LSO_TYPE_2 |
		(ip6 ? RNDIS_LSO_IP6 : 0);
	struct net_layers l;
	struct net_lso s;
	unsigned int i = 0;
	uint32_t want = RNDIS_CSUM_RX_TCP_OK | (ip6 ? 0 : RNDIS_CSUM_RX_IP_OK);

	assert_int_equal(net_lso_begin(&s, big, len, ppi), NET_OFFLOAD_OK);
	for (; (n = net_lso_next(&s, piece, sizeof(piece))); i++) {
		bool last = at + (n - head) == payload;

		assert_true(net_layers(piece, n, &l));
		assert_int_equal(l.end, n);
		row_equal(i, net_sum_verify(piece, &l), want);
		row_equal(i, get_be32(piece + head - 16), (uint32_t)(0xFFFFF000 + at));
		row_equal(i, piece[head - 7], last ? 0x19 : 0x10);
		if (!ip6)
			row_equal(i, get_be16(piece + ETH_HEADER + 4), i);
		row_equal(i, n - head, last ? payload - at : mss);
		memcpy(joined + at, piece + head, n - head);
		at += n - head;
	}
	assert_int_equal(at, payload);
	assert_int_equal(i, payload ? (payload + mss - 1) / mss : 1);
	assert_int_equal(net_pattern_check(0, joined, payload), payload);
}

static void large_sends_are_cut(void **state)
{
	cut_and_check(false, BIG, 1460);
	cut_and_check(false, 2920, 1460);
	cut_and_check(true, BIG, 1440);
	cut_and_check(true, 1, 1440);
	cut_and_check(false, 3001, 536);
	cut_and_check(false, BIG, 8948);
}

static void large_sends_refused(void **state)
{
	size_t len = large(false, 5000);
	struct net_lso s;

	assert_int_equal(net_lso_begin(&s, big, len, RNDIS_LSO_TYPE_2 | 34u << 20), NET_OFFLOAD_BAD);
	assert_int_equal(net_lso_begin(&s, big, len, 1460 | RNDIS_LSO_IP6 | 34u << 20), NET_OFFLOAD_BAD);
	assert_int_equal(net_lso_begin(&s, big, len, 1460 | 35u << 20), NET_OFFLOAD_BAD);
	assert_int_equal(net_lso_begin(&s, big, 50, 1460 | 34u << 20), NET_OFFLOAD_BAD);
	seed(big, len, true);
	assert_int_equal(net_lso_begin(&s, big, len, 1460 | 34u << 20), NET_OFFLOAD_SEED);
	assert_int_equal(net_lso_begin(&s, big, some4(big, IP_UDP, 5000), 1460 | 34u << 20), NET_OFFLOAD_BAD);
}

static struct net_rsc rsc;

static void coalesced_is_what_was_cut(void **state)
{
	size_t len = large(false, 20000), n;
	struct net_layers l;
	struct net_lso s;
	unsigned int segments = 0;
	uint32_t sums;

	big[ETH_HEADER + 33] = 0x18; /* PSH, ACK */
	memset(&rsc, 0, sizeof(rsc));
	net_lso_begin(&s, big, len, 1460 | 34u << 20);
	while ((n = net_lso_next(&s, piece, sizeof(piece)))) {
		assert_true(net_layers(piece, n, &l));
		sums = net_sum_verify(piece, &l);
		assert_true(net_rsc_fits(piece, &l, sums));
		if (!segments)
			net_rsc_start(&rsc, piece, &l);
		else
			assert_true(net_rsc_add(&rsc, piece, &l));
		segments++;
	}
	assert_true(net_rsc_is_over(&rsc));
	net_rsc_finish(&rsc);
	assert_int_equal(rsc.segments, segments);
	assert_int_equal(rsc.len, len);
	assert_true(net_layers(rsc.frame, rsc.len, &l));
	assert_int_equal(l.end, len);
	assert_true(net_sum_verify(rsc.frame, &l) & RNDIS_CSUM_RX_IP_OK);
	assert_int_equal(net_pattern_check(0, rsc.frame + l.payload, 20000), 20000);
}

static void strangers_are_not_coalesced(void **state)
{
	struct net_layers l;
	uint8_t f[256];
	size_t len = some4(f, IP_TCP, 100);

	assert_true(net_layers(f, len, &l));
	memset(&rsc, 0, sizeof(rsc));
	net_rsc_start(&rsc, f, &l);
	assert_false(net_rsc_add(&rsc, f, &l)); /* the same sequence number again */
	put_be32(f + 38, 100);
	f[35]++; /* another port */
	assert_false(net_rsc_add(&rsc, f, &l));
	f[35]--;
	f[30]++; /* another address */
	assert_false(net_rsc_add(&rsc, f, &l));
	f[30]--;
	f[11]++; /* another sender */
	assert_false(net_rsc_add(&rsc, f, &l));
	f[11]--;
	assert_true(net_rsc_add(&rsc, f, &l));
	assert_false(net_rsc_fits(f, &l, RNDIS_CSUM_RX_IP_OK | RNDIS_CSUM_RX_TCP_FAILED));
	assert_false(net_rsc_fits(f, &l, RNDIS_CSUM_RX_TCP_OK));
	f[47] = 0x11; /* FIN */
	assert_false(net_rsc_fits(f, &l, RNDIS_CSUM_RX_IP_OK | RNDIS_CSUM_RX_TCP_OK));
}

/* --- RNDIS ----------------------------------------------------------------------------------------------- */

static void built_is_parsed(void **state)
{
	static uint8_t m[2048];
	struct rndis_info info = { .has_csum = true, .csum = 0x28, .has_vlan = true,
				   .vlan = rndis_vlan_from_tci(0xA064),
				   .has_hash = true, .hash = 0xDEADBEEF, .has_pktid = true };
	struct rndis_frame r;
	size_t at, head;
	struct rndis_piece p;

	info.pktid.flags = RNDIS_PKTID_SUBALLOC | RNDIS_PKTID_FIRST;
	for (unsigned int room = 0; room < 2; room++) {
		head = rndis_build_head(m, &info, 100, room ? 1806 : 0);
		assert_int_equal(head, room ? 256 : 44 + 64);
		net_pattern_read(0, m + head, 100);
		at = 0;
		assert_int_equal(rndis_next(m, sizeof(m), &at, &p), 1);
		assert_int_equal(at, room ? 1806 : head + 100);
		assert_int_equal(rndis_parse_packet(p.msg, p.len, &r), 0);
		assert_int_equal(r.len, 100);
		assert_int_equal(net_pattern_check(0, r.data, r.len), 100);
		assert_true(r.info.has_csum && r.info.csum == 0x28);
		assert_true(r.info.has_hash && r.info.hash == 0xDEADBEEF);
		assert_true(r.info.has_vlan && rndis_vlan_to_tci(r.info.vlan) == 0xA064);
		assert_true(r.info.has_pktid && r.info.pktid.flags == info.pktid.flags);
	}
	assert_int_equal(rndis_build_head(m, &info, 1806 - 255, 1806), 0);
}

static void vlan_bits(void **state)
{
	/* Priority 5, CFI, VLAN 100: 8.3 has them the other way round than a tag has. */
	assert_int_equal(rndis_vlan_from_tci(0xB064), 5 | 8 | 100 << 4);
	for (uint32_t tci = 0; tci < 0x10000; tci += 77)
		assert_int_equal(rndis_vlan_to_tci(rndis_vlan_from_tci((uint16_t)tci)), tci);
}

static void packet_refusals(void **state)
{
	static const struct {
		const char *what;
		size_t field; /* which u32 of the message */
		uint32_t value;
	} bad[] = {
		{ "data offset inside the header", 2, 35 }, { "data offset past the end", 2, 1000 },
		{ "data offset wraps", 2, 0xFFFFFFFF }, { "data too long", 3, 101 }, { "data length wraps", 3,
										       0xFFFFFFFF },
		{ "infos inside the header", 7, 35 }, { "infos past the frame", 7, 0xFFFFFF00 },
		{ "infos longer than up to the frame", 8, 33 }, { "infos end in an element", 8, 20 },
		{ "element of no size", 11, 0 }, { "element past the end", 11, 200 }, { "element's data in its header",
											13, 8 },
		{ "element's data past its end", 13, 13 },
	};
	struct rndis_info info = { .has_csum = true, .has_vlan = true };
	static uint8_t m[512];
	struct rndis_frame r;

	for (unsigned int i = 0; i < COUNT(bad); i++) {
		size_t len = rndis_build_head(m, &info, 100, 0) + 100;

		assert_int_equal(rndis_parse_packet(m, len, &r), 0);
		memcpy(m + 4 * bad[i].field, &bad[i].value, 4);
		if (rndis_parse_packet(m, len, &r) != -EPROTO)
			fail_msg("taken: %s", bad[i].what);
	}
	assert_int_equal(rndis_parse_packet(m, 43, &r), -EPROTO);
}

static void several_in_one(void **state)
{
	static uint8_t m[512];
	struct rndis_hdr h = { .type = 1, .len = 100 };
	struct rndis_piece p;
	size_t at = 0;

	memcpy(m, &h, 8);
	h.len = 60;
	memcpy(m + 100, &h, 8);
	assert_int_equal(rndis_next(m, 164, &at, &p), 1);
	assert_int_equal(rndis_next(m, 164, &at, &p), 1);
	assert_ptr_equal(p.msg, m + 100);
	assert_int_equal(rndis_next(m, 164, &at, &p), 0); /* four bytes of padding */
	m[161] = 1;
	assert_int_equal(rndis_next(m, 164, &at, &p), -EPROTO);
	at = 100;
	assert_int_equal(rndis_next(m, 159, &at, &p), -EPROTO);
	h.len = 7;
	memcpy(m + 100, &h, 8);
	assert_int_equal(rndis_next(m, 164, &at, &p), -EPROTO);
}

static void indications(void **state)
{
	uint8_t m[32];
	uint32_t speed = 100000;
	struct rndis_indicate i;

	assert_int_equal(rndis_build_indicate(m, RNDIS_STATUS_MEDIA_CONNECT, NULL, false), 20);
	assert_int_equal(rndis_build_indicate(m, RNDIS_STATUS_LINK_SPEED_CHANGE, &speed, false), 24);
	memcpy(&i, m, sizeof(i));
	assert_int_equal(i.hdr.len, 24);
	assert_int_equal(get_le32(m + 8 + i.buffer_offset), speed);
	assert_int_equal(rndis_build_indicate(m, RNDIS_STATUS_LINK_SPEED_CHANGE, &speed, true), 24);
	assert_int_equal(get_le32(m + 4), 20);
}

/* --- control --------------------------------------------------------------------------------------------- */

static struct net_adapter a;
static uint8_t reply[NET_REPLY_MAX];

static uint32_t control(uint32_t type, uint32_t oid, const void *info, uint32_t len)
{
	uint8_t m[1024] = { 0 };
	struct rndis_request r = { .request_id = 77, .oid = oid, .info_len = len, .info_offset = 20 };
	int n;

	r.hdr.type = type;
	r.hdr.len = (__u32)(sizeof(r) + len);
	memcpy(m, &r, sizeof(r));
	if (len)
		memcpy(m + sizeof(r), info, len);
	n = net_control(&a, m, r.hdr.len, reply);
	assert_true(n >= 16);
	assert_int_equal(get_le32(reply), type | RNDIS_MSG_COMPLETION);
	assert_int_equal(get_le32(reply + 4), n);
	assert_int_equal(get_le32(reply + 8), 77);
	return get_le32(reply + 12);
}

static uint32_t query(uint32_t oid)
{
	return control(RNDIS_MSG_QUERY, oid, NULL, 0);
}

static uint32_t set(uint32_t oid, const void *info, uint32_t len)
{
	return control(RNDIS_MSG_SET, oid, info, len);
}

static int fresh(void **state)
{
	struct rndis_init i = { .request_id = 5, .major = 1 };

	memset(&a, 0, sizeof(a));
	memcpy(a.permanent_mac, "\0\x15\x5d\1\2\3", 6);
	a.mtu = 1514;
	a.speed = 10000000000ULL;
	a.link = a.can_csum = a.can_udp = a.can_lso = a.can_rsc = a.can_rss = true;
	a.queues = 4;
	a.nvsp = NVSP_VERSION_6_1;
	a.ndis = 0x6001E;
	net_adapter_reset(&a);
	assert_int_equal(query(OID_GEN_LINK_SPEED), RNDIS_STATUS_NOT_READY);
	i.hdr.type = RNDIS_MSG_INIT;
	i.hdr.len = sizeof(i);
	assert_int_equal(net_control(&a, (uint8_t *)&i, sizeof(i), reply), 52);
	assert_int_equal(get_le32(reply + 8), 5);
	assert_int_equal(get_le32(reply + 12), 0);
	assert_int_equal(get_le32(reply + 32), 8);
	assert_true(a.initialized);
	return 0;
}

static void every_oid_of_the_list_answers(void **state)
{
	uint32_t list[64], n;

	assert_int_equal(query(OID_GEN_SUPPORTED_LIST), 0);
	n = get_le32(reply + 16) / 4;
	assert_true(n > 40 && n <= COUNT(list));
	memcpy(list, reply + 24, n * 4);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t status = query(list[i]);
		bool set_only = list[i] == OID_GEN_NETWORK_LAYER_ADDRESSES ||
			list[i] == OID_GEN_RNDIS_CONFIG_PARAMETER ||
				list[i] == OID_GEN_RSS_PARAMETERS || list[i] == OID_TCP_OFFLOAD_PARAMETERS ||
				list[i] == OID_OFFLOAD_ENCAPSULATION;

		row_equal(list[i], status, set_only ? RNDIS_STATUS_NOT_SUPPORTED : 0);
	}
	assert_int_equal(query(0x12345678), RNDIS_STATUS_NOT_SUPPORTED);
	a.ndis = 0x60001;
	assert_int_equal(query(OID_GEN_RSS_CAPABILITIES), RNDIS_STATUS_NOT_SUPPORTED);
}

static void answers_are_right(void **state)
{
	assert_int_equal(query(OID_GEN_MAXIMUM_FRAME_SIZE), 0);
	assert_int_equal(get_le32(reply + 24), 1500);
	assert_int_equal(query(OID_GEN_LINK_SPEED), 0);
	assert_int_equal(get_le32(reply + 24), 100000000);
	assert_int_equal(query(OID_802_3_PERMANENT_ADDRESS), 0);
	assert_memory_equal(reply + 24, a.permanent_mac, 6);
	assert_int_equal(query(OID_GEN_MEDIA_CONNECT_STATUS), 0);
	assert_int_equal(get_le32(reply + 24), NDIS_MEDIA_CONNECTED);
	assert_int_equal(query(OID_GEN_RSS_CAPABILITIES), 0);
	assert_int_equal(get_le32(reply + 24 + 12), 4);
	assert_int_equal(query(OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES), 0);
	assert_int_equal(get_le32(reply + 16), NDIS_OFFLOAD_SIZE_3);
	assert_int_equal(get_le32(reply + 24 + 84), NDIS_LSO_MAX_SIZE);
	a.nvsp = NVSP_VERSION_4;
	assert_int_equal(query(OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES), 0);
	assert_int_equal(get_le32(reply + 16), NDIS_OFFLOAD_SIZE_2);
}

static void offloads_are_set(void **state)
{
	struct ndis_offload_params p = { .tcp4_csum = NDIS_CSUM_BOTH, .udp6_csum = NDIS_CSUM_RX,
					 .lso2_ip4 = NDIS_LSO_ON,
					 .rsc_ip4 = NDIS_RSC_ON };

	assert_int_equal(set(OID_TCP_OFFLOAD_PARAMETERS, &p, sizeof(p)), 0);
	assert_true(a.on.tcp4_tx && a.on.tcp4_rx && !a.on.udp6_tx && a.on.udp6_rx && a.on.lso4 && !a.on.lso6 &&
		    a.on.rsc4);
	p.tcp4_csum = NDIS_CSUM_TX;
	assert_int_equal(set(OID_TCP_OFFLOAD_PARAMETERS, &p, NDIS_OFFLOAD_PARAMS_SIZE_1), 0);
	assert_true(a.on.tcp4_tx && !a.on.tcp4_rx && a.on.rsc4);
	p.lso1 = NDIS_LSO_ON;
	assert_int_equal(set(OID_TCP_OFFLOAD_PARAMETERS, &p, sizeof(p)), RNDIS_STATUS_NOT_SUPPORTED);
	p.lso1 = 0;
	p.tcp6_csum = 5;
	assert_int_equal(set(OID_TCP_OFFLOAD_PARAMETERS, &p, sizeof(p)), RNDIS_STATUS_NOT_SUPPORTED);
	assert_int_equal(set(OID_TCP_OFFLOAD_PARAMETERS, &p, 19), RNDIS_STATUS_INVALID_LENGTH);
	p.tcp6_csum = 0;
	a.can_rsc = false;
	assert_int_equal(set(OID_TCP_OFFLOAD_PARAMETERS, &p, sizeof(p)), RNDIS_STATUS_NOT_SUPPORTED);
}

static void filters(void **state)
{
	static const uint8_t all[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, group[6] = { 1, 0, 0x5E, 0, 0, 1 };
	static const uint8_t stranger[6] = { 0, 0x15, 0x5d, 1, 2, 4 };
	uint32_t f = 0;

	assert_false(net_filter_passes(&a, all) || net_filter_passes(&a, a.mac) || net_filter_passes(&a, group));
	f = NDIS_PACKET_TYPE_DIRECTED;
	assert_int_equal(set(OID_GEN_CURRENT_PACKET_FILTER, &f, 4), 0);
	assert_true(net_filter_passes(&a, a.mac));
	assert_false(net_filter_passes(&a, stranger) || net_filter_passes(&a, all) || net_filter_passes(&a, group));
	f |= NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_MULTICAST;
	set(OID_GEN_CURRENT_PACKET_FILTER, &f, 4);
	assert_true(net_filter_passes(&a, all) && !net_filter_passes(&a, group));
	assert_int_equal(set(OID_802_3_MULTICAST_LIST, group, 6), 0);
	assert_true(net_filter_passes(&a, group));
	assert_int_equal(set(OID_802_3_MULTICAST_LIST, group, 5), RNDIS_STATUS_INVALID_LENGTH);
	assert_int_equal(set(OID_802_3_MULTICAST_LIST, NULL, 0), 0);
	assert_false(net_filter_passes(&a, group));
	f = NDIS_PACKET_TYPE_ALL_MULTICAST;
	set(OID_GEN_CURRENT_PACKET_FILTER, &f, 4);
	assert_true(net_filter_passes(&a, group) && !net_filter_passes(&a, a.mac));
	f = NDIS_PACKET_TYPE_PROMISCUOUS;
	set(OID_GEN_CURRENT_PACKET_FILTER, &f, 4);
	assert_true(net_filter_passes(&a, stranger));
	assert_int_equal(set(OID_GEN_CURRENT_PACKET_FILTER, &f, 3), RNDIS_STATUS_INVALID_LENGTH);
}

/* 7.5: name and value in UTF-16. */
static uint32_t set_text(const char *name, const char *value)
{
	uint8_t m[256] = { 0 };
	struct rndis_config_parameter p = { .name_offset = 20, .name_len = (__u32)strlen(name) * 2,
					    .type = NDIS_CONFIG_STRING };

	p.value_offset = 20 + p.name_len;
	p.value_len = (__u32)strlen(value) * 2;
	memcpy(m, &p, sizeof(p));
	for (size_t i = 0; i < strlen(name); i++)
		m[20 + 2 * i] = (uint8_t)name[i];
	for (size_t i = 0; i < strlen(value); i++)
		m[p.value_offset + 2 * i] = (uint8_t)value[i];
	return set(OID_GEN_RNDIS_CONFIG_PARAMETER, m, p.value_offset + p.value_len);
}

static void mac_by_parameter(void **state)
{
	assert_int_equal(set_text("NetworkAddress", "00155D0A0B0C"), RNDIS_STATUS_NOT_SUPPORTED);
	a.spoofing = true;
	assert_int_equal(set_text("NetworkAddress", "00155D0A0B0C"), 0);
	assert_memory_equal(a.mac, "\0\x15\x5d\x0a\x0b\x0c", 6);
	assert_int_equal(set_text("NetworkAddress", "01155D0A0B0C"), RNDIS_STATUS_INVALID_DATA);
	assert_int_equal(set_text("NetworkAddress", "00155D0A0B"), RNDIS_STATUS_INVALID_DATA);
	assert_int_equal(set_text("NetworkAddress", "00155D0A0B0G"), RNDIS_STATUS_INVALID_DATA);
	assert_int_equal(set_text("*TCPChecksumOffloadIPv4", "2"), 0);
	assert_true(a.on.tcp4_rx && !a.on.tcp4_tx);
	assert_int_equal(set_text("*LsoV2IPv4", "2"), RNDIS_STATUS_INVALID_DATA);
	assert_int_equal(set_text("*Other", "1"), RNDIS_STATUS_NOT_SUPPORTED);
	net_adapter_reset(&a);
	assert_memory_equal(a.mac, a.permanent_mac, 6);
}

static void control_refusals(void **state)
{
	struct rndis_request r = { .info_len = 4, .info_offset = 20 };

	r.hdr.type = RNDIS_MSG_SET;
	r.hdr.len = sizeof(r);
	r.oid = OID_GEN_CURRENT_PACKET_FILTER;
	assert_int_equal(net_control(&a, (uint8_t *)&r, sizeof(r), reply), 16);
	assert_int_equal(get_le32(reply + 12), RNDIS_STATUS_INVALID_DATA); /* the four bytes are not there */
	r.info_offset = 0xFFFFFFF0;
	r.info_len = 0x20;
	assert_int_equal(net_control(&a, (uint8_t *)&r, sizeof(r), reply), 16);
	assert_int_equal(get_le32(reply + 12), RNDIS_STATUS_INVALID_DATA);
	assert_int_equal(net_control(&a, (uint8_t *)&r, sizeof(r) - 1, reply), -EPROTO);
	r.hdr.len = sizeof(r) + 1;
	assert_int_equal(net_control(&a, (uint8_t *)&r, sizeof(r), reply), -EPROTO);
	r.hdr.type = RNDIS_MSG_PACKET;
	r.hdr.len = sizeof(r);
	assert_int_equal(net_control(&a, (uint8_t *)&r, sizeof(r), reply), -EPROTO);
	assert_int_equal(net_control(&a, (uint8_t *)&r, 7, reply), -EPROTO);
}

static void reset_keepalive_halt(void **state)
{
	struct rndis_keepalive k = { .request_id = 9 };
	uint32_t f = 1;

	set(OID_GEN_CURRENT_PACKET_FILTER, &f, 4);
	k.hdr.type = RNDIS_MSG_KEEPALIVE;
	k.hdr.len = sizeof(k);
	assert_int_equal(net_control(&a, (uint8_t *)&k, sizeof(k), reply), 16);
	assert_int_equal(get_le32(reply), RNDIS_MSG_KEEPALIVE_C);
	assert_int_equal(get_le32(reply + 8), 9);
	k.hdr.type = RNDIS_MSG_RESET;
	assert_int_equal(net_control(&a, (uint8_t *)&k, sizeof(k), reply), 16);
	assert_int_equal(get_le32(reply), RNDIS_MSG_RESET_C);
	assert_true(a.initialized && !a.filter);
	k.hdr.type = RNDIS_MSG_HALT;
	assert_int_equal(net_control(&a, (uint8_t *)&k, sizeof(k), reply), 0);
	assert_false(a.initialized);
}

/* --- NVSP, sections -------------------------------------------------------------------------------------- */

static void nvsp_messages(void **state)
{
	uint8_t m[40] = { NVSP_SEND_NDIS_CONFIG };
	union nvsp_any any;

	assert_int_equal(nvsp_parse(m, 20, &any), 0);
	assert_int_equal(nvsp_parse(m, 19, &any), -EPROTO);
	assert_int_equal(nvsp_parse(m, 3, &any), -EPROTO);
	m[0] = NVSP_SEND_INDIRECTION_TABLE; /* only hosts send it */
	assert_int_equal(nvsp_parse(m, 40, &any), -ENOSYS);
}

static void nvsp_versions(void **state)
{
	static const struct {
		uint32_t min, max, newest, got, status;
	} rows[] = {
		{ NVSP_VERSION_6_1, NVSP_VERSION_6_1, NVSP_VERSION_6_1, NVSP_VERSION_6_1, NVSP_STAT_SUCCESS },
		{ NVSP_VERSION_6_1, NVSP_VERSION_6_1, NVSP_VERSION_5, 0, NVSP_STAT_VERSION_TOO_NEW },
		{ NVSP_VERSION_2, NVSP_VERSION_2, NVSP_VERSION_5, NVSP_VERSION_2, NVSP_STAT_SUCCESS },
		{ NVSP_VERSION_1, NVSP_VERSION_1, NVSP_VERSION_1, NVSP_VERSION_1, NVSP_STAT_SUCCESS },
		{ NVSP_VERSION_1, NVSP_VERSION_6, NVSP_VERSION_5, NVSP_VERSION_5, NVSP_STAT_SUCCESS },
		{ 0x30000, 0x30000, NVSP_VERSION_6_1, 0, NVSP_STAT_VERSION_TOO_OLD },
	};
	uint32_t status;

	for (unsigned int i = 0; i < COUNT(rows); i++) {
		row_equal(i, nvsp_choose(rows[i].min, rows[i].max, rows[i].newest, &status), rows[i].got);
		row_equal(i, status, rows[i].status);
	}
	assert_int_equal(nvsp_version_of("6.1"), NVSP_VERSION_6_1);
	assert_int_equal(nvsp_version_of("7"), 0);
	assert_int_equal(nvsp_mtu(1514, 9014), 1514);
	assert_int_equal(nvsp_mtu(9014, 9014), 9014);
	assert_int_equal(nvsp_mtu(9015, 9014), 1514);
	assert_int_equal(nvsp_mtu(0, 9014), 1514);
}

static void buffers_are_divided(void **state)
{
	struct nvsp_recv_section s;

	assert_true(nvsp_divide(16u << 20, 1514, NVSP_VERSION_6_1, &s));
	assert_int_equal(s.sub_size, 1806);
	assert_int_equal(s.sub_count, (16u << 20) / 1806);
	assert_true((uint64_t)s.sub_count * s.sub_size <= 16u << 20);
	assert_false(nvsp_divide(16u << 20, 1514, NVSP_VERSION_2, &s));
	assert_true(nvsp_divide(31u << 20, 9014, NVSP_VERSION_6_1, &s));
	assert_false(nvsp_divide(4096, 9014, NVSP_VERSION_6_1, &s));
	assert_false(nvsp_divide((31u << 20) + 4096, 1514, NVSP_VERSION_6_1, &s));
}

static void sections_come_back_once(void **state)
{
	struct net_sections p;
	uint32_t s[4];
	uint64_t id, id2;

	assert_true(net_sections_init(&p, 4));
	for (unsigned int i = 0; i < 4; i++)
		s[i] = net_section_take(&p);
	assert_int_equal(net_section_take(&p), NET_NO_SECTION);
	id = net_section_chain(&p, s, 3);
	assert_int_equal(net_section_done(&p, id, 0), 0); /* not sent yet */
	net_section_sent(&p, id, 2);
	assert_int_equal(net_section_done(&p, id, 1), 0); /* another queue's */
	assert_int_equal(net_section_done(&p, id + 1, 2), 0); /* not the first of a transfer */
	assert_int_equal(net_section_done(&p, s[1], 2), 0);
	assert_int_equal(net_section_done(&p, 4, 2), 0);
	assert_int_equal(net_section_done(&p, id, 2), 3);
	assert_int_equal(net_section_done(&p, id, 2), 0); /* twice */
	assert_int_equal(p.free, 3);
	s[0] = net_section_take(&p);
	id2 = net_section_chain(&p, s, 1);
	net_section_sent(&p, id2, 2);
	assert_int_not_equal(id, id2);
	assert_int_equal(net_section_done(&p, id2, 2), 1);
	net_section_put(&p, s[3]);
	net_section_put(&p, s[3]);
	assert_int_equal(p.free, 4);
	net_sections_exit(&p);
}

static void pattern_finds_the_first_wrong_byte(void **state)
{
	static uint8_t d[200000];

	net_pattern_read(12345, d, sizeof(d));
	assert_int_equal(net_pattern_check(12345, d, sizeof(d)), sizeof(d));
	d[70000] ^= 1;
	assert_int_equal(net_pattern_check(12345, d, sizeof(d)), 70000);
	assert_true(net_pattern_check(12345 + 1460, d, 1000) < 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(toeplitz_vectors), cmocka_unit_test(udp_is_hashed_by_addresses_unless_asked),
		cmocka_unit_test(rss_refuses), cmocka_unit_test(short_table_is_repeated),
			cmocka_unit_test(key_may_stay),
		cmocka_unit_test(sum_is_the_sum), cmocka_unit_test(verify_sees_every_flipped_bit),
		cmocka_unit_test(udp_without_sum_is_neither), cmocka_unit_test(transmit_fills_what_verify_takes),
		cmocka_unit_test(transmit_refuses), cmocka_unit_test(layers_refuse),
		cmocka_unit_test(fragments_have_no_transport), cmocka_unit_test(large_sends_are_cut),
		cmocka_unit_test(large_sends_refused), cmocka_unit_test(coalesced_is_what_was_cut),
		cmocka_unit_test(strangers_are_not_coalesced), cmocka_unit_test(built_is_parsed),
			cmocka_unit_test(vlan_bits),
		cmocka_unit_test(packet_refusals), cmocka_unit_test(several_in_one), cmocka_unit_test(indications),
		cmocka_unit_test_setup(every_oid_of_the_list_answers, fresh), cmocka_unit_test_setup(answers_are_right,
												     fresh),
		cmocka_unit_test_setup(offloads_are_set, fresh), cmocka_unit_test_setup(filters, fresh),
		cmocka_unit_test_setup(mac_by_parameter, fresh), cmocka_unit_test_setup(control_refusals, fresh),
		cmocka_unit_test_setup(reset_keepalive_halt, fresh), cmocka_unit_test(nvsp_messages),
		cmocka_unit_test(nvsp_versions), cmocka_unit_test(buffers_are_divided),
		cmocka_unit_test(sections_come_back_once), cmocka_unit_test(pattern_finds_the_first_wrong_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
