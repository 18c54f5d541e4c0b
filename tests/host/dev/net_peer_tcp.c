// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer's TCP: it listens only. Windows with scaling, slow start, go-back-N after three duplicate acknowledgements
 * or a timeout. No selective acknowledgement, no timestamps: what comes out of order is dropped and asked for again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "net_bytes.h"
#include "net_pattern.h"
#include "net_peer.h"

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define PSH 0x08
#define ACK 0x10

#define RING (256u * 1024)
#define WINDOW (1024u * 1024)
#define OUR_SCALE 7
#define CWND_MAX (1024u * 1024)
#define RTO_NS (500 * NS_PER_MS)
#define BACKOFF_MAX 5
#define LINGER_NS (2 * NS_PER_S)
#define ENDLESS (UINT64_MAX / 2)

static bool same_flow(const struct peer_flow *a, const struct peer_flow *b)
{
	return a->ip == b->ip && a->here_port == b->here_port && a->there_port == b->there_port &&
	       !memcmp(a->here, b->here, 16) && !memcmp(a->there, b->there, 16) && a->tagged == b->tagged &&
	       a->tci == b->tci;
}

static struct peer_conn *find(struct peer *p, const struct peer_flow *flow)
{
	for (unsigned int i = 0; i < PEER_CONNS; i++)
		if (p->conn[i].used && same_flow(&p->conn[i].flow, flow))
			return &p->conn[i];
	return NULL;
}

static void remember(struct peer *p, const struct peer_conn *c, bool reset)
{
	struct peer_recent *r = &p->recent[p->recents++ % PEER_RECENT];

	r->port = c->service;
	r->received = c->received;
	r->sent = c->out_acked;
	r->bad = c->bad;
	r->bad_at = c->bad_at;
	r->crc = c->crc;
	r->retransmits = c->retransmits;
	r->out_of_order = c->out_of_order;
	r->reset = reset;
}

static void drop(struct peer *p, struct peer_conn *c, bool reset)
{
	if (!c->ended && c->established)
		remember(p, c, reset);
	free(c->ring);
	memset(c, 0, sizeof(*c));
}

/* A free slot, else that of a connection that is over or never came about; a flood of SYNs does no more harm. */
static struct peer_conn *slot(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_CONNS; i++)
		if (!p->conn[i].used)
			return &p->conn[i];
	for (unsigned int i = 0; i < PEER_CONNS; i++)
		if (p->conn[i].ended || p->conn[i].left || !p->conn[i].established) {
			drop(p, &p->conn[i], true);
			return &p->conn[i];
		}
	return NULL;
}

/* --- segments out ---------------------------------------------------------------------------------------- */

static size_t window_now(const struct peer_conn *c)
{
	return c->service == PEER_PORT_ECHO ? RING - (size_t)(c->out_end - c->out_acked) : WINDOW;
}

static uint8_t *segment(struct peer *p, const struct peer_flow *flow, uint32_t seq, uint32_t ack, uint8_t flags,
			uint16_t window)
{
	uint8_t *t = peer_begin(p, flow, IP_TCP);

	memset(t, 0, 20);
	put_be16(t, flow->here_port);
	put_be16(t + 2, flow->there_port);
	put_be32(t + 4, seq);
	put_be32(t + 8, ack);
	t[12] = 5 << 4;
	t[13] = flags;
	put_be16(t + 14, window);
	return t + 20;
}

static uint16_t window_field(struct peer_conn *c)
{
	size_t w = window_now(c);

	c->window_shut = w < c->mss;
	if (c->scaling)
		w >>= OUR_SCALE;
	return (uint16_t)(w > 0xFFFF ? 0xFFFF : w);
}

static uint32_t seq_of(const struct peer_conn *c, uint64_t position)
{
	return c->iss + 1 + (uint32_t)position;
}

static bool send_ack(struct peer *p, struct peer_conn *c)
{
	segment(p, &c->flow, seq_of(c, c->out_next) + (c->fin_sent && c->out_next == c->out_end), c->rcv_nxt, ACK,
		window_field(c));
	if (!peer_send(p, &c->flow, 20))
		return false;
	c->ack_due = false;
	return true;
}

