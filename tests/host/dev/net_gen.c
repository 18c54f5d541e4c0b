// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packet generator: frames for the guest at a rate, over many flows. And the sink, the back end that takes everything.
 * Arguments of a start: size (frame bytes without FCS), rate (frames a second; 0: as fast as the guest takes them),
 * count (0: until stopped), flows (source ports in turn), proto=udp|tcp, src, dst, port, vlan, bad (every so many-th
 * has a wrong checksum).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/loop.h"
#include "net_backend.h"
#include "net_bytes.h"
#include "net_offload.h"
#include <wire/nvsp.h>
#include <wire/rndis.h>

#define TICK_NS (1 * NS_PER_MS)
#define BURST 256
#define FIRST_PORT 10000

struct net_gen {
	struct net_port port;
	struct loop_timer timer;
	bool running;
	uint64_t size, rate, count, flows, bad, destination_port;
	uint8_t proto;
	bool tagged;
	uint16_t tci;
	uint64_t sent, no_room, started, took;
	uint8_t frame[NVSP_MTU_MAX];
};

static uint64_t number(const json_t *args, const char *key, uint64_t def)
{
	const json_t *v = json_object_get(args, key);

	if (json_is_integer(v))
		return (uint64_t)json_integer_value(v);
	return json_is_string(v) ? strtoull(json_string_value(v), NULL, 0) : def;
}

static const char *word(const json_t *args, const char *key, const char *def)
{
	const char *s = json_string_value(json_object_get(args, key));

	return s ? s : def;
}

static void headers(struct net_gen *g, const uint8_t *mac)
{
	static const uint8_t from[6] = { 0x02, 0x15, 0x5D, 0x99, 0x00, 0x02 };
	uint8_t *ip = g->frame + ETH_HEADER, *l4 = ip + 20;
	size_t left = g->size - ETH_HEADER;

	memcpy(g->frame, mac, 6);
	memcpy(g->frame + 6, from, 6);
	put_be16(g->frame + 12, ETH_TYPE_IP4);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)left);
	ip[8] = 64;
	ip[9] = g->proto;
	put_be16(l4 + 2, (uint16_t)g->destination_port);
	if (g->proto == IP_UDP) {
		put_be16(l4 + 4, (uint16_t)(left - 20));
	} else {
		l4[12] = 5 << 4;
		l4[13] = 0x10;
		put_be16(l4 + 14, 0xFFFF);
	}
}

static bool one(struct net_gen *g)
{
	struct net_frame f = { .data = g->frame, .len = g->size, .tagged = g->tagged, .tci = g->tci };
	struct net_layers l;
	uint8_t *l4 = g->frame + ETH_HEADER + 20;

	put_be16(l4, (uint16_t)(FIRST_PORT + g->sent % g->flows));
	put_be16(g->frame + ETH_HEADER + 4, (uint16_t)g->sent);
	if (!net_layers(g->frame, g->size, &l))
		return false;
	net_sum_fill_all(g->frame, &l);
	if (g->bad && g->sent % g->bad == g->bad - 1)
		g->frame[g->size - 1] ^= 0x55;
	if (!g->port.up(g->port.arg, &f)) {
		g->no_room++;
		return false;
	}
	g->sent++;
	g->took = loop_now_ns() - g->started;
	return true;
}

static void burst(struct net_gen *g)
{
	uint64_t due = g->rate ? (loop_now_ns() - g->started) * g->rate / NS_PER_S : g->sent + BURST;

	for (unsigned int i = 0; i < BURST && g->sent < due && (!g->count || g->sent < g->count); i++)
		if (!one(g))
			break;
	if (g->count && g->sent >= g->count)
		net_gen_stop(g);
}

static void tick(void *arg)
{
	struct net_gen *g = arg;

	loop_timer_set(&g->timer, g->rate ? TICK_NS : TICK_NS / 10);
	burst(g);
	g->port.flush(g->port.arg);
}

struct net_gen *net_gen_create(const struct net_port *port)
{
	struct net_gen *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->port = *port;
	loop_timer_init(&g->timer, tick, g);
	return g;
}

void net_gen_destroy(struct net_gen *g)
{
	if (g)
		net_gen_stop(g);
	free(g);
}

