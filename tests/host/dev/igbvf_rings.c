// SPDX-License-Identifier: GPL-2.0-only
/* Descriptor rings of an 82576 virtual function (igbvf.h): receive 7.1, transmit 7.2, in the advanced formats only. */
#include <string.h>
#include <wire/rndis.h>

#include "igbvf.h"
#include "machine/machine.h"
#include "net_bytes.h"
#include "net_offload.h"
#include "net_vf.h"

#define BURST 256		/* descriptors at a time */
#define QUEUE_ENABLE 0x02000000U
#define DESCRIPTOR 16

/* 7.1.5 */
#define SPLIT_PACKET_KB 0x7FU
#define SPLIT_HEADER 0x3F00U	/* in 64 bytes, from bit 8 on */
#define SPLIT_TYPE 0x0E000000U
#define SPLIT_ALWAYS 0x0A000000U
#define RX_DONE 0x01U
#define RX_LAST 0x02U
#define RX_TAGGED 0x08U
#define RX_HEADER_SHIFT 21	/* of its length, in the first word */
#define RX_SPLIT 0x80000000U

/* 7.2.2 */
#define TX_LENGTH 0xFFFFU
#define TX_KIND 0x00F00000U
#define TX_CONTEXT 0x00200000U
#define TX_DATA 0x00300000U
#define TX_LAST 0x01000000U
#define TX_REPORT 0x08000000U
#define TX_TAG 0x40000000U
#define TX_SEGMENT 0x80000000U
#define TX_SUM_L4 0x200U
#define TX_DONE 0x01U
#define SEGMENT_MIN 64		/* smaller ones only keep the host busy */
#define TYPE_IP4 0x0400U
#define TYPE_L4 0x1800U		/* 0: UDP */
#define TYPE_TCP 0x0800U

struct rx_read {
	uint64_t packet, header;
};

struct rx_written {
	uint32_t info, hash, status;
	uint16_t len, vlan;
};

struct tx_desc {
	uint64_t address;	/* of a context: its lengths, and a word for IPsec */
	uint32_t command, status;
};

static uint32_t entries(const struct igbvf_ring *r)
{
	return r->len / DESCRIPTOR;
}

bool igbvf_ring_on(const struct igbvf_ring *r)
{
	uint32_t n = entries(r);

	return (r->control & QUEUE_ENABLE) && r->head < n && r->tail < n;
}

void igbvf_ring_reset(struct igbvf *g)
{
	memset(&g->rx, 0, sizeof(g->rx));
	memset(&g->tx, 0, sizeof(g->tx));
	memset(&g->context, 0, sizeof(g->context));
	g->gathered = 0;
	g->broken = g->fire = false;
}

/* --- from the guest --------------------------------------------------------------------------------------------------------- */

static void pass(struct igbvf *g, struct net_frame *f, const uint8_t *data, size_t len)
{
	f->data = data;
	f->len = len;
	net_vf_frame(g->n, f);
}

static unsigned int l4_offset(const struct igbvf_context *c)
{
	return (c->lens >> 9 & 0x7F) + (c->lens & 0x1FF);
}

/* As hardware does it: the sum from there to the end, the seed included, put where TCP or UDP has it. */
static bool checksum(const struct igbvf_context *c, uint8_t *frame, size_t len)
{
	size_t from = l4_offset(c), at = from + ((c->type & TYPE_L4) == TYPE_TCP ? 16 : 6);
	uint16_t sum;

	if ((c->type & TYPE_L4) > TYPE_TCP || at + sizeof(sum) > len)
		return false;
	sum = net_sum_done(net_sum(0, frame + from, len - from));
	if (!sum && !(c->type & TYPE_L4))
		sum = 0xFFFF;
	memcpy(frame + at, &sum, sizeof(sum));
	return true;
}

static bool segments(struct igbvf *g, struct net_frame *f, size_t len)
{
	const struct igbvf_context *c = &g->context;
	uint32_t ppi = (c->mss >> 16 & RNDIS_LSO_MSS_MASK) | (c->type & TYPE_IP4 ? 0 : RNDIS_LSO_IP6) |
		       (uint32_t)l4_offset(c) << RNDIS_LSO_OFFSET_SHIFT;
	struct net_lso lso;
	size_t n;

	if (net_lso_begin(&lso, g->frame, len, ppi) == NET_OFFLOAD_BAD || lso.mss < SEGMENT_MIN)
		return false;
	while ((n = net_lso_next(&lso, g->segment, sizeof(g->segment)))) {
		g->tx_segments++;
		pass(g, f, g->segment, n);
	}
	return true;
}

static void frame_done(struct igbvf *g, uint32_t command, uint32_t status)
{
	struct net_frame f = { .tagged = command & TX_TAG, .tci = (uint16_t)(g->context.lens >> 16) };
	size_t len = g->gathered;
	bool good = !g->broken && len >= ETH_HEADER;

	g->gathered = 0;
	g->broken = false;
	if (!g->n)
		return;
	if (good && (command & TX_SEGMENT)) {
		good = segments(g, &f, len);
	} else if (good) {
		good = !(status & TX_SUM_L4) || checksum(&g->context, g->frame, len);
		if (good)
			pass(g, &f, g->frame, len);
	}
	g->tx_frames += good;
	g->tx_bad += !good;
}

