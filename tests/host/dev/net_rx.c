// SPDX-License-Identifier: GPL-2.0-only
/* Towards the guest: receive buffer sections, transfer packets, coalescing (docs/wire/05 3, 8.5). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

/* Ranges of one transfer: older guests have smaller packet buffers (3). */
static unsigned int ranges_max(const struct net *n)
{
	return n->a.ndis < 0x60000 ? NVSP_XFER_RANGES_MAX_NDIS5 : NET_RANGES_MAX;
}

/* Sections a frame of len bytes takes. */
static unsigned int pieces(const struct net *n, size_t len)
{
	return (unsigned int)((len + n->a.mtu - 1) / n->a.mtu);
}

static bool ready(const struct net *n)
{
	return n->recv && n->q[0].open && n->a.initialized && n->a.filter;
}

/* One section with one RNDIS message, put into the batch. The caller knows that there is room for both. */
static bool put_message(struct net_queue *q, const uint8_t *head, size_t head_len, const uint8_t *data, size_t len,
			size_t whole)
{
	struct net *n = q->n;
	uint32_t i = net_section_take(&n->sections);
	size_t at = (size_t)i * n->division.sub_size;

	if (i == NET_NO_SECTION)
		return false;
	if (!vmb_gpadl_write(n->recv, at, head, head_len) ||
	    (len && !vmb_gpadl_write(n->recv, at + head_len, data, len))) {
		net_section_put(&n->sections, i);
		return false;
	}
	q->section[q->batched] = i;
	q->range[q->batched].byte_offset = (__u32)at;
	q->range[q->batched].byte_count = (__u32)whole;
	q->batched++;
	return true;
}

/* What waited for a queue is lost, its sections are not. */
static void unbatch(struct net_queue *q)
{
	for (unsigned int i = 0; i < q->batched; i++)
		net_section_put(&q->n->sections, q->section[i]);
	q->batched = 0;
}

bool net_rx_send(struct net_queue *q, uint32_t channel_type)
{
	struct net *n = q->n;
	struct nvsp_rndis_pkt m = { .hdr.type = NVSP_SEND_RNDIS_PKT, .channel_type = channel_type,
				    .section_index = NVSP_NO_SECTION };
	uint8_t message[NVSP_MESSAGE_LEN] = { 0 };
	uint64_t id;
	int err;

	if (!q->batched)
		return true;
	memcpy(message, &m, sizeof(m));
	id = net_section_chain(&n->sections, q->section, q->batched);
	err = vmb_send_xfer(q->ch, id, true, n->recv_id, q->range, q->batched, message, nvsp_len(n->version));
	if (err == -EMSGSIZE) { /* a ring too small for it, ever: frames are lost, not the adapter */
		n->rx_drop[NET_DROP_NO_BUFFER] += q->batched;
		unbatch(q);
	}
	if (err)
		return false;
	net_section_sent(&n->sections, id, q->index);
	q->batched = 0;
	q->c.rx_transfers++;
	return true;
}

/* A control message goes out alone, in order behind the data before it. */
bool net_rx_control(struct net *n, const uint8_t *data, size_t len)
{
	struct net_queue *q = &n->q[0];

	if (!n->recv || !net_rx_send(q, NVSP_CHANNEL_DATA))
		return false;
	if (len > n->division.sub_size || !put_message(q, data, len, NULL, 0, len))
		return false;
	if (net_rx_send(q, NVSP_CHANNEL_CONTROL))
		return true;
	unbatch(q);
	return false;
}

static bool put_frame(struct net_queue *q, const struct rndis_info *info, const uint8_t *data, size_t len)
{
	struct net *n = q->n;
	uint8_t head[RNDIS_RX_HEADROOM];
	size_t before = rndis_build_head(head, info, len, n->compact ? 0 : n->division.sub_size);

	if (!before)
		return false;
	return put_message(q, head, before, data, len, n->compact ? before + len : n->division.sub_size);
}

/* The receive bits the guest asked for; what it switched off is not told. */
static uint32_t told_sums(const struct net *n, const struct net_layers *l, uint32_t sums)
{
	const struct net_offloads *o = &n->a.on;
	uint32_t mask = 0;

	if (o->ip4_rx)
		mask |= RNDIS_CSUM_RX_IP_OK | RNDIS_CSUM_RX_IP_FAILED;
	if (l->ip == 4 ? o->tcp4_rx : o->tcp6_rx)
		mask |= RNDIS_CSUM_RX_TCP_OK | RNDIS_CSUM_RX_TCP_FAILED;
	if (l->ip == 4 ? o->udp4_rx : o->udp6_rx)
		mask |= RNDIS_CSUM_RX_UDP_OK | RNDIS_CSUM_RX_UDP_FAILED;
	return sums & mask;
}

