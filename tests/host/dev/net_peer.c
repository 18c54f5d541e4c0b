// SPDX-License-Identifier: GPL-2.0-only
/*
 * Back end "peer": a small honest neighbour in this process. It answers ARP and neighbour discovery for every address
 * but the asker's own, ping, UDP echo, DHCP and TCP (net_peer_tcp.c), on every VLAN, and only what has right checksums.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/rndis.h>

#include "core/log.h"
#include "core/opts.h"
#include "net_bytes.h"
#include "net_peer.h"

#define TICK_NS (100 * NS_PER_MS)
#define ARP_LEN 28
#define ND_SOLICIT 135
#define ND_ADVERT 136
#define ECHO6_REQUEST 128
#define ECHO6_REPLY 129

static bool lose(struct peer *p)
{
	if (!p->loss)
		return false;
	p->random = p->random * 1664525u + 1013904223u;
	if ((p->random >> 8) % 1000 >= p->loss)
		return false;
	p->lost++;
	return true;
}

static bool transmit(struct peer *p, const struct peer_flow *flow, size_t len)
{
	struct net_frame f = { .data = p->out, .len = len, .tagged = flow->tagged, .tci = flow->tci };

	if (lose(p))
		return true;
	if (!p->port.up(p->port.arg, &f)) {
		p->no_room++;
		return false;
	}
	p->sent++;
	return true;
}

static void ethernet(struct peer *p, const struct peer_flow *flow, uint16_t type)
{
	memcpy(p->out, flow->mac, 6);
	memcpy(p->out + 6, p->mac, 6);
	put_be16(p->out + 12, type);
}

uint8_t *peer_begin(struct peer *p, const struct peer_flow *flow, uint8_t proto)
{
	uint8_t *ip = p->out + ETH_HEADER;

	ethernet(p, flow, flow->ip == 4 ? ETH_TYPE_IP4 : ETH_TYPE_IP6);
	memset(ip, 0, 40);
	if (flow->ip == 4) {
		ip[0] = 0x45;
		put_be16(ip + 4, p->ip_id++);
		ip[6] = 0x40; /* do not fragment */
		ip[8] = 64;
		ip[9] = proto;
		memcpy(ip + 12, flow->here, 4);
		memcpy(ip + 16, flow->there, 4);
		return ip + 20;
	}
	ip[0] = 0x60;
	ip[6] = proto;
	ip[7] = proto == IP_ICMP6 ? 255 : 64;
	memcpy(ip + 8, flow->here, 16);
	memcpy(ip + 24, flow->there, 16);
	return ip + 40;
}

size_t peer_max(const struct peer *p, const struct peer_flow *flow)
{
	return p->port.mtu(p->port.arg) - ETH_HEADER - (flow->ip == 4 ? 20 : 40);
}

bool peer_send(struct peer *p, const struct peer_flow *flow, size_t payload)
{
	size_t header = flow->ip == 4 ? 20 : 40, len = ETH_HEADER + header + payload;
	struct net_layers l;

	if (flow->ip == 4)
		put_be16(p->out + ETH_HEADER + 2, (uint16_t)(header + payload));
	else
		put_be16(p->out + ETH_HEADER + 4, (uint16_t)payload);
	if (net_layers(p->out, len, &l))
		net_sum_fill_all(p->out, &l);
	return transmit(p, flow, len);
}

void peer_answer_flow(const struct peer_rx *rx, struct peer_flow *flow)
{
	size_t n = rx->l.ip == 4 ? 4 : 16, at = rx->l.l3 + (rx->l.ip == 4 ? 12 : 8);

	memset(flow, 0, sizeof(*flow));
	flow->ip = rx->l.ip;
	memcpy(flow->there, rx->frame + at, n);
	memcpy(flow->here, rx->frame + at + n, n);
	memcpy(flow->mac, rx->frame + 6, 6);
	flow->tagged = rx->f->tagged;
	flow->tci = rx->f->tci;
	if (rx->l.payload) {
		flow->there_port = get_be16(rx->frame + rx->l.l4);
		flow->here_port = get_be16(rx->frame + rx->l.l4 + 2);
	}
}

