// SPDX-License-Identifier: GPL-2.0-only
/* pure: bodies of data exchange messages (kvp_parse.h). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvp_parse.h"
#include "text.h"

/* --- values ------------------------------------------------------------------------------------------------------ */

static const char *put_value(const struct kvp_value *v, struct kvp_pair *out)
{
	uint64_t n = 0;

	switch (v->type) {
	case KVP_REG_SZ:
	case KVP_REG_EXPAND_SZ:
		text_from_utf16(v->value, v->value_size, out->value, sizeof(out->value));
		return NULL;
	case KVP_REG_DWORD:
		memcpy(&n, v->value, 4);
		break;
	case KVP_REG_QWORD:
	case KVP_REG_QWORD_LINUX:
		memcpy(&n, v->value, 8);
		break;
	default:
		return "type of the value is unknown";
	}
	if (v->value_size != (v->type == KVP_REG_DWORD ? 4 : 8))
		return "size of a number does not fit its type";
	snprintf(out->value, sizeof(out->value), "%llu", (unsigned long long)n);
	return NULL;
}

int kvp_parse_pair(const uint8_t *body, size_t len, struct kvp_pair *out, const char **what)
{
	const size_t at = body && len && body[0] == KVP_ENUMERATE ? offsetof(struct kvp_enumerate, v) :
								   offsetof(struct kvp_get, v);
	struct kvp_value v;

	*what = "answer too short for a value";
	if (len < at + sizeof(v))
		return -EPROTO;
	memcpy(&v, body + at, sizeof(v));
	*what = "size of key or value beyond its room";
	if (v.key_size > sizeof(v.key) || v.value_size > sizeof(v.value))
		return -EPROTO;
	out->type = v.type;
	out->key_size = v.key_size;
	out->value_size = v.value_size;
	text_from_utf16(v.key, v.key_size, out->key, sizeof(out->key));
	*what = put_value(&v, out);
	return *what ? -EPROTO : 0;
}

static int number(const char *text, uint64_t limit, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 0);
	return *text < '0' || *text > '9' || errno || *end || *out > limit ? -EINVAL : 0;
}

static int set_value(struct kvp_value *v, uint32_t type, const char *value)
{
	uint64_t n;
	int len;

	v->type = type;
	if (type == KVP_REG_SZ || type == KVP_REG_EXPAND_SZ) {
		len = text_to_utf16(value, v->value, sizeof(v->value));
		if (len < 0)
			return len;
		v->value_size = (uint32_t)len;
		return 0;
	}
	v->value_size = type == KVP_REG_DWORD ? 4 : 8;
	if (number(value, type == KVP_REG_DWORD ? UINT32_MAX : UINT64_MAX, &n))
		return -EINVAL;
	memcpy(v->value, &n, v->value_size);
	return 0;
}

static int set_key(uint8_t *key, uint32_t *size, const char *text)
{
	int len = text_to_utf16(text, key, KVP_KEY_BYTES);

	if (len < 0)
		return len;
	*size = (uint32_t)len;
	return len > 2 ? 0 : -EINVAL;
}

int kvp_build_set(uint8_t *body, uint8_t pool, uint32_t type, const char *key, const char *value)
{
	struct kvp_get m = { .hdr = { .op = KVP_SET, .pool = pool } };
	uint32_t key_size = 0;
	int err = set_key(m.v.key, &key_size, key);

	m.v.key_size = key_size;
	if (!err)
		err = set_value(&m.v, type, value);
	memset(body, 0, KVP_BODY);
	memcpy(body, &m, sizeof(m));
	return err;
}

int kvp_build_get(uint8_t *body, uint8_t pool, const char *key)
{
	struct kvp_get m = { .hdr = { .op = KVP_GET, .pool = pool } };
	uint32_t key_size = 0;
	int err = set_key(m.v.key, &key_size, key);

	m.v.type = KVP_REG_SZ;
	m.v.key_size = key_size;
	memset(body, 0, KVP_BODY);
	memcpy(body, &m, sizeof(m));
	return err;
}

int kvp_build_delete(uint8_t *body, uint8_t pool, const char *key)
{
	struct kvp_delete m = { .hdr = { .op = KVP_DELETE, .pool = pool } };
	uint32_t key_size = 0;
	int err = set_key(m.key, &key_size, key);

	m.key_size = key_size;
	memset(body, 0, KVP_BODY);
	memcpy(body, &m, sizeof(m));
	return err;
}

