// SPDX-License-Identifier: GPL-2.0-only
/* From the guest: send buffer sections, GPA-direct packets, offloads done for real (docs/wire/05 4, 8). */
#include <string.h>

#include "ctl/ctl.h"
#include "net.h"
#include "net_bytes.h"

static void drop(struct net *n, enum net_drop why)
{
	n->tx_drop[why]++;
	n->a.tx_dropped++;
}

/* The message's bytes: first those in the section, then those in guest pages. 0 when they cannot be had. */
static size_t gather(struct net *n, const struct nvsp_rndis_pkt *m, const struct vmb_sg *sg)
{
	size_t len = 0;

	if (m->section_index != NVSP_NO_SECTION) {
		if (!n->send || m->section_index >= n->send_sections || m->section_size > NET_SEND_SECTION)
			return 0;
		if (!vmb_gpadl_read(n->send, (size_t)m->section_index * NET_SEND_SECTION, n->tx, m->section_size))
			return 0;
		len = m->section_size;
	}
	if (sg->bytes > NET_TX_MAX - len)
		return 0;
	if (sg->bytes)
		len += vmb_sg_read(sg, 0, n->tx + len, sg->bytes);
	return len;
}

static bool csum_is_on(const struct net *n, const uint8_t *frame, uint32_t ppi)
{
	const struct net_offloads *o = &n->a.on;
	bool ip4 = get_be16(frame + 12) == ETH_TYPE_IP4;

	if ((ppi & RNDIS_CSUM_TX_IPHDR) && !o->ip4_tx)
		return false;
	if ((ppi & RNDIS_CSUM_TX_TCP) && !(ip4 ? o->tcp4_tx : o->tcp6_tx))
		return false;
	return !(ppi & RNDIS_CSUM_TX_UDP) || (ip4 ? o->udp4_tx : o->udp6_tx);
}

static void forward(struct net_queue *q, const struct net_frame *f)
{
	struct net *n = q->n;

	if (f->len > n->a.mtu) {
		drop(n, NET_DROP_TOO_LONG);
		return;
	}
	q->c.tx_packets++;
	q->c.tx_bytes += f->len;
	n->a.tx_packets++;
	n->a.tx_bytes += f->len;
	n->vlan_tx += f->tagged;
	n->backend.ops->frame(n->backend.priv, f);
}

static void segment(struct net_queue *q, struct net_frame *f, uint32_t ppi)
{
	struct net *n = q->n;
	struct net_lso lso;
	enum net_offload_result r;

	if (!(ppi & RNDIS_LSO_IP6 ? n->a.on.lso6 : n->a.on.lso4)) {
		drop(n, NET_DROP_OFFLOAD_OFF);
		return;
	}
	r = net_lso_begin(&lso, f->data, f->len, ppi);
	if (r == NET_OFFLOAD_BAD || lso.l.payload + lso.mss > n->a.mtu) {
		drop(n, NET_DROP_OFFLOAD);
		return;
	}
	n->seed_wrong += r == NET_OFFLOAD_SEED;
	q->c.tx_lso++;
	f->data = n->segment;
	while ((f->len = net_lso_next(&lso, n->segment, sizeof(n->segment)))) {
		n->segments++;
		forward(q, f);
	}
}

static void checksum(struct net_queue *q, uint8_t *frame, struct net_frame *f, uint32_t ppi)
{
	struct net *n = q->n;
	enum net_offload_result r;

	if (!csum_is_on(n, frame, ppi)) {
		drop(n, NET_DROP_OFFLOAD_OFF);
		return;
	}
	r = net_sum_transmit(frame, f->len, ppi);
	if (r == NET_OFFLOAD_BAD) {
		drop(n, NET_DROP_OFFLOAD);
		return;
	}
	n->seed_wrong += r == NET_OFFLOAD_SEED;
	q->c.tx_csum++;
	forward(q, f);
}

