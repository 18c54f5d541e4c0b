// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: NDIS objects, what queries bring and sets carry (docs/wire/05-network.md 7).
 */
#include "ndis_obj.h"


/* ---- abilities ---- */

u32 ndis_build_offload_query(struct ndis_offload *o, u32 nvsp_version)
{
	memset(o, 0, sizeof(*o));
	o->hdr.type = NDIS_OBJECT_OFFLOAD;
	o->hdr.revision = nvsp_version >= NVSP_VERSION_5 ? 3 : nvsp_version >= NVSP_VERSION_4 ? 2 : 1;
	o->hdr.size = o->hdr.revision == 3 ? NDIS_OFFLOAD_SIZE_3 :
		      o->hdr.revision == 2 ? NDIS_OFFLOAD_SIZE_2 : NDIS_OFFLOAD_SIZE_1;
	return o->hdr.size;
}

static bool has_all(u32 flags, u32 wanted)
{
	return (flags & wanted) == wanted;
}

static void take_csum(const struct ndis_csum_offload *c, bool udp, struct ndis_abilities *out)
{
	const u32 tcp4 = NDIS_CSUM_TCP4 | NDIS_CSUM_TCP4_OPTIONS;
	const u32 tcp6 = NDIS_CSUM_TCP6 | NDIS_CSUM_TCP6_OPTIONS | NDIS_CSUM_IP6_EXTENSIONS;

	out->tcp4_csum = has_all(c->ip4_tx_flags, tcp4);
	out->udp4_csum = udp && has_all(c->ip4_tx_flags, NDIS_CSUM_UDP4);
	out->tcp6_csum = has_all(c->ip6_tx_flags, tcp6);
	out->udp6_csum = udp && has_all(c->ip6_tx_flags, NDIS_CSUM_UDP6);
}

static void take_lso(const struct ndis_lso2_offload *l, struct ndis_abilities *out)
{
	out->lso4 = out->tcp4_csum && (l->ip4_encap & NDIS_ENCAP_8023) && l->ip4_max_size;
	out->lso6 = out->tcp6_csum && (l->ip6_encap & NDIS_ENCAP_8023) && l->ip6_max_size &&
		    has_all(l->ip6_flags, NDIS_LSO6_EXTENSIONS | NDIS_LSO6_TCP_OPTIONS);
	if (out->lso4)
		out->lso_max = l->ip4_max_size;
	if (out->lso6 && (!out->lso_max || l->ip6_max_size < out->lso_max))
		out->lso_max = l->ip6_max_size;
}

int ndis_take_abilities(const void *info, u32 len, u32 nvsp_version, struct ndis_abilities *out)
{
	struct ndis_offload o;

	memset(out, 0, sizeof(*out));
	if (len < NDIS_OFFLOAD_SIZE_1)
		return -EINVAL;
	/* What the host left out is nothing it can. */
	memset(&o, 0, sizeof(o));
	memcpy(&o, info, len < sizeof(o) ? len : sizeof(o));
	if (o.hdr.type != NDIS_OBJECT_OFFLOAD || o.hdr.size < NDIS_OFFLOAD_SIZE_1)
		return -EINVAL;
	take_csum(&o.csum, nvsp_version > NVSP_VERSION_4, out);
	take_lso(&o.lso2, out);
	out->rsc = o.hdr.size >= NDIS_OFFLOAD_SIZE_3 && o.rsc_ip4 && o.rsc_ip6;
	return 0;
}

/* Off is said in so many words: 0 would leave what an earlier driver set. */
static u8 csum_value(bool on)
{
	return on ? NDIS_CSUM_BOTH : NDIS_CSUM_OFF;
}

