// SPDX-License-Identifier: GPL-2.0-only
/* Registers, interrupts and mailbox of an 82576 virtual function (igbvf.h); section numbers are those of its data sheet. */
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "core/opts.h"
#include "igbvf.h"
#include "net_offload.h"
#include "net_vf.h"

#define BAR_BYTES 0x8000
#define MSIX_TABLE 0x4000	/* the registers end there */
#define MSIX_CAP 0x40

/* 8.28: the virtual function's registers */
#define CTRL 0x0000
#define STATUS 0x0008
#define MAILBOX_MEMORY 0x0800
#define MAILBOX 0x0C40
#define EICS 0x1520
#define EIMS 0x1524
#define EIMC 0x1528
#define EIAC 0x152C
#define EIAM 0x1530
#define EICR 0x1580
#define IVAR 0x1700
#define IVAR_MISC 0x1740
#define RX_RING 0x2800
#define TX_RING 0x3800
#define RING_BYTES 0x40
/* in a ring */
#define RING_BAL 0x00
#define RING_BAH 0x04
#define RING_LEN 0x08
#define RING_SPLIT 0x0C
#define RING_HEAD 0x10
#define RING_TAIL 0x18
#define RING_CONTROL 0x28

#define CTRL_RESET 0x04000000U
#define STATUS_UP 0x83U		/* full duplex, link, 1000 Mbit/s */
#define IVAR_VALID 0x80U
#define ALL_VECTORS ((1U << IGBVF_VECTORS) - 1)

/* 7.10.2.9: VFMailbox */
#define MB_REQ 0x01U
#define MB_VFU 0x04U
#define MB_PFSTS 0x10U
#define MB_PFACK 0x20U
#define MB_READ_CLEARS 0xB0U

/* What the physical function's driver understands, as Intel's do. */
#define MSG_TYPE 0xFFFFU
#define MSG_INFO 0xFF0000U	/* of SET_MAC: a filter for another address is added or cleared */
#define MSG_RESET 1
#define MSG_SET_MAC 2
#define MSG_SET_MULTICAST 3
#define MSG_SET_VLAN 4
#define MSG_SET_LPE 5
#define MSG_ACK 0x80000000U
#define MSG_NACK 0x40000000U
#define MSG_CTS 0x20000000U
#define MSG_PF_CONTROL 0x0100U

static struct igbvf *of(struct pci_func *f)
{
	return (struct igbvf *)f;
}

/* --- interrupts (7.3) ------------------------------------------------------------------------------------------------------- */

static void fire(struct igbvf *g)
{
	for (unsigned int i = 0; i < IGBVF_VECTORS; i++) {
		uint32_t bit = 1U << i;

		if (!(g->cause & g->mask & bit))
			continue;
		if (g->auto_mask & bit)
			g->mask &= ~bit;
		/* Without automatic clearing it is for the guest to clear; an edge is an edge all the same. */
		g->cause &= ~bit;
		pci_fire(&g->f, i);
	}
}

static void set_causes(struct igbvf *g, uint32_t bits)
{
	g->cause |= bits & ALL_VECTORS;
	fire(g);
}

/* One byte of an allocation register: the vector, and whether it is one. */
static void raise_by(struct igbvf *g, uint32_t entry)
{
	if ((entry & IVAR_VALID) && (entry & 0x7F) < IGBVF_VECTORS)
		set_causes(g, 1U << (entry & 0x7F));
}

void igbvf_raise(struct igbvf *g, enum igbvf_cause cause)
{
	raise_by(g, g->ivar >> (cause == IGBVF_CAUSE_TX ? 8 : 0));
}

/* --- mailbox (7.10.2.9), both ends ------------------------------------------------------------------------------------------ */

static void pf_says(struct igbvf *g)
{
	g->mailbox |= MB_PFSTS;
	raise_by(g, g->ivar_misc);
}

/* The physical function's driver: which answer a request gets. */
static uint32_t pf_verdict(struct igbvf *g)
{
	uint32_t type = g->message[0] & MSG_TYPE;

	if (type == MSG_RESET) {
		g->clear_to_send = MSG_CTS;
		memcpy(&g->message[1], g->mac, sizeof(g->mac));
		return MSG_ACK; /* alone: that is how its driver knows the answer */
	}
	if (!g->clear_to_send)
		return MSG_NACK;
	switch (type) {
	case MSG_SET_MAC:
		if (!(g->message[0] & MSG_INFO) && memcmp(&g->message[1], g->mac, sizeof(g->mac)))
			return MSG_CTS | MSG_NACK;
		return MSG_CTS | MSG_ACK;
	case MSG_SET_MULTICAST:
	case MSG_SET_VLAN:
	case MSG_SET_LPE: return MSG_CTS | MSG_ACK;
	default: return MSG_CTS | MSG_NACK;
	}
}