static void count_up(struct net_queue *q, size_t len, bool tagged)
{
	struct net *n = q->n;

	q->c.rx_packets++;
	q->c.rx_bytes += len;
	n->a.rx_packets++;
	n->a.rx_bytes += len;
	n->vlan_rx += tagged;
}

static void drop(struct net *n, enum net_drop why)
{
	n->rx_drop[why]++;
	n->a.rx_dropped++;
}

static void set_vlan(struct rndis_info *info, bool tagged, uint16_t tci)
{
	info->has_vlan = tagged;
	info->vlan = rndis_vlan_from_tci(tci);
}

static void one_frame(struct net_queue *q, const struct net_frame *f, const struct net_layers *l, uint32_t sums,
		      bool hashed, uint32_t hash)
{
	struct rndis_info info = { .has_csum = true, .csum = told_sums(q->n, l, sums), .has_hash = hashed,
				   .hash = hash };

	set_vlan(&info, f->tagged, f->tci);
	if (put_frame(q, &info, f->data, f->len))
		count_up(q, f->len, f->tagged);
	else
		drop(q->n, NET_DROP_NO_BUFFER);
	if (q->batched >= NET_BATCH)
		net_rx_send(q, NVSP_CHANNEL_DATA);
}

/* All pieces of a coalesced frame are ranges of one transfer. */
static bool make_space(struct net_queue *q, unsigned int n)
{
	if (q->batched + n > NET_BATCH)
		net_rx_send(q, NVSP_CHANNEL_DATA);
	return q->batched + n <= ranges_max(q->n) && q->n->sections.free >= n;
}

static void put_pieces(struct net_queue *q, const struct net_rsc *r, unsigned int count, uint16_t id)
{
	struct rndis_info info = { .has_pktid = count > 1 };
	size_t at = 0, len;

	info.has_csum = true;
	info.csum = told_sums(q->n, &r->l, RNDIS_CSUM_RX_TCP_OK | (r->l.ip == 4 ? RNDIS_CSUM_RX_IP_OK : 0));
	if (r->segments > 1)
		info.csum |= RNDIS_CSUM_RX_TCP_VALUE_INVALID;
	info.has_hash = r->hashed;
	info.hash = r->hash;
	set_vlan(&info, r->tagged, r->tci);
	for (unsigned int i = 0; i < count; i++, at += len) {
		len = r->len - at < q->n->a.mtu ? r->len - at : q->n->a.mtu;
		info.pktid.version = RNDIS_PKTID_VERSION;
		info.pktid.id = id;
		info.pktid.flags = RNDIS_PKTID_SUBALLOC;
		info.pktid.flags |= i ? 0 : RNDIS_PKTID_FIRST;
		info.pktid.flags |= i + 1 < count ? 0 : RNDIS_PKTID_LAST;
		put_frame(q, &info, r->frame + at, len);
		info.has_csum = info.has_hash = info.has_vlan = false;
	}
}

static void send_coalesced(struct net_queue *q)
{
	struct net *n = q->n;
	struct net_rsc *r = q->rsc;
	unsigned int count;

	if (!r || !r->segments)
		return;
	net_rsc_finish(r);
	count = pieces(n, r->len);
	n->owed -= count;
	if (make_space(q, count)) {
		put_pieces(q, r, count, n->rsc_id++);
		for (unsigned int i = 0; i < r->segments; i++)
			n->vlan_rx += r->tagged;
		q->c.rx_packets += r->segments;
		q->c.rx_bytes += r->len;
		q->c.rx_coalesced += r->segments > 1 ? r->segments : 0;
		n->a.rx_packets += r->segments;
		n->a.rx_bytes += r->len;
	} else {
		drop(n, NET_DROP_NO_BUFFER);
	}
	r->segments = 0;
}

static bool rsc_on(const struct net *n, const struct net_layers *l)
{
	return l->ip == 4 ? n->a.on.rsc4 : l->ip == 6 && n->a.on.rsc6;
}

/* True when the frame went into the queue's coalesced one. */
static bool coalesce(struct net_queue *q, const struct net_frame *f, const struct net_layers *l, uint32_t sums,
		     bool hashed, uint32_t hash)
{
	struct net_rsc *r = q->rsc;
	unsigned int before;

	if (!r || !rsc_on(q->n, l) || !net_rsc_fits(f->data, l, sums))
		return false;
	if (r->segments && (r->tagged != f->tagged || r->tci != f->tci))
		send_coalesced(q);
	before = r->segments ? pieces(q->n, r->len) : 0;
	if (!r->segments || !net_rsc_add(r, f->data, l)) {
		send_coalesced(q);
		before = 0;
		net_rsc_start(r, f->data, l);
		r->hashed = hashed;
		r->hash = hash;
		r->tagged = f->tagged;
		r->tci = f->tci;
	}
	q->n->owed += pieces(q->n, r->len) - before;
	if (net_rsc_is_over(r))
		send_coalesced(q);
	return true;
}