static void send_reset(struct peer *p, const struct peer_flow *flow, uint32_t seq, uint32_t ack)
{
	segment(p, flow, seq, ack, RST | ACK, 0);
	p->resets++;
	peer_send(p, flow, 20);
}

static void send_syn_ack(struct peer *p, struct peer_conn *c)
{
	uint8_t *options = segment(p, &c->flow, c->iss, c->rcv_nxt, SYN | ACK, 0xFFFF);
	size_t mss = peer_max(p, &c->flow) - 20;

	options[0] = 2;
	options[1] = 4;
	put_be16(options + 2, (uint16_t)mss);
	options[4] = 1;
	options[5] = 3;
	options[6] = 3;
	options[7] = OUR_SCALE;
	options[-8] = (uint8_t)((c->scaling ? 28 : 24) / 4 << 4);
	peer_send(p, &c->flow, c->scaling ? 28 : 24);
}

static void read_out(const struct peer_conn *c, uint64_t position, uint8_t *to, size_t len)
{
	size_t at = (size_t)(position % RING), first = RING - at < len ? RING - at : len;

	if (c->service == PEER_PORT_ECHO) {
		memcpy(to, c->ring + at, first);
		memcpy(to + first, c->ring, len - first);
	} else if (c->service == PEER_PORT_SINK) {
		memcpy(to, c->text + position, len);
	} else {
		net_pattern_read(position, to, len);
	}
}

static void arm(struct peer_conn *c)
{
	if (!c->deadline)
		c->deadline = loop_now_ns() + (RTO_NS << c->backoff);
}

/* One segment of data at out_next, or a FIN behind the last. False when the guest has no room for it. */
static bool send_data(struct peer *p, struct peer_conn *c, size_t len)
{
	bool fin = c->out_closed && c->out_next + len == c->out_end;
	uint8_t flags = (uint8_t)(ACK | (fin ? FIN : 0) | (len && c->out_next + len == c->out_end ? PSH : 0));
	uint8_t *t = segment(p, &c->flow, seq_of(c, c->out_next), c->rcv_nxt, flags, window_field(c));

	read_out(c, c->out_next, t, len);
	if (!peer_send(p, &c->flow, 20 + len))
		return false;
	c->retransmits += c->out_next < c->out_max;
	c->ack_due = false;
	c->out_next += len;
	if (c->out_next > c->out_max)
		c->out_max = c->out_next;
	c->fin_sent |= fin;
	arm(c);
	return true;
}

static void output(struct peer *p, struct peer_conn *c)
{
	uint64_t limit = c->window < c->cwnd ? c->window : c->cwnd, len;

	c->dirty = false;
	if (!c->established || c->ended)
		return;
	while (c->out_next < c->out_end && c->out_next - c->out_acked < limit) {
		len = c->out_end - c->out_next;
		if (len > c->mss)
			len = c->mss;
		if (len > limit - (c->out_next - c->out_acked))
			len = limit - (c->out_next - c->out_acked);
		if (!send_data(p, c, (size_t)len))
			return;
	}
	if (c->out_next < c->out_end && c->out_next == c->out_acked)
		arm(c); /* the guest's window is shut: ask now and then */
	if (c->out_closed && c->out_next == c->out_end && !c->fin_sent)
		send_data(p, c, 0);
}

/* --- segments in ----------------------------------------------------------------------------------------- */

static void read_options(struct peer_conn *c, const uint8_t *tcp, size_t header)
{
	const uint8_t *at = tcp + 20, *end = tcp + header;

	while (at < end && *at) {
		if (*at == 1) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			return;
		if (at[0] == 2 && at[1] == 4)
			c->mss = get_be16(at + 2);
		if (at[0] == 3 && at[1] == 3) {
			c->scaling = true;
			c->scale = at[2] < 14 ? at[2] : 14;
		}
		at += at[1];
	}
}