static void pf_answers(struct igbvf *g)
{
	uint32_t verdict = pf_verdict(g);

	g->requests++;
	g->refused += !!(verdict & MSG_NACK);
	g->message[0] = (g->message[0] & ~(MSG_ACK | MSG_NACK | MSG_CTS)) | verdict;
	g->mailbox |= MB_PFACK;
	pf_says(g);
}

static void mailbox_write(struct igbvf *g, uint32_t value)
{
	g->mailbox = (g->mailbox & ~MB_VFU) | (value & MB_VFU);
	if (value & MB_REQ) {
		g->mailbox &= ~MB_VFU;
		pf_answers(g);
	}
}

static uint32_t mailbox_read(struct igbvf *g)
{
	uint32_t value = g->mailbox;

	g->mailbox &= ~MB_READ_CLEARS;
	return value;
}

/* --- on the loop's thread --------------------------------------------------------------------------------------------------- */

static void turn_later(struct igbvf *g);

static void turn(void *arg)
{
	struct igbvf *g = arg;

	g->posted = false;
	if (g->dead) {
		free(g);
		return;
	}
	if (g->starved && g->n) {
		g->starved = false;
		net_vf_room(g->n);
	}
	if (igbvf_send(g))
		turn_later(g);
}

static void turn_later(struct igbvf *g)
{
	if (!g->posted)
		g->posted = !loop_post(turn, g);
}

/* --- registers -------------------------------------------------------------------------------------------------------------- */

static void igbvf_reset(struct pci_func *f)
{
	struct igbvf *g = of(f);

	g->cause = g->mask = g->auto_clear = g->auto_mask = 0;
	g->ivar = g->ivar_misc = 0;
	g->mailbox = 0;
	g->clear_to_send = 0;
	memset(g->message, 0, sizeof(g->message));
	igbvf_ring_reset(g);
	/* Whoever waited for buffers waits in vain. */
	if (g->starved)
		turn_later(g);
}

/* The register of a ring at this offset; NULL when it is none of its. */
static uint32_t *ring_word(struct igbvf_ring *r, uint64_t at)
{
	switch (at) {
	case RING_LEN: return &r->len;
	case RING_SPLIT: return &r->split;
	case RING_HEAD: return &r->head;
	case RING_TAIL: return &r->tail;
	case RING_CONTROL: return &r->control;
	default: return NULL;
	}
}

static uint32_t ring_read(struct igbvf_ring *r, uint64_t at)
{
	uint32_t *word = ring_word(r, at);

	if (at == RING_BAL || at == RING_BAH)
		return (uint32_t)(r->base >> (at == RING_BAH ? 32 : 0));
	return word ? *word : 0;
}

static void ring_write(struct igbvf *g, struct igbvf_ring *r, uint64_t at, uint32_t value)
{
	uint32_t *word = ring_word(r, at);

	if (at == RING_BAL)
		r->base = (r->base & ~0xFFFFFFFFULL) | (value & ~0x7FU);
	else if (at == RING_BAH)
		r->base = (r->base & 0xFFFFFFFFULL) | (uint64_t)value << 32;
	else if (word)
		*word = value;
	if (at == RING_TAIL && (r == &g->tx || g->starved))
		turn_later(g);
}

static struct igbvf_ring *ring_at(struct igbvf *g, uint64_t *at)
{
	if (*at >= RX_RING && *at < RX_RING + RING_BYTES) {
		*at -= RX_RING;
		return &g->rx;
	}
	if (*at >= TX_RING && *at < TX_RING + RING_BYTES) {
		*at -= TX_RING;
		return &g->tx;
	}
	return NULL;
}

static uint32_t *mailbox_word(struct igbvf *g, uint64_t at)
{
	if (at < MAILBOX_MEMORY || at >= MAILBOX_MEMORY + sizeof(g->message))
		return NULL;
	return &g->message[(at - MAILBOX_MEMORY) / 4];
}

static uint32_t cause_read(struct igbvf *g)
{
	uint32_t value = g->cause;

	g->cause = 0;
	return value;
}

/* Registers are of four bytes; those of none of our purposes read as zero. */
static uint64_t igbvf_read(struct pci_func *f, uint64_t offset, unsigned int size)
{
	struct igbvf *g = of(f);
	struct igbvf_ring *r = ring_at(g, &offset);

	if (size != 4 || offset % 4)
		return 0;
	if (r)
		return ring_read(r, offset);
	if (mailbox_word(g, offset))
		return *mailbox_word(g, offset);
	switch (offset) {
	case STATUS: return g->link && g->n ? STATUS_UP : 0;
	case MAILBOX: return mailbox_read(g);
	case EICR: return cause_read(g);
	case EIMS: return g->mask;
	case EIAC: return g->auto_clear;
	case EIAM: return g->auto_mask;
	case IVAR: return g->ivar;
	case IVAR_MISC: return g->ivar_misc;
	default: return 0;
	}
}

