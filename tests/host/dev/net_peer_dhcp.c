// SPDX-License-Identifier: GPL-2.0-only
/* The peer as a DHCP server with one address to lease (RFC 2131). */
#include <string.h>

#include "net_bytes.h"
#include "net_peer.h"

#define SERVER 67
#define CLIENT 68
#define FIXED 240 /* up to and with the magic cookie */
#define TYPE 53
#define DISCOVER 1
#define OFFER 2
#define REQUEST 3
#define ACK 5
#define LEASE_SECONDS 86400

static const uint8_t cookie[4] = { 99, 130, 83, 99 };

static uint8_t message_type(const uint8_t *at, size_t left)
{
	while (left >= 2 && at[0] != 255) {
		if (!at[0]) {
			at++;
			left--;
			continue;
		}
		if (at[1] + 2u > left)
			return 0;
		if (at[0] == TYPE && at[1] == 1)
			return at[2];
		left -= at[1] + 2u;
		at += at[1] + 2u;
	}
	return 0;
}

static uint8_t *option(uint8_t *at, uint8_t code, const void *value, uint8_t len)
{
	at[0] = code;
	at[1] = len;
	memcpy(at + 2, value, len);
	return at + 2 + len;
}

static size_t answer(const struct peer *p, const uint8_t *request, uint8_t *udp, uint8_t type)
{
	uint8_t *m = udp + 8, *at = m + FIXED, lease[4], mask[4];

	memset(m, 0, FIXED);
	m[0] = 2;
	m[1] = 1;
	m[2] = 6;
	memcpy(m + 4, request + 4, 4); /* transaction */
	memcpy(m + 10, request + 10, 2);
	memcpy(m + 16, p->guest_ip, 4);
	memcpy(m + 20, p->ip, 4);
	memcpy(m + 28, request + 28, 16);
	memcpy(m + 236, cookie, 4);
	put_be32(lease, LEASE_SECONDS);
	put_be32(mask, (uint32_t)(0xFFFFFFFFULL << (32 - p->prefix)));
	at = option(at, TYPE, &type, 1);
	at = option(at, 54, p->ip, 4);
	at = option(at, 51, lease, 4);
	at = option(at, 1, mask, 4);
	at = option(at, 3, p->ip, 4);
	*at++ = 255;
	put_be16(udp, SERVER);
	put_be16(udp + 2, CLIENT);
	put_be16(udp + 4, (uint16_t)(at - udp));
	return (size_t)(at - udp);
}

bool peer_dhcp(struct peer *p, const struct peer_rx *rx)
{
	const uint8_t *m = rx->frame + rx->l.payload;
	size_t len = rx->l.end - rx->l.payload;
	struct peer_flow flow;
	uint8_t type, *udp;

	if (rx->l.ip != 4 || get_be16(rx->frame + rx->l.l4 + 2) != SERVER)
		return false;
	if (len < FIXED || m[0] != 1 || m[2] != 6 || memcmp(m + 236, cookie, 4))
		return true;
	type = message_type(m + FIXED, len - FIXED);
	if (type != DISCOVER && type != REQUEST)
		return true;
	peer_answer_flow(rx, &flow);
	memcpy(flow.here, p->ip, 4);
	memset(flow.there, 0xFF, 4);
	p->dhcp++;
	udp = peer_begin(p, &flow, IP_UDP);
	peer_send(p, &flow, answer(p, m, udp, type == DISCOVER ? OFFER : ACK));
	return true;
}