static bool serves(uint16_t port)
{
	return port == PEER_PORT_ECHO || port == PEER_PORT_DISCARD || port == PEER_PORT_SOURCE ||
	       port == PEER_PORT_SINK || port == PEER_PORT_SEND;
}

static bool begin(struct peer *p, struct peer_conn *c, const struct peer_flow *flow, const uint8_t *tcp, size_t header)
{
	size_t most;

	memset(c, 0, sizeof(*c));
	c->flow = *flow;
	c->service = flow->here_port;
	c->mss = 536;
	read_options(c, tcp, header);
	most = peer_max(p, flow) - 20;
	if (c->mss > most)
		c->mss = (uint16_t)most;
	if (c->mss < 64)
		c->mss = 64;
	c->ring = c->service == PEER_PORT_ECHO ? malloc(RING) : NULL;
	if (c->service == PEER_PORT_ECHO && !c->ring)
		return false;
	c->used = true;
	c->iss = p->next_iss += 0x3A7F1D;
	c->rcv_nxt = get_be32(tcp + 4) + 1;
	c->window = get_be16(tcp + 14);
	c->cwnd = 10u * c->mss;
	c->crc = (uint32_t)crc32(0, NULL, 0);
	if (c->service == PEER_PORT_SOURCE)
		c->out_end = ENDLESS;
	return true;
}

static void on_syn(struct peer *p, const struct peer_flow *flow, const uint8_t *tcp, size_t header)
{
	struct peer_conn *c = find(p, flow);

	if (c && !c->established && c->rcv_nxt == get_be32(tcp + 4) + 1) {
		send_syn_ack(p, c); /* ours was lost */
		return;
	}
	if (c)
		drop(p, c, true);
	else
		c = serves(flow->here_port) ? slot(p) : NULL;
	if (c && begin(p, c, flow, tcp, header))
		send_syn_ack(p, c);
	else
		send_reset(p, flow, 0, get_be32(tcp + 4) + 1);
}

/* The guest's line is whole: so many bytes it wants. */
static void take_line(struct peer_conn *c, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len && !c->out_closed; i++) {
		if (data[i] == '\n') {
			c->text[c->text_len] = 0;
			c->out_end = strtoull(c->text, NULL, 10) % ENDLESS;
			c->out_closed = true;
			c->dirty = true;
			return;
		}
		if (c->text_len + 1 < sizeof(c->text))
			c->text[c->text_len++] = (char)data[i];
	}
}

static void check_pattern(struct peer_conn *c, const uint8_t *data, size_t len)
{
	size_t good;

	if (c->bad)
		return;
	good = net_pattern_check(c->received, data, len);
	c->bad = good < len;
	c->bad_at = c->received + good;
}

static void to_ring(struct peer_conn *c, const uint8_t *data, size_t len)
{
	size_t at = (size_t)(c->out_end % RING), first = RING - at < len ? RING - at : len;

	memcpy(c->ring + at, data, first);
	memcpy(c->ring, data + first, len - first);
	c->out_end += len;
	c->dirty = true;
}

/* In order; len is within the window. */
static void deliver(struct peer_conn *c, const uint8_t *data, size_t len)
{
	switch (c->service) {
	case PEER_PORT_ECHO: to_ring(c, data, len); break;
	case PEER_PORT_DISCARD: c->crc = (uint32_t)crc32(c->crc, data, (uInt)len); break;
	case PEER_PORT_SINK: check_pattern(c, data, len); break;
	case PEER_PORT_SEND: take_line(c, data, len); break;
	}
	c->received += len;
	c->rcv_nxt += (uint32_t)len;
}

static void on_fin(struct peer_conn *c)
{
	int n;

	c->fin_received = true;
	c->rcv_nxt++;
	c->dirty = true;
	if (c->service == PEER_PORT_SOURCE || (c->service == PEER_PORT_SEND && !c->out_closed))
		c->out_end = c->out_max;
	if (c->service == PEER_PORT_SINK) {
		if (c->bad)
			n = snprintf(c->text, sizeof(c->text), "%llu bad %llu\n", (unsigned long long)c->received,
				     (unsigned long long)c->bad_at);
		else
			n = snprintf(c->text, sizeof(c->text), "%llu ok\n", (unsigned long long)c->received);
		c->out_end = (uint64_t)n;
	}
	c->out_closed = true;
}

