// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: address records (ip.h).
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kvp/ip.h"
#include "shared/text.h"

#define ITEM 64 /* an IPv6 address, a scope, a prefix */

/* The next item of a ';' list without blanks around it. 1: taken, 0: the end, -EINVAL: too long to be one. */
static int next_item(const char **list, char item[ITEM])
{
	const char *s = *list, *end;
	size_t len;

	while (*s == ';' || *s == ' ')
		s++;
	if (!*s)
		return 0;
	end = s + strcspn(s, ";");
	len = (size_t)(end - s);
	*list = end;
	while (len && s[len - 1] == ' ')
		len--;
	if (len >= ITEM)
		return -EINVAL;
	memcpy(item, s, len);
	item[len] = 0;
	return 1;
}

static int parse_address(const char *text, struct ip_address *a)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, &a->u.v4) == 1)
		return 0;
	a->v6 = true;
	return inet_pton(AF_INET6, text, &a->u.v6) == 1 ? 0 : -EINVAL;
}

static bool loopback(const struct ip_address *a)
{
	return a->v6 ? IN6_IS_ADDR_LOOPBACK(&a->u.v6) : ntohl(a->u.v4.s_addr) >> 24 == 127;
}

/* No adapter has such an address. */
static bool impossible(const struct ip_address *a)
{
	if (loopback(a))
		return true;
	if (a->v6)
		return IN6_IS_ADDR_UNSPECIFIED(&a->u.v6) || IN6_IS_ADDR_MULTICAST(&a->u.v6);
	return !a->u.v4.s_addr || ntohl(a->u.v4.s_addr) >> 28 >= 14;
}

int ip_mask_prefix(struct in_addr mask)
{
	uint32_t m = ntohl(mask.s_addr), hole = ~m;
	int prefix = 0;

	if (hole & (hole + 1))
		return -1;
	for (; m; m <<= 1)
		prefix++;
	return prefix;
}

static int mask6_prefix(const struct in6_addr *mask)
{
	int prefix = 0, i;

	for (i = 0; i < 128; i++) {
		int bit = mask->s6_addr[i / 8] >> (7 - i % 8) & 1;

		if (bit && prefix != i)
			return -1;
		prefix += bit;
	}
	return prefix;
}

/* A prefix as a number, with or without '/'; -1: none. */
static int number_prefix(const char *text, int most)
{
	int n = 0;

	text += *text == '/';
	if (!*text || strlen(text) > 3)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		n = n * 10 + (*text - '0');
	}
	return n <= most ? n : -1;
}

/* The prefix a subnet text gives to an address of that family; -1: none. */
static int subnet_prefix(const char *text, bool v6)
{
	struct in6_addr m6;
	struct in_addr m4;

	if (number_prefix(text, v6 ? 128 : 32) >= 0)
		return number_prefix(text, v6 ? 128 : 32);
	if (!v6)
		return inet_pton(AF_INET, text, &m4) == 1 ? ip_mask_prefix(m4) : -1;
	return inet_pton(AF_INET6, text, &m6) == 1 ? mask6_prefix(&m6) : -1;
}

/* Whether the last address stood in the list before. */
static bool known(const struct ip_address *list, unsigned int last)
{
	unsigned int i;

	for (i = 0; i < last; i++)
		if (list[i].v6 == list[last].v6 && !memcmp(&list[i].u, &list[last].u, list[i].v6 ? 16 : 4))
			return true;
	return false;
}

/* A list of a field as addresses. local: those of this machine alone are allowed, as for a resolver of its own. */
static int parse_list(const __u8 *field, size_t size, struct ip_address *to, unsigned int most, unsigned int *count,
		bool local)
{
	char text[sizeof(((struct kvp_daemon_ip *)NULL)->addresses) + 1], item[ITEM];
	const char *at = text;
	int got;

	*count = 0;
	if (text_of_field(text, field, size) < 0)
		return -EINVAL;
	while ((got = next_item(&at, item)) > 0) {
		if (*count == most || parse_address(item, &to[*count]) ||
		    (impossible(&to[*count]) && !(local && loopback(&to[*count]))))
			return -EINVAL;
		/*
		 * Twice the same: of an adapter's addresses, whose subnets go in step, it cannot be; of others
		 * it says nothing.
		 */
		if (known(to, *count)) {
			if (!local && most == IP_ADDRESSES)
				return -EINVAL;
			continue;
		}
		(*count)++;
	}
	return got;
}

/* Each address gets the subnet that stands at its place in the other list. */
static int parse_subnets(struct ip_config *c, const struct kvp_daemon_ip *record)
{
	char text[sizeof(record->subnets) + 1], item[ITEM];
	const char *at = text;
	unsigned int i;

	if (text_of_field(text, record->subnets, sizeof(record->subnets)) < 0)
		return -EINVAL;
	for (i = 0; i < c->addresses; i++) {
		int prefix;

		if (next_item(&at, item) != 1)
			return -EINVAL;
		prefix = subnet_prefix(item, c->address[i].v6);
		if (prefix <= 0)
			return -EINVAL;
		c->address[i].prefix = (unsigned char)prefix;
	}
	return next_item(&at, item) ? -EINVAL : 0;
}

int ip_config_parse(struct ip_config *c, const struct kvp_daemon_ip *r)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->dhcp4 = r->dhcp != 0;
	err = parse_list(r->addresses, sizeof(r->addresses), c->address, IP_ADDRESSES, &c->addresses, false);
	if (!err)
		err = parse_subnets(c, r);
	if (!err)
		err = parse_list(r->gateways, sizeof(r->gateways), c->gateway, IP_GATEWAYS, &c->gateways, false);
	if (!err)
		err = parse_list(r->dns, sizeof(r->dns), c->dns_server, IP_DNS, &c->dns, true);
	if (!err && !c->dhcp4 && !c->addresses)
		return -EINVAL;
	return err;
}

const char *ip_text(const struct ip_address *a, char out[IP_TEXT])
{
	if (!inet_ntop(a->v6 ? AF_INET6 : AF_INET, &a->u, out, IP_TEXT))
		out[0] = 0;
	return out;
}

const char *ip_mask_text(unsigned int prefix, char out[IP_TEXT])
{
	struct in_addr m = { .s_addr = htonl(prefix ? 0xffffffffU << (32 - prefix) : 0) };

	if (!inet_ntop(AF_INET, &m, out, IP_TEXT))
		out[0] = 0;
	return out;
}

bool ip_config_has(const struct ip_config *c, bool v6)
{
	unsigned int i;

	for (i = 0; i < c->addresses; i++)
		if (c->address[i].v6 == v6)
			return true;
	return false;
}

bool ip_list_add(__u8 *field, size_t size, const char *text)
{
	size_t used = strlen((char *)field), len = strlen(text);
	size_t sep = used ? 1 : 0;

	if (used + sep + len >= size)
		return false;
	if (sep)
		field[used] = ';';
	memcpy(field + used + sep, text, len + 1);
	return true;
}

static const char *next_digit(const char *s)
{
	while (*s && !isxdigit((unsigned char)*s) && strchr("{}:- \n", *s))
		s++;
	return s;
}

bool ip_same_id(const char *a, const char *b)
{
	unsigned int digits = 0;

	for (;; digits++) {
		a = next_digit(a);
		b = next_digit(b);
		if (!*a || !*b)
			return !*a && !*b && digits;
		if (!isxdigit((unsigned char)*a) || tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		a++;
		b++;
	}
}