static void take_data(struct igbvf *g, const struct tx_desc *d)
{
	size_t len = d->command & TX_LENGTH;

	if (len > sizeof(g->frame) - g->gathered || !mem_read(d->address, g->frame + g->gathered, len))
		g->broken = true;
	else
		g->gathered += len;
	if (d->command & TX_LAST)
		frame_done(g, d->command, d->status);
}

static void take_descriptor(struct igbvf *g, const struct tx_desc *d)
{
	switch (d->command & TX_KIND) {
	case TX_CONTEXT:
		g->context.lens = (uint32_t)d->address;
		g->context.type = d->command;
		g->context.mss = d->status;
		break;
	case TX_DATA:
		take_data(g, d);
		break;
	default:
		g->tx_bad++;
	}
}

/* The ring's own fields may change under us: frames that go may have the other side answer, no more. */
static bool next_descriptor(struct igbvf *g)
{
	struct igbvf_ring *r = &g->tx;
	struct tx_desc d;
	uint32_t done = TX_DONE;
	uint64_t at;

	if (!igbvf_ring_on(r) || r->head == r->tail)
		return false;
	at = r->base + (uint64_t)r->head * DESCRIPTOR;
	if (!mem_read(at, &d, sizeof(d))) {
		g->tx_bad++;
		r->control &= ~QUEUE_ENABLE;
		return false;
	}
	r->head = (r->head + 1) % entries(r);
	take_descriptor(g, &d);
	if (d.command & TX_REPORT)
		mem_write(at + offsetof(struct tx_desc, status), &done, sizeof(done));
	return true;
}

bool igbvf_send(struct igbvf *g)
{
	unsigned int n = 0;

	while (n < BURST && next_descriptor(g))
		n++;
	if (!n)
		return false;
	if (g->n)
		net_vf_flush(g->n);
	igbvf_raise(g, IGBVF_CAUSE_TX);
	return n == BURST;
}

/* --- to the guest ----------------------------------------------------------------------------------------------------------- */

static size_t packet_bytes(const struct igbvf_ring *r)
{
	return (size_t)(r->split & SPLIT_PACKET_KB) * 1024;
}

/* How much of a frame its first descriptor takes into a buffer of its own. */
static size_t header_bytes(const struct igbvf_ring *r, size_t len)
{
	size_t max = (size_t)((r->split & SPLIT_HEADER) >> 8) * 64;

	if ((r->split & SPLIT_TYPE) != SPLIT_ALWAYS)
		return 0;
	return len < max ? len : max;
}

static bool put_descriptor(uint64_t at, const struct rx_written *w)
{
	uint32_t status = w->status;

	/* The guest looks at the status, and then believes the rest. */
	if (!mem_write(at + offsetof(struct rx_written, len), &w->len, sizeof(w->len) + sizeof(w->vlan)) ||
	    !mem_write(at, w, offsetof(struct rx_written, status)))
		return false;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return mem_write(at + offsetof(struct rx_written, status), &status, sizeof(status));
}

/* One descriptor's part of the frame from `*done` on. */
static bool fill(const struct igbvf_ring *r, uint32_t index, const struct net_frame *f, size_t *done)
{
	uint64_t at = r->base + (uint64_t)index * DESCRIPTOR;
	size_t head = *done ? 0 : header_bytes(r, f->len), room = packet_bytes(r), n;
	struct rx_written w = { .status = RX_DONE };
	struct rx_read d;

	n = f->len - head - *done < room ? f->len - head - *done : room;
	if (!mem_read(at, &d, sizeof(d)) || !mem_write(d.packet, f->data + *done + head, n) ||
	    (head && !mem_write(d.header, f->data, head)))
		return false;
	*done += head + n;
	w.len = (uint16_t)n;
	if (head)
		w.info = RX_SPLIT | (uint32_t)head << RX_HEADER_SHIFT;
	if (*done == f->len) {
		w.status |= RX_LAST | (f->tagged ? RX_TAGGED : 0);
		w.vlan = f->tagged ? f->tci : 0;
	}
	return put_descriptor(at, &w);
}

/* Descriptors the frame takes. */
static uint32_t needed(const struct igbvf_ring *r, size_t len)
{
	size_t rest = len - header_bytes(r, len), room = packet_bytes(r);

	return rest > room ? (uint32_t)((rest + room - 1) / room) : 1;
}

bool igbvf_up(void *arg, const struct net_frame *f)
{
	struct igbvf *g = arg;
	struct igbvf_ring *r = &g->rx;
	uint32_t n;
	size_t done = 0;

	if (!igbvf_ring_on(r) || !packet_bytes(r) || f->len < ETH_HEADER || f->len > NVSP_MTU_MAX) {
		g->rx_lost++;
		return true;
	}
	n = entries(r);
	if ((r->tail + n - r->head) % n < needed(r, f->len)) {
		g->starved = true;
		return false;
	}
	for (uint32_t i = needed(r, f->len); i; i--) {
		if (!fill(r, r->head, f, &done)) {
			/* An address that is no memory: hardware would stop here, too. */
			r->control &= ~QUEUE_ENABLE;
			g->rx_lost++;
			return true;
		}
		r->head = (r->head + 1) % n;
	}
	g->rx_frames++;
	g->fire = true;
	return true;
}

void igbvf_up_flush(void *arg)
{
	struct igbvf *g = arg;

	if (g->fire)
		igbvf_raise(g, IGBVF_CAUSE_RX);
	g->fire = false;
}