static const char *take(struct net_gen *g, const json_t *args)
{
	const char *proto = word(args, "proto", "udp");
	uint64_t vlan = number(args, "vlan", 0);

	g->size = number(args, "size", 128);
	g->rate = number(args, "rate", 1000);
	g->count = number(args, "count", 0);
	g->flows = number(args, "flows", 1);
	g->bad = number(args, "bad", 0);
	g->destination_port = number(args, "port", 9);
	g->proto = strcmp(proto, "tcp") ? IP_UDP : IP_TCP;
	g->tagged = vlan != 0;
	g->tci = (uint16_t)vlan;
	if (strcmp(proto, "tcp") && strcmp(proto, "udp"))
		return "proto is udp or tcp";
	if (g->size < 60 || g->size > g->port.mtu(g->port.arg))
		return "size is from 60 to the guest's MTU with 14 bytes of Ethernet header";
	if (!g->flows || g->flows > 50000 || vlan > 4094 || g->rate > 100000000 || g->destination_port > 65535)
		return "flows is 1 to 50000, vlan up to 4094, rate up to 100 million, port up to 65535";
	return NULL;
}

const char *net_gen_start(struct net_gen *g, const json_t *args, const uint8_t *guest_mac)
{
	const char *why;

	net_gen_stop(g);
	memset(g->frame, 0, sizeof(g->frame));
	why = take(g, args);
	if (why)
		return why;
	if (inet_pton(AF_INET, word(args, "src", "10.99.0.1"), g->frame + ETH_HEADER + 12) != 1 ||
	    inet_pton(AF_INET, word(args, "dst", "10.99.0.2"), g->frame + ETH_HEADER + 16) != 1)
		return "src and dst are IPv4 addresses";
	headers(g, guest_mac);
	g->sent = g->no_room = g->took = 0;
	g->started = loop_now_ns();
	g->running = true;
	loop_timer_set(&g->timer, TICK_NS);
	return NULL;
}

void net_gen_stop(struct net_gen *g)
{
	g->running = false;
	loop_timer_cancel(&g->timer);
}

void net_gen_room(struct net_gen *g)
{
	if (g->running && !g->rate)
		burst(g);
}

void net_gen_counters(const struct net_gen *g, json_t *out)
{
	json_object_set_new(out, "gen", json_pack("{s:b,s:I,s:I,s:I}", "running", g->running, "sent", (json_int_t)g->sent,
						  "no-room", (json_int_t)g->no_room, "us", (json_int_t)(g->took / 1000)));
}

/* --- sink ------------------------------------------------------------------------------------------------ */

struct sink {
	uint64_t frames, bytes, tagged, bad_sums, tcp, udp, other;
};

static void sink_frame(void *priv, const struct net_frame *f)
{
	struct sink *s = priv;
	struct net_layers l;
	bool whole = net_layers(f->data, f->len, &l);
	uint32_t bad = RNDIS_CSUM_RX_IP_FAILED | RNDIS_CSUM_RX_TCP_FAILED | RNDIS_CSUM_RX_UDP_FAILED;

	s->frames++;
	s->bytes += f->len;
	s->tagged += f->tagged;
	if (!whole || (l.ip && (net_sum_verify(f->data, &l) & bad)))
		s->bad_sums++;
	s->tcp += whole && l.ip && l.proto == IP_TCP;
	s->udp += whole && l.ip && l.proto == IP_UDP;
	s->other += !whole || !l.ip || (l.proto != IP_TCP && l.proto != IP_UDP);
}

static void sink_counters(void *priv, json_t *out)
{
	const struct sink *s = priv;

	json_object_set_new(out, "sink",
			    json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "frames", (json_int_t)s->frames, "bytes",
				      (json_int_t)s->bytes, "tagged", (json_int_t)s->tagged, "bad-sums",
				      (json_int_t)s->bad_sums, "tcp", (json_int_t)s->tcp, "udp", (json_int_t)s->udp,
				      "other", (json_int_t)s->other));
}

static const struct net_backend_ops sink_ops = {
	.frame = sink_frame,
	.counters = sink_counters,
	.destroy = free,
};

int net_sink_create(struct net_backend *b, const struct net_port *port)
{
	b->priv = calloc(1, sizeof(struct sink));
	if (!b->priv)
		return -ENOMEM;
	b->ops = &sink_ops;
	return 0;
}