/* The first reason the guest does not get this frame; NET_DROPS when it does. */
static enum net_drop refusal(const struct net *n, const struct net_frame *f)
{
	if (!n->a.link)
		return NET_DROP_LINK_DOWN;
	if (!ready(n))
		return NET_DROP_NOT_READY;
	if (f->len < ETH_HEADER)
		return NET_DROP_RUNT;
	if (f->len > n->a.mtu)
		return NET_DROP_TOO_LONG;
	return net_filter_passes(&n->a, f->data) ? NET_DROPS : NET_DROP_FILTER;
}

/* Sections kept for control messages; a small buffer keeps fewer. */
static unsigned int reserve(const struct net *n)
{
	return n->sections.count / 4 < NET_CONTROL_SECTIONS ? n->sections.count / 4 : NET_CONTROL_SECTIONS;
}

static bool has_room(const struct net *n, const struct net_queue *q)
{
	return n->sections.free > reserve(n) + n->owed + 1 && q->batched + (q->rsc ? NET_BATCH : 1) <= ranges_max(n);
}

static struct net_queue *choose(struct net *n, bool hashed, uint32_t hash)
{
	unsigned int i = hashed ? net_rss_queue(&n->a.rss, hash) : 0;

	return i < NET_QUEUES_MAX && n->q[i].open ? &n->q[i] : &n->q[0];
}

bool net_up(void *net, const struct net_frame *f)
{
	struct net *n = net;
	enum net_drop why = refusal(n, f);
	struct net_layers l;
	struct net_queue *q;
	uint32_t sums = 0, hash = 0;
	bool whole, hashed, taken;

	if (net_vf_up(n, f, &taken))
		return taken;
	if (why != NET_DROPS) {
		drop(n, why);
		return true;
	}
	whole = net_layers(f->data, f->len, &l);
	hashed = whole && net_rss_hash(&n->a.rss, f->data, &l, &hash);
	q = choose(n, hashed, hash);
	if (!has_room(n, q)) {
		net_rx_send(q, NVSP_CHANNEL_DATA);
		n->starved = true;
		n->a.rx_no_buffer++;
		return false;
	}
	if (whole && l.ip)
		sums = net_sum_verify(f->data, &l);
	n->rx_bad_sums += !!(sums & (RNDIS_CSUM_RX_IP_FAILED | RNDIS_CSUM_RX_TCP_FAILED | RNDIS_CSUM_RX_UDP_FAILED));
	if (whole && coalesce(q, f, &l, sums, hashed, hash))
		return true;
	send_coalesced(q);
	one_frame(q, f, &l, sums, hashed, hash);
	return true;
}

void net_up_flush(void *net)
{
	struct net *n = net;

	for (unsigned int i = 0; i < n->queues; i++) {
		if (!n->q[i].open || !n->recv)
			continue;
		send_coalesced(&n->q[i]);
		net_rx_send(&n->q[i], NVSP_CHANNEL_DATA);
	}
	net_vf_up_flush(n);
}

size_t net_up_mtu(void *net)
{
	const struct net *n = net;

	return n->a.mtu;
}

/* Not for every single section: a back end that is woken should be able to send a burst. */
void net_rx_room(struct net *n)
{
	unsigned int enough = n->sections.count / 2 < 2 * NET_BATCH ? n->sections.count / 2 : 2 * NET_BATCH;

	if (!n->starved || n->sections.free < reserve(n) + n->owed + enough)
		return;
	n->starved = false;
	if (n->backend.ops && n->backend.ops->room)
		n->backend.ops->room(n->backend.priv);
	if (n->gen)
		net_gen_room(n->gen);
	net_up_flush(n);
}

void net_rx_set_coalescing(struct net *n)
{
	bool on = n->a.on.rsc4 || n->a.on.rsc6;

	for (unsigned int i = 0; i < NET_QUEUES_MAX; i++) {
		struct net_queue *q = &n->q[i];

		if (!on)
			send_coalesced(q);
		if (on && !q->rsc && i < n->a.queues)
			q->rsc = calloc(1, sizeof(*q->rsc)); /* without memory it is not done, which is no error */
		if (!on) {
			free(q->rsc);
			q->rsc = NULL;
		}
	}
}

void net_rx_close(struct net_queue *q)
{
	struct net *n = q->n;

	unbatch(q);
	if (q->rsc && q->rsc->segments) {
		n->owed -= pieces(n, q->rsc->len);
		q->rsc->segments = 0;
	}
}

/* The receive buffer is no more. */
void net_rx_forget(struct net *n)
{
	for (unsigned int i = 0; i < NET_QUEUES_MAX; i++) {
		n->q[i].batched = 0;
		if (n->q[i].rsc)
			n->q[i].rsc->segments = 0;
	}
	n->owed = 0;
	n->recv = NULL;
	net_sections_exit(&n->sections);
}