static void on_data(struct peer_conn *c, uint32_t seq, const uint8_t *data, size_t len, bool fin)
{
	uint32_t old = c->rcv_nxt - seq; /* bytes we have already, if this is not from the future */
	size_t room;

	if (!len && !fin) {
		c->ack_due |= old != 0; /* a probe */
		return;
	}
	c->ack_due = true;
	if (old > len) { /* something is missing, or all of it is old */
		c->out_of_order += (int32_t)old < 0;
		return;
	}
	data += old;
	len -= old;
	room = window_now(c);
	if (len > room) {
		len = room;
		fin = false;
	}
	if (c->fin_received)
		return;
	deliver(c, data, len);
	if (fin)
		on_fin(c);
}

static void lost_something(struct peer_conn *c)
{
	c->recover = c->out_max;
	c->out_next = c->out_acked;
	c->fin_sent = false;
	c->cwnd = c->cwnd / 2 > 2u * c->mss ? c->cwnd / 2 : 2u * c->mss;
	c->dups = 0;
	c->dirty = true;
}

static void new_ack(struct peer_conn *c, uint64_t acked)
{
	bool shut = c->window_shut;

	c->out_acked += acked;
	if (c->out_next < c->out_acked)
		c->out_next = c->out_acked;
	c->cwnd = c->cwnd + acked < CWND_MAX ? c->cwnd + (uint32_t)acked : CWND_MAX;
	c->dups = c->backoff = 0;
	c->deadline = 0;
	if (c->out_acked < c->out_max || (c->fin_sent && !c->fin_acked))
		arm(c);
	if (shut && window_now(c) >= RING / 2)
		c->ack_due = true;
	c->dirty = true;
}

static void on_ack(struct peer_conn *c, uint32_t ack, uint32_t window, bool pure)
{
	uint64_t out = c->out_max - c->out_acked;
	uint32_t acked = ack - seq_of(c, c->out_acked);
	bool fin_out = c->fin_sent && c->out_max == c->out_end;

	if (acked == out + 1 && fin_out) {
		c->fin_acked = true;
		acked--;
	}
	if (acked > out)
		return; /* of what we never sent, or old */
	if (acked || c->fin_acked) {
		new_ack(c, acked);
	} else if (pure && out && window == c->window && c->out_acked >= c->recover && ++c->dups == 3) {
		lost_something(c);
	}
	if (window != c->window)
		c->dirty = true;
	c->window = window;
}

static void on_segment(struct peer *p, struct peer_conn *c, const struct peer_rx *rx)
{
	const uint8_t *tcp = rx->frame + rx->l.l4;
	size_t len = rx->l.end - rx->l.payload;
	uint8_t flags = tcp[13];

	c->left = false;
	if (flags & RST) {
		if (get_be32(tcp + 4) - c->rcv_nxt <= WINDOW)
			drop(p, c, true);
		return;
	}
	if (!(flags & ACK))
		return;
	if (!c->established && get_be32(tcp + 8) != c->iss + 1) {
		send_reset(p, &c->flow, get_be32(tcp + 8), c->rcv_nxt);
		return;
	}
	c->established = true;
	on_ack(c, get_be32(tcp + 8), (uint32_t)get_be16(tcp + 14) << (c->scaling ? c->scale : 0), !len &&
	       !(flags & FIN));
	on_data(c, get_be32(tcp + 4), rx->frame + rx->l.payload, len, flags & FIN);
	if (c->service == PEER_PORT_SOURCE && !c->out_max)
		c->dirty = true;
	if (c->fin_received && c->fin_acked && !c->ended) {
		remember(p, c, false);
		c->ended = loop_now_ns();
		c->deadline = 0;
	}
}