u32 ndis_build_offload(struct ndis_offload_params *p, u32 nvsp_version, const struct ndis_abilities *a, bool rsc)
{
	memset(p, 0, sizeof(*p));
	p->hdr.type = NDIS_OBJECT_DEFAULT;
	p->hdr.revision = nvsp_version >= NVSP_VERSION_5 ? 3 : nvsp_version >= NVSP_VERSION_4 ? 2 : 1;
	p->hdr.size = p->hdr.revision == 3 ? NDIS_OFFLOAD_PARAMS_SIZE_3 :
		      p->hdr.revision == 2 ? NDIS_OFFLOAD_PARAMS_SIZE_2 : NDIS_OFFLOAD_PARAMS_SIZE_1;
	p->ip4_csum = NDIS_CSUM_OFF;
	p->tcp4_csum = csum_value(a->tcp4_csum);
	p->tcp6_csum = csum_value(a->tcp6_csum);
	if (nvsp_version > NVSP_VERSION_4) {
		p->udp4_csum = csum_value(a->udp4_csum);
		p->udp6_csum = csum_value(a->udp6_csum);
	}
	p->lso2_ip4 = a->lso4 ? NDIS_LSO_ON : NDIS_LSO_OFF;
	p->lso2_ip6 = a->lso6 ? NDIS_LSO_ON : NDIS_LSO_OFF;
	if (a->rsc) {
		p->rsc_ip4 = rsc ? NDIS_RSC_ON : NDIS_RSC_OFF;
		p->rsc_ip6 = p->rsc_ip4;
	}
	return p->hdr.size;
}

/* ---- receive side scaling ---- */

u32 ndis_build_rss_query(struct ndis_rss_caps *c)
{
	memset(c, 0, sizeof(*c));
	c->hdr.type = NDIS_OBJECT_RSS_CAPABILITIES;
	c->hdr.revision = NDIS_RSS_CAPS_REVISION;
	c->hdr.size = NDIS_RSS_CAPS_SIZE;
	return sizeof(*c);
}

static u32 power_of_two_below(u32 n)
{
	u32 p = 1;

	while (p * 2 <= n)
		p *= 2;
	return p;
}

int ndis_take_rss(const void *info, u32 len, u32 *queues, u32 *entries)
{
	const struct ndis_rss_caps *c = info;

	if (len < sizeof(*c) || c->hdr.type != NDIS_OBJECT_RSS_CAPABILITIES || !c->receive_queues)
		return -EINVAL;
	*queues = c->receive_queues;
	*entries = NDIS_RSS_TABLE_ENTRIES;
	if (c->table_entries && c->table_entries < NDIS_RSS_TABLE_ENTRIES)
		*entries = power_of_two_below(c->table_entries);
	return 0;
}

u32 ndis_build_rss(struct ndis_rss_set *s, bool disable, u32 hash_info, const u32 *table, u32 entries, const u8 *key)
{
	memset(s, 0, sizeof(*s));
	s->params.hdr.type = NDIS_OBJECT_RSS_PARAMETERS;
	s->params.hdr.revision = NDIS_RSS_PARAMS_REVISION;
	s->params.hdr.size = NDIS_RSS_PARAMS_SIZE;
	s->params.flags = disable ? NDIS_RSS_FLAG_DISABLE : 0;
	s->params.hash_info = NDIS_HASH_TOEPLITZ | hash_info;
	s->params.table_size = (u16)(entries * sizeof(u32));
	s->params.table_offset = offsetof(struct ndis_rss_set, table);
	s->params.key_size = NDIS_RSS_KEY_LEN;
	s->params.key_offset = offsetof(struct ndis_rss_set, key);
	memcpy(s->table, table, entries * sizeof(u32));
	memcpy(s->key, key, NDIS_RSS_KEY_LEN);
	return sizeof(*s);
}

/* ---- address ---- */

static void put_utf16(u8 *to, const char *text, u32 chars)
{
	u32 i;

	for (i = 0; i < chars; i++) {
		to[2 * i] = (u8)text[i];
		to[2 * i + 1] = 0;
	}
}

u32 ndis_build_mac(u8 *buf, const u8 *mac)
{
	static const char name[] = "NetworkAddress", digits[] = "0123456789ABCDEF";
	struct rndis_config_parameter p;
	char text[12];
	u32 i;

	for (i = 0; i < 6; i++) {
		text[2 * i] = digits[mac[i] >> 4];
		text[2 * i + 1] = digits[mac[i] & 0xF];
	}
	p.name_offset = sizeof(p);
	p.name_len = 2 * (sizeof(name) - 1);
	p.type = NDIS_CONFIG_STRING;
	p.value_offset = p.name_offset + p.name_len;
	p.value_len = 2 * sizeof(text);
	memcpy(buf, &p, sizeof(p));
	put_utf16(buf + p.name_offset, name, sizeof(name) - 1);
	put_utf16(buf + p.value_offset, text, sizeof(text));
	return p.value_offset + p.value_len;
}