static void word_write(struct igbvf *g, uint64_t offset, uint32_t value)
{
	switch (offset) {
	case CTRL:
		if (value & CTRL_RESET) {
			g->resets++;
			igbvf_reset(&g->f);
		}
		break;
	case MAILBOX: mailbox_write(g, value); break;
	case EICS: set_causes(g, value); break;
	case EIMS:
		g->mask |= value & ALL_VECTORS;
		fire(g);
		break;
	case EIMC: g->mask &= ~value; break;
	case EIAC: g->auto_clear = value; break;
	case EIAM: g->auto_mask = value; break;
	case EICR: g->cause &= ~value; break;
	case IVAR: g->ivar = value; break;
	case IVAR_MISC: g->ivar_misc = value; break;
	}
}

static void igbvf_write(struct pci_func *f, uint64_t offset, unsigned int size, uint64_t value)
{
	struct igbvf *g = of(f);
	struct igbvf_ring *r = ring_at(g, &offset);

	if (size != 4 || offset % 4)
		return;
	if (r)
		ring_write(g, r, offset, (uint32_t)value);
	else if (mailbox_word(g, offset))
		*mailbox_word(g, offset) = (uint32_t)value;
	else
		word_write(g, offset, (uint32_t)value);
}

/* --- life ------------------------------------------------------------------------------------------------------------------- */

void igbvf_take_away(struct pci_func *f)
{
	struct igbvf *g = of(f);
	struct net *n = g->n;

	g->n = NULL;
	if (n)
		net_vf_leave(n);
}

static void igbvf_destroy(struct pci_func *f)
{
	struct igbvf *g = of(f);

	igbvf_take_away(f);
	if (g->posted)
		g->dead = true;
	else
		free(g);
}

static const struct pci_func_ops igbvf_ops = {
	.read = igbvf_read,
	.write = igbvf_write,
	.reset = igbvf_reset,
	.destroy = igbvf_destroy,
};

struct pci_func *igbvf_new(struct net *n, const uint8_t *mac)
{
	static const struct pci_ids ids = {
		.vendor = 0x8086, .device = 0x10CA, .subsystem_vendor = 0x8086, .subsystem_device = 0xA03C,
		.revision = 1, .base_class = 0x02,
	};
	struct igbvf *g = calloc(1, sizeof(*g));
	struct net_port port = { .up = igbvf_up, .flush = igbvf_up_flush, .arg = g };

	if (!g || net_vf_join(n, &port)) {
		free(g);
		return NULL;
	}
	g->n = n;
	g->link = true;
	memcpy(g->mac, mac, sizeof(g->mac));
	g->f.ops = &igbvf_ops;
	g->f.msix_table = MSIX_TABLE;
	pci_func_init(&g->f, &ids, BAR_BYTES, IGBVF_VECTORS, MSIX_CAP, MSIX_CAP);
	return &g->f;
}

struct pci_func *igbvf_from_options(struct opts *o)
{
	const char *name = opts_str(o, "net", "net"), *text = opts_str(o, "mac", NULL);
	struct net *n = net_vf_adapter(name);
	struct pci_func *f;
	uint8_t mac[6];

	if (!n) {
		complain("a network function has no adapter", "name one with net=NAME, and make it first", "net=%s", name);
		return NULL;
	}
	memcpy(mac, net_vf_mac(n), sizeof(mac));
	if (text && !net_parse_mac(text, mac))
		return NULL;
	f = igbvf_new(n, mac);
	if (!f)
		complain("a network function cannot be made", "an adapter has one at most: remove that first", "net=%s", name);
	return f;
}

void igbvf_link(struct pci_func *f, bool up)
{
	struct igbvf *g = of(f);

	g->link = up;
	/* The physical function has nothing to say but that something changed. */
	g->message[0] = MSG_PF_CONTROL | g->clear_to_send;
	pf_says(g);
}

void igbvf_counters(const struct pci_func *f, json_t *out)
{
	const struct igbvf *g = (const struct igbvf *)f;
	const struct { const char *name; uint64_t n; } all[] = {
		{ "rx-frames", g->rx_frames }, { "rx-lost", g->rx_lost }, { "tx-frames", g->tx_frames },
		{ "tx-bad", g->tx_bad }, { "tx-segments", g->tx_segments }, { "resets", g->resets },
		{ "requests", g->requests }, { "refused", g->refused },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		json_object_set_new(out, all[i].name, json_integer((json_int_t)all[i].n));
	json_object_set_new(out, "live", json_boolean(igbvf_ring_on(&g->rx)));
}