/* A tag inside the frame comes out of it; the frame begins four bytes later then. */
static uint8_t *untag(struct net *n, uint8_t *frame, struct net_frame *f)
{
	if (f->tagged || f->len < ETH_HEADER + 4 || get_be16(frame + 12) != ETH_TYPE_VLAN)
		return frame;
	f->tagged = true;
	f->tci = get_be16(frame + 14);
	f->len -= 4;
	n->vlan_inline++;
	memmove(frame + 4, frame, 2 * ETH_ADDRESS);
	return frame + 4;
}

static bool refused(struct net *n, const uint8_t *frame, size_t len)
{
	if (len < ETH_HEADER)
		drop(n, NET_DROP_RUNT);
	else if (!n->a.link)
		drop(n, NET_DROP_LINK_DOWN);
	else if (!n->a.spoofing && memcmp(frame + ETH_ADDRESS, n->a.mac, ETH_ADDRESS))
		drop(n, NET_DROP_SPOOFED);
	else
		return false;
	return true;
}

static void frame_from_guest(struct net_queue *q, uint8_t *data, const struct rndis_frame *r)
{
	const struct rndis_info *info = &r->info;
	struct net_frame f = { .len = r->len, .tagged = info->has_vlan };

	if (refused(q->n, data, r->len))
		return;
	if (info->has_vlan)
		f.tci = rndis_vlan_to_tci(info->vlan);
	f.data = data = untag(q->n, data, &f);
	if (info->has_lso)
		segment(q, &f, info->lso);
	else if (info->has_csum)
		checksum(q, data, &f, info->csum);
	else
		forward(q, &f);
}

static uint32_t data_messages(struct net_queue *q, size_t len)
{
	struct net *n = q->n;
	uint32_t status = NVSP_STAT_SUCCESS;
	struct rndis_piece piece;
	struct rndis_frame r;
	size_t at = 0;
	int err;

	while ((err = rndis_next(n->tx, len, &at, &piece)) > 0) {
		if (piece.type != RNDIS_MSG_PACKET || rndis_parse_packet(piece.msg, piece.len, &r)) {
			n->malformed++;
			status = NVSP_STAT_INVALID_RNDIS_PKT;
			continue;
		}
		frame_from_guest(q, n->tx + (r.data - n->tx), &r);
	}
	if (err < 0) {
		n->malformed++;
		status = NVSP_STAT_INVALID_RNDIS_PKT;
	}
	return status;
}

static void after_control(struct net *n)
{
	unsigned int changed = n->a.changed;

	n->a.changed = 0;
	if (changed & (NET_CHANGED_OFFLOAD | NET_CHANGED_HALT))
		net_rx_set_coalescing(n);
	if (changed & NET_CHANGED_FILTER)
		ctl_event("net-filter", n->d->name, json_pack("{s:i}", "filter", (int)n->a.filter));
}

static uint32_t control_message(struct net *n, size_t len)
{
	uint8_t reply[NET_REPLY_MAX];
	int answer = net_control(&n->a, n->tx, len, reply);
	bool init;

	if (answer < 0) {
		n->malformed++;
		return NVSP_STAT_INVALID_RNDIS_PKT;
	}
	init = n->a.changed & NET_CHANGED_INIT;
	after_control(n);
	if (answer)
		net_tell(n, true, 0, reply, (size_t)answer);
	if (init)
		net_tell_vf(n);
	return NVSP_STAT_SUCCESS;
}

uint32_t net_tx(struct net_queue *q, const struct nvsp_rndis_pkt *m, const struct vmb_sg *sg)
{
	struct net *n = q->n;
	size_t len;

	q->c.tx_messages++;
	if (!n->version || (m->channel_type != NVSP_CHANNEL_DATA && q->index))
		return NVSP_STAT_FAIL;
	len = gather(n, m, sg);
	if (!len) {
		n->malformed++;
		return NVSP_STAT_INVALID_RNDIS_PKT;
	}
	if (m->channel_type == NVSP_CHANNEL_CONTROL)
		return control_message(n, len);
	if (m->channel_type == NVSP_CHANNEL_DATA && n->a.initialized)
		return data_messages(q, len);
	return NVSP_STAT_FAIL;
}