static void arp(struct peer *p, const struct peer_rx *rx)
{
	static const uint8_t head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 }, none[4];
	const uint8_t *a = rx->frame + ETH_HEADER;
	struct peer_flow flow = { .tagged = rx->f->tagged, .tci = rx->f->tci };
	uint8_t *to = p->out + ETH_HEADER;

	if (rx->f->len < ETH_HEADER + ARP_LEN || memcmp(a, head, 8))
		return;
	/* Neither a probe nor an announcement: someone wants to know. */
	if (!memcmp(a + 14, none, 4) || !memcmp(a + 14, a + 24, 4))
		return;
	memcpy(flow.mac, a + 8, 6);
	ethernet(p, &flow, ETH_TYPE_ARP);
	memcpy(to, head, 8);
	to[7] = 2;
	memcpy(to + 8, p->mac, 6);
	memcpy(to + 14, a + 24, 4);
	memcpy(to + 18, a + 8, 10);
	p->arp++;
	transmit(p, &flow, ETH_HEADER + ARP_LEN);
}

/* An echo's answer is the question with another type. */
static void echo(struct peer *p, const struct peer_rx *rx, uint8_t proto, uint8_t type)
{
	size_t len = rx->l.end - rx->l.l4;
	struct peer_flow flow;
	uint8_t *to;

	peer_answer_flow(rx, &flow);
	if (len > peer_max(p, &flow))
		return;
	to = peer_begin(p, &flow, proto);
	memcpy(to, rx->frame + rx->l.l4, len);
	to[0] = type;
	peer_send(p, &flow, len);
}

/* True when the checksum of ICMP or ICMPv6 is right. */
static bool icmp_good(const struct peer_rx *rx)
{
	size_t len = rx->l.end - rx->l.l4;
	uint32_t sum = rx->l.ip == 6 ? net_sum_pseudo(rx->frame, &rx->l, len) : 0;

	return len >= 8 && !net_sum_done(net_sum(sum, rx->frame + rx->l.l4, len));
}

static void icmp4(struct peer *p, const struct peer_rx *rx)
{
	if (rx->frame[rx->l.l4] != 8)
		return;
	p->echo++;
	echo(p, rx, IP_ICMP, 0);
}

static void neighbour(struct peer *p, const struct peer_rx *rx)
{
	static const uint8_t unspecified[16];
	const uint8_t *ns = rx->frame + rx->l.l4;
	struct peer_flow flow;
	uint8_t *to;

	peer_answer_flow(rx, &flow);
	if (rx->l.end - rx->l.l4 < 24 || !memcmp(flow.there, unspecified, 16) || !memcmp(flow.there, ns + 8, 16))
		return;
	memcpy(flow.here, ns + 8, 16);
	to = peer_begin(p, &flow, IP_ICMP6);
	memset(to, 0, 32);
	to[0] = ND_ADVERT;
	to[4] = 0x60; /* solicited, override */
	memcpy(to + 8, ns + 8, 16);
	to[24] = 2; /* our link-layer address */
	to[25] = 1;
	memcpy(to + 26, p->mac, 6);
	p->nd++;
	peer_send(p, &flow, 32);
}

static void icmp6(struct peer *p, const struct peer_rx *rx)
{
	uint8_t type = rx->frame[rx->l.l4];

	if (type == ND_SOLICIT) {
		neighbour(p, rx);
	} else if (type == ECHO6_REQUEST && rx->frame[rx->l.l3 + 24] != 0xFF) {
		p->echo6++;
		echo(p, rx, IP_ICMP6, ECHO6_REPLY);
	}
}

static void udp(struct peer *p, const struct peer_rx *rx)
{
	size_t len = rx->l.end - rx->l.payload;
	struct peer_flow flow;
	uint8_t *to;

	if (peer_dhcp(p, rx))
		return;
	peer_answer_flow(rx, &flow);
	if (flow.here_port == PEER_PORT_DISCARD)
		p->udp_discard++;
	if (flow.here_port != PEER_PORT_ECHO || len + 8 > peer_max(p, &flow)) {
		p->udp_other += flow.here_port != PEER_PORT_DISCARD;
		return;
	}
	to = peer_begin(p, &flow, IP_UDP);
	put_be16(to, flow.here_port);
	put_be16(to + 2, flow.there_port);
	put_be16(to + 4, (uint16_t)(len + 8));
	memcpy(to + 8, rx->frame + rx->l.payload, len);
	p->udp_echo++;
	peer_send(p, &flow, len + 8);
}

static bool sums_good(const struct peer_rx *rx)
{
	uint32_t bad = RNDIS_CSUM_RX_IP_FAILED | RNDIS_CSUM_RX_TCP_FAILED | RNDIS_CSUM_RX_UDP_FAILED;

	if (net_sum_verify(rx->frame, &rx->l) & bad)
		return false;
	return (rx->l.proto != IP_ICMP && rx->l.proto != IP_ICMP6) || icmp_good(rx);
}