void kvp_build_enumerate(uint8_t *body, uint8_t pool, uint32_t index)
{
	struct kvp_enumerate m = { .hdr = { .op = KVP_ENUMERATE, .pool = pool }, .index = index };

	memset(body, 0, KVP_BODY);
	memcpy(body, &m, sizeof(m));
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static void parse_ip_text(const uint8_t *body, struct kvp_ip_text *out)
{
	struct kvp_ip m;

	memcpy(&m, body, sizeof(m));
	out->family = m.family;
	out->dhcp = m.dhcp;
	text_from_utf16(m.adapter, sizeof(m.adapter), out->adapter, sizeof(out->adapter));
	text_from_utf16(m.addresses, sizeof(m.addresses), out->addresses, sizeof(out->addresses));
	text_from_utf16(m.subnets, sizeof(m.subnets), out->subnets, sizeof(out->subnets));
	text_from_utf16(m.gateways, sizeof(m.gateways), out->gateways, sizeof(out->gateways));
	text_from_utf16(m.dns, sizeof(m.dns), out->dns, sizeof(out->dns));
}

static void append(char *list, size_t size, const char *item)
{
	size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? ";" : "", item);
}

static void append_addresses(char *list, size_t size, int family, const uint8_t *from, uint32_t count)
{
	const size_t step = family == AF_INET ? 4 : 16;
	char text[INET6_ADDRSTRLEN];

	for (uint32_t i = 0; i < count; i++) {
		inet_ntop(family, from + i * step, text, sizeof(text));
		append(list, size, text);
	}
}

static bool counts_fit(const struct kvp_ip_binary *m)
{
	return m->ipv4_count <= 64 && m->ipv6_count <= 64 && m->ipv4_gateways <= 5 && m->ipv6_gateways <= 5 &&
	       m->ipv4_dns <= 64 && m->ipv6_dns <= 64;
}

static void parse_ip_binary(const struct kvp_ip_binary *m, struct kvp_ip_text *out)
{
	char prefix[16];

	out->family = m->family;
	out->dhcp = m->dhcp;
	text_from_utf16(m->adapter, sizeof(m->adapter), out->adapter, sizeof(out->adapter));
	append_addresses(out->addresses, sizeof(out->addresses), AF_INET, m->ipv4[0], m->ipv4_count);
	append_addresses(out->addresses, sizeof(out->addresses), AF_INET6, m->ipv6[0], m->ipv6_count);
	append_addresses(out->subnets, sizeof(out->subnets), AF_INET, m->ipv4_mask[0], m->ipv4_count);
	for (uint32_t i = 0; i < m->ipv6_count; i++) {
		snprintf(prefix, sizeof(prefix), "/%u", m->ipv6_prefix[i]);
		append(out->subnets, sizeof(out->subnets), prefix);
	}
	append_addresses(out->gateways, sizeof(out->gateways), AF_INET, m->ipv4_gateway[0], m->ipv4_gateways);
	append_addresses(out->gateways, sizeof(out->gateways), AF_INET6, m->ipv6_gateway[0], m->ipv6_gateways);
	append_addresses(out->dns, sizeof(out->dns), AF_INET, m->ipv4_dns_server[0], m->ipv4_dns);
	append_addresses(out->dns, sizeof(out->dns), AF_INET6, m->ipv6_dns_server[0], m->ipv6_dns);
}

int kvp_parse_ip(const uint8_t *body, size_t len, int binary, struct kvp_ip_text *out, const char **what)
{
	struct kvp_ip_binary m;

	memset(out, 0, sizeof(*out));
	*what = "answer too short for addresses";
	if (len < KVP_IP_BODY)
		return -EPROTO;
	if (!binary) {
		parse_ip_text(body, out);
		return 0;
	}
	memcpy(&m, body, sizeof(m));
	*what = "a count of addresses beyond its array";
	if (!counts_fit(&m))
		return -EPROTO;
	parse_ip_binary(&m, out);
	return 0;
}

