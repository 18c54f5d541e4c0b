/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: what a host asks an adapter to have (docs/wire/03-integration-components.md 6.5, 7.1): text lists checked once
 * and turned into addresses, so that all that is written from them later was printed by us.
 */
#ifndef _KVP_IP_H
#define _KVP_IP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <wire/kvp.h>

#define IP_ADDRESSES 32
#define IP_GATEWAYS 8
#define IP_DNS 16
#define IP_TEXT INET6_ADDRSTRLEN

struct ip_address {
	bool v6;
	unsigned char prefix; /* of addresses */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} u;
};

struct ip_config {
	bool dhcp4;
	unsigned int addresses, gateways, dns;
	struct ip_address address[IP_ADDRESSES];
	struct ip_address gateway[IP_GATEWAYS];
	struct ip_address dns_server[IP_DNS];
};

/*
 * 0, or -EINVAL: some text is no address or mask, there are too many, or it makes no sense (no address and no DHCP, an
 * IPv4 address with a mask that has holes, a multicast or unspecified address).
 */
int ip_config_parse(struct ip_config *c, const struct kvp_daemon_ip *record);

/* One address as text. Returns out. */
const char *ip_text(const struct ip_address *a, char out[IP_TEXT]);

/* The mask of an IPv4 prefix as text. */
const char *ip_mask_text(unsigned int prefix, char out[IP_TEXT]);

/* The prefix of a mask without holes in network order, or -1. */
int ip_mask_prefix(struct in_addr mask);

bool ip_config_has(const struct ip_config *c, bool v6);

/*
 * "addr" or, with ';' before it, the next one, appended to a field; false when it does not fit (nothing is
 * appended).
 */
bool ip_list_add(__u8 *field, size_t size, const char *text);

/* Whether two texts name one adapter: hex digits alike, '{', '}', ':' and '-' not looked at. */
bool ip_same_id(const char *a, const char *b);

#endif
