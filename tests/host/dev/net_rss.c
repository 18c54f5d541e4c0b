// SPDX-License-Identifier: GPL-2.0-only
/* pure: receive side scaling (net_rss.h). */
#include "net_bytes.h"
#include "net_rss.h"

uint32_t net_toeplitz(const uint8_t *key, const uint8_t *data, size_t len)
{
	uint32_t window = get_be32(key), hash = 0;

	for (size_t i = 0; i < len; i++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			if (data[i] & 0x80 >> bit)
				hash ^= window;
			window = window << 1 | (key[i + 4] >> (7 - bit) & 1);
		}
	return hash;
}

static void make_tables(struct net_rss *r)
{
	uint8_t in[NET_RSS_INPUT_MAX];

	memset(in, 0, sizeof(in));
	for (unsigned int i = 0; i < NET_RSS_INPUT_MAX; i++) {
		r->xor_of[i][0] = 0;
		for (unsigned int bit = 1; bit < 256; bit <<= 1) {
			in[i] = (uint8_t)bit;
			r->xor_of[i][bit] = net_toeplitz(r->key, in, i + 1);
		}
		in[i] = 0;
		for (unsigned int v = 1; v < 256; v++)
			r->xor_of[i][v] = r->xor_of[i][v & (v - 1)] ^ r->xor_of[i][v & -v];
	}
}

void net_rss_reset(struct net_rss *r)
{
	memset(r, 0, sizeof(*r));
}

static bool inside(size_t offset, size_t size, size_t len)
{
	return offset <= len && size <= len - offset;
}

static bool table_fits(const struct ndis_rss_params *p, const uint8_t *info, size_t len, unsigned int queues)
{
	if (!p->table_size || p->table_size % 4 || !inside(p->table_offset, p->table_size, len))
		return false;
	for (unsigned int i = 0; i < p->table_size / 4u; i++)
		if (get_le32(info + p->table_offset + 4 * i) >= queues)
			return false;
	return true;
}

/* The table is as long as the capabilities say; a shorter one is repeated. */
static void take_table(struct net_rss *r, const uint8_t *table, unsigned int entries)
{
	if (entries > NDIS_RSS_TABLE_ENTRIES)
		entries = NDIS_RSS_TABLE_ENTRIES;
	for (unsigned int i = 0; i < NDIS_RSS_TABLE_ENTRIES; i++)
		r->table[i] = get_le32(table + 4 * (i % entries));
	r->entries = NDIS_RSS_TABLE_ENTRIES;
}

static bool wanted(const struct ndis_rss_params *p, const uint8_t *info, size_t len, unsigned int queues)
{
	if (!(p->flags & NDIS_RSS_FLAG_TABLE_UNCHANGED) && !table_fits(p, info, len, queues))
		return false;
	return (p->flags & NDIS_RSS_FLAG_KEY_UNCHANGED) ||
	       (p->key_size == NDIS_RSS_KEY_LEN && inside(p->key_offset, NDIS_RSS_KEY_LEN, len));
}

static void take_all(struct net_rss *r, const struct ndis_rss_params *p, const uint8_t *info)
{
	if (!(p->flags & NDIS_RSS_FLAG_TABLE_UNCHANGED))
		take_table(r, info + p->table_offset, p->table_size / 4u);
	if (!(p->flags & NDIS_RSS_FLAG_HASH_INFO_UNCHANGED))
		r->hash_info = p->hash_info;
	if (p->flags & NDIS_RSS_FLAG_KEY_UNCHANGED)
		return;
	memcpy(r->key, info + p->key_offset, NDIS_RSS_KEY_LEN);
	r->key_set = true;
	make_tables(r);
}

uint32_t net_rss_set(struct net_rss *r, const uint8_t *info, size_t len, unsigned int queues)
{
	struct ndis_rss_params p;
	uint32_t hash_info;

	if (len < sizeof(p))
		return RNDIS_STATUS_INVALID_LENGTH;
	memcpy(&p, info, sizeof(p));
	hash_info = p.flags & NDIS_RSS_FLAG_HASH_INFO_UNCHANGED ? r->hash_info : p.hash_info;
	if ((p.flags & NDIS_RSS_FLAG_DISABLE) || !(hash_info & NDIS_HASH_FUNCTION_MASK)) {
		r->enabled = false;
		return RNDIS_STATUS_SUCCESS;
	}
	if ((hash_info & NDIS_HASH_FUNCTION_MASK) != NDIS_HASH_TOEPLITZ)
		return RNDIS_STATUS_NOT_SUPPORTED;
	if (!wanted(&p, info, len, queues))
		return RNDIS_STATUS_INVALID_DATA;
	take_all(r, &p, info);
	r->enabled = r->entries && r->key_set;
	return RNDIS_STATUS_SUCCESS;
}

/* The bits of hash_info that this protocol's ports count for, and those for the addresses alone. */
static void hash_types(const struct net_layers *l, uint32_t *ports, uint32_t *addresses)
{
	bool tcp = l->proto == IP_TCP;

	if (l->ip == 4) {
		*ports = tcp ? NDIS_HASH_TCP_IPV4 : NDIS_HASH_UDP_IPV4;
		*addresses = NDIS_HASH_IPV4;
	} else {
		*ports = tcp ? NDIS_HASH_TCP_IPV6 : NDIS_HASH_UDP_IPV6;
		*addresses = NDIS_HASH_IPV6;
		if (l->extended) {
			*ports |= tcp ? NDIS_HASH_TCP_IPV6_EX : NDIS_HASH_UDP_IPV6_EX;
			*addresses |= NDIS_HASH_IPV6_EX;
		}
	}
	if (!l->payload)
		*ports = 0;
}

bool net_rss_hash(const struct net_rss *r, const uint8_t *frame, const struct net_layers *l, uint32_t *hash)
{
	uint8_t in[NET_RSS_INPUT_MAX];
	uint32_t ports, addresses, h = 0;
	size_t n = l->ip == 4 ? 8 : 32;

	if (!r->enabled || !l->ip)
		return false;
	hash_types(l, &ports, &addresses);
	if (!(r->hash_info & (ports | addresses)))
		return false;
	memcpy(in, frame + l->l3 + (l->ip == 4 ? 12 : 8), n);
	if (r->hash_info & ports) {
		memcpy(in + n, frame + l->l4, 4);
		n += 4;
	}
	for (size_t i = 0; i < n; i++)
		h ^= r->xor_of[i][in[i]];
	*hash = h;
	return true;
}

unsigned int net_rss_queue(const struct net_rss *r, uint32_t hash)
{
	return r->entries ? r->table[hash % r->entries] : 0;
}