static int build_ip_text(uint8_t *body, uint8_t op, const struct kvp_ip_text *in)
{
	struct kvp_ip m = { .op = op, .pool = KVP_POOL_GUEST, .family = in->family, .dhcp = in->dhcp };
	const struct {
		uint8_t *to;
		size_t size;
		const char *text;
	} parts[] = {
		{ m.adapter, sizeof(m.adapter), in->adapter },	   { m.addresses, sizeof(m.addresses), in->addresses },
		{ m.subnets, sizeof(m.subnets), in->subnets },	   { m.gateways, sizeof(m.gateways), in->gateways },
		{ m.dns, sizeof(m.dns), in->dns },
	};
	int err;

	for (unsigned int i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		err = text_to_utf16(parts[i].text, parts[i].to, parts[i].size);
		if (err < 0)
			return err;
	}
	memcpy(body, &m, sizeof(m));
	return 0;
}

struct lists {
	uint8_t *v4, *v6;
	uint32_t count4, count6, max;
};

/* Splits "a;b;c" into IPv4 and IPv6. */
static int split_addresses(const char *text, struct lists *l)
{
	char one[INET6_ADDRSTRLEN + 1];
	size_t len;

	for (; *text; text += len + (text[len] == ';')) {
		len = strcspn(text, ";");
		if (!len || len >= sizeof(one))
			return -EINVAL;
		memcpy(one, text, len);
		one[len] = 0;
		if (l->count4 < l->max && inet_pton(AF_INET, one, l->v4 + 4 * l->count4) == 1)
			l->count4++;
		else if (l->count6 < l->max && inet_pton(AF_INET6, one, l->v6 + 16 * l->count6) == 1)
			l->count6++;
		else
			return -EINVAL;
	}
	return 0;
}

/* Masks in the order of the addresses: a dotted mask for IPv4, "/64" or "64" for IPv6. */
static int split_masks(const char *text, struct kvp_ip_binary *m)
{
	uint32_t n4 = 0, n6 = 0;
	uint64_t prefix;
	char one[INET6_ADDRSTRLEN + 1];
	size_t len;

	for (; *text; text += len + (text[len] == ';')) {
		len = strcspn(text, ";");
		if (!len || len >= sizeof(one))
			return -EINVAL;
		memcpy(one, text, len);
		one[len] = 0;
		if (n4 < 64 && inet_pton(AF_INET, one, m->ipv4_mask[n4]) == 1)
			n4++;
		else if (n6 < 64 && !number(one + (*one == '/'), 128, &prefix))
			m->ipv6_prefix[n6++] = (uint32_t)prefix;
		else
			return -EINVAL;
	}
	return n4 == m->ipv4_count && n6 == m->ipv6_count ? 0 : -EINVAL;
}

static int build_ip_binary(uint8_t *body, uint8_t op, const struct kvp_ip_text *in)
{
	struct kvp_ip_binary m = { .op = op, .pool = KVP_POOL_GUEST, .family = in->family, .dhcp = in->dhcp };
	struct lists addresses = { m.ipv4[0], m.ipv6[0], 0, 0, 64 }, gateways = { m.ipv4_gateway[0], m.ipv6_gateway[0], 0, 0, 5 };
	struct lists dns = { m.ipv4_dns_server[0], m.ipv6_dns_server[0], 0, 0, 64 };
	int err = text_to_utf16(in->adapter, m.adapter, sizeof(m.adapter));

	if (err < 0)
		return err;
	if (split_addresses(in->addresses, &addresses) || split_addresses(in->gateways, &gateways) ||
	    split_addresses(in->dns, &dns))
		return -EINVAL;
	m.ipv4_count = addresses.count4;
	m.ipv6_count = addresses.count6;
	m.ipv4_gateways = gateways.count4;
	m.ipv6_gateways = gateways.count6;
	m.ipv4_dns = dns.count4;
	m.ipv6_dns = dns.count6;
	if (split_masks(in->subnets, &m))
		return -EINVAL;
	for (uint32_t i = 0; i < m.ipv4_count + m.ipv6_count; i++)
		m.origin[i] = i < m.ipv4_count && in->dhcp ? 1 : 2;
	memcpy(body, &m, sizeof(m));
	return 0;
}

int kvp_build_ip(uint8_t *body, uint8_t op, int binary, const struct kvp_ip_text *in)
{
	memset(body, 0, KVP_IP_BODY);
	return binary ? build_ip_binary(body, op, in) : build_ip_text(body, op, in);
}