static void internet(struct peer *p, const struct peer_rx *rx)
{
	if (rx->l.fragment) {
		p->fragments++;
		return;
	}
	if (!sums_good(rx)) {
		p->bad_sums++;
		return;
	}
	if (rx->l.proto == IP_ICMP && rx->l.ip == 4)
		icmp4(p, rx);
	else if (rx->l.proto == IP_ICMP6 && rx->l.ip == 6)
		icmp6(p, rx);
	else if (rx->l.proto == IP_UDP && rx->l.payload)
		udp(p, rx);
	else if (rx->l.proto == IP_TCP && rx->l.payload)
		peer_tcp(p, rx);
	else
		p->other++;
}

static void peer_frame(void *priv, const struct net_frame *f)
{
	struct peer *p = priv;
	struct peer_rx rx = { .f = f, .frame = f->data };

	p->frames++;
	if (lose(p) || !net_layers(f->data, f->len, &rx.l))
		return;
	/* For us, or for all. */
	if (!(f->data[0] & 1) && memcmp(f->data, p->mac, 6)) {
		p->other++;
		return;
	}
	if (rx.l.ethertype == ETH_TYPE_ARP)
		arp(p, &rx);
	else if (rx.l.ip)
		internet(p, &rx);
	else
		p->other++;
}

static void peer_flush(void *priv)
{
	peer_tcp_flush(priv);
}

static void peer_room(void *priv)
{
	peer_tcp_push(priv);
}

static void tick(void *arg)
{
	struct peer *p = arg;

	loop_timer_set(&p->timer, TICK_NS);
	peer_tcp_timer(p);
	p->port.flush(p->port.arg);
}

static void peer_reset(void *priv)
{
	peer_tcp_left(priv);
}

static void put(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

static void peer_counters(void *priv, json_t *out)
{
	const struct peer *p = priv;
	json_t *o = json_object();

	put(o, "frames", p->frames);
	put(o, "sent", p->sent);
	put(o, "no-room", p->no_room);
	put(o, "bad-sums", p->bad_sums);
	put(o, "fragments", p->fragments);
	put(o, "arp", p->arp);
	put(o, "ping", p->echo);
	put(o, "ping6", p->echo6);
	put(o, "neighbour", p->nd);
	put(o, "udp-echo", p->udp_echo);
	put(o, "udp-discard", p->udp_discard);
	put(o, "udp-other", p->udp_other);
	put(o, "dhcp", p->dhcp);
	put(o, "tcp-segments", p->tcp_segments);
	put(o, "tcp-resets", p->resets);
	put(o, "other", p->other);
	put(o, "lost-on-purpose", p->lost);
	json_object_set_new(o, "tcp", peer_tcp_json(p));
	json_object_set_new(out, "peer", o);
}

static void peer_destroy(void *priv)
{
	struct peer *p = priv;

	loop_timer_cancel(&p->timer);
	peer_tcp_reset(p);
	free(p);
}

static const struct net_backend_ops peer_ops = {
	.frame = peer_frame,
	.flush = peer_flush,
	.room = peer_room,
	.reset = peer_reset,
	.counters = peer_counters,
	.destroy = peer_destroy,
};

static bool address(struct opts *o, const char *key, const char *def, int family, void *out)
{
	const char *text = opts_str(o, key, def);

	if (inet_pton(family, text, out) == 1)
		return true;
	complain("an address of the peer is not usable", "write it as 10.99.0.1, or fd00:99::1 for ip6", "%s=%s", key,
		 text);
	return false;
}

int net_peer_create(struct net_backend *b, const struct net_port *port, struct opts *o)
{
	static const uint8_t mac[6] = { 0x02, 0x15, 0x5D, 0x99, 0x00, 0x01 };
	struct peer *p = calloc(1, sizeof(*p));
	bool good;

	if (!p)
		return -ENOMEM;
	p->port = *port;
	memcpy(p->mac, mac, 6);
	good = address(o, "ip", "10.99.0.1", AF_INET, p->ip);
	good &= address(o, "guest-ip", "10.99.0.2", AF_INET, p->guest_ip);
	good &= address(o, "ip6", "fd00:99::1", AF_INET6, p->ip6);
	p->prefix = (unsigned int)opts_num(o, "prefix", 24, 1, 30);
	p->loss = (unsigned int)opts_num(o, "loss", 0, 0, 500);
	p->random = (uint32_t)opts_num(o, "seed", 1, 0, UINT32_MAX);
	if (!good) {
		free(p);
		return -EINVAL;
	}
	loop_timer_init(&p->timer, tick, p);
	loop_timer_set(&p->timer, TICK_NS);
	b->ops = &peer_ops;
	b->priv = p;
	return 0;
}