void peer_tcp(struct peer *p, const struct peer_rx *rx)
{
	const uint8_t *tcp = rx->frame + rx->l.l4;
	struct peer_flow flow;
	struct peer_conn *c;

	p->tcp_segments++;
	if (rx->frame[0] & 1)
		return;
	peer_answer_flow(rx, &flow);
	if ((tcp[13] & (SYN | ACK | RST)) == SYN) {
		on_syn(p, &flow, tcp, rx->l.payload - rx->l.l4);
		return;
	}
	c = find(p, &flow);
	if (c)
		on_segment(p, c, rx);
	else if (!(tcp[13] & RST))
		send_reset(p, &flow, get_be32(tcp + 8), get_be32(tcp + 4) + (uint32_t)(rx->l.end - rx->l.payload));
}

/* --- time ------------------------------------------------------------------------------------------------ */

void peer_tcp_flush(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_CONNS; i++) {
		struct peer_conn *c = &p->conn[i];

		if (c->used && c->dirty)
			output(p, c);
		if (c->used && c->ack_due)
			send_ack(p, c);
	}
}

void peer_tcp_push(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_CONNS; i++)
		p->conn[i].dirty |= p->conn[i].used;
	peer_tcp_flush(p);
}

static void timed_out(struct peer *p, struct peer_conn *c)
{
	c->deadline = 0;
	if (c->backoff < BACKOFF_MAX)
		c->backoff++;
	if (!c->window && c->out_next == c->out_acked && c->out_next < c->out_end) {
		send_data(p, c, 1); /* a probe: the answer tells of a window */
		c->out_next = c->out_acked;
		return;
	}
	lost_something(c);
	c->cwnd = 2u * c->mss;
}

void peer_tcp_timer(struct peer *p)
{
	uint64_t now = loop_now_ns();

	for (unsigned int i = 0; i < PEER_CONNS; i++) {
		struct peer_conn *c = &p->conn[i];

		if (!c->used)
			continue;
		if (c->ended && now - c->ended > LINGER_NS)
			drop(p, c, false);
		else if (c->deadline && now >= c->deadline)
			timed_out(p, c);
	}
	peer_tcp_flush(p);
}

void peer_tcp_left(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_CONNS; i++)
		p->conn[i].left = p->conn[i].used;
}

void peer_tcp_reset(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_CONNS; i++)
		if (p->conn[i].used)
			drop(p, &p->conn[i], true);
}

/* --- what was -------------------------------------------------------------------------------------------- */

static json_t *recent_json(const struct peer_recent *r)
{
	json_t *o = json_pack("{s:i,s:I,s:I,s:I,s:I,s:I,s:b}", "port", r->port, "received", (json_int_t)r->received,
			      "sent", (json_int_t)r->sent, "crc32", (json_int_t)r->crc, "retransmits",
			      (json_int_t)r->retransmits, "out-of-order", (json_int_t)r->out_of_order, "reset",
			      r->reset);

	if (r->port == PEER_PORT_SINK)
		json_object_set_new(o, "pattern", json_boolean(!r->bad));
	if (r->bad)
		json_object_set_new(o, "bad-at", json_integer((json_int_t)r->bad_at));
	return o;
}

json_t *peer_tcp_json(const struct peer *p)
{
	json_t *open = json_array(), *over = json_array();
	unsigned int n = p->recents < PEER_RECENT ? p->recents : PEER_RECENT;

	for (unsigned int i = 0; i < PEER_CONNS; i++) {
		const struct peer_conn *c = &p->conn[i];

		if (c->used && !c->ended)
			json_array_append_new(open, json_pack("{s:i,s:I,s:I}", "port", c->service, "received",
							      (json_int_t)c->received, "sent",
							      (json_int_t)c->out_acked));
	}
	for (unsigned int i = 0; i < n; i++)
		json_array_append_new(over, recent_json(&p->recent[(p->recents - n + i) % PEER_RECENT]));
	return json_pack("{s:o,s:o}", "open", open, "over", over);
}
