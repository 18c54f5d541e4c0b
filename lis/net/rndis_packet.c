// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: RNDIS packet messages and what travels beside a frame (docs/wire/05-network.md 8).
 */
#include "rndis_packet.h"

/* Offsets in messages count from behind the header. */
#define RNDIS_BASE 8U
#define RNDIS_FRAME_MAX (65535U + 18U)

/* ---- receive ---- */

/* Is [offset, offset + len), counted from behind the header, between the fixed part and the end of the range? */
static bool part_ok(u32 offset, u32 len, u32 range_len)
{
	return offset >= RNDIS_PPI_OFFSET && offset <= range_len - RNDIS_BASE &&
	       len <= range_len - RNDIS_BASE - offset;
}

int rndis_check_packet(const struct rndis_packet *p, u32 range_len, struct rndis_rx *out)
{
	memset(out, 0, sizeof(*out));
	if (range_len < sizeof(*p) || p->hdr.type != RNDIS_MSG_PACKET || p->hdr.len < sizeof(*p) ||
	    p->hdr.len > range_len)
		return -EINVAL;
	if (!p->data_len || !part_ok(p->data_offset, p->data_len, range_len))
		return -EINVAL;
	out->data_offset = RNDIS_BASE + p->data_offset;
	out->data_len = p->data_len;
	if (!p->ppi_len)
		return 0;
	if (p->ppi_len > RNDIS_PPI_MAX || !part_ok(p->ppi_offset, p->ppi_len, range_len))
		return -EINVAL;
	out->ppi_offset = RNDIS_BASE + p->ppi_offset;
	out->ppi_len = p->ppi_len;
	return 0;
}

u32 rndis_vlan_word(u16 tci)
{
	return tci >> 13 | (tci & 0x1000 ? RNDIS_VLAN_CFI : 0) | (tci & RNDIS_VLAN_ID_MASK) << RNDIS_VLAN_ID_SHIFT;
}

u16 rndis_vlan_tci(u32 word)
{
	return (word & RNDIS_VLAN_PRIO_MASK) << 13 | (word & RNDIS_VLAN_CFI ? 0x1000 : 0) |
	       (word >> RNDIS_VLAN_ID_SHIFT & RNDIS_VLAN_ID_MASK);
}

/* Take one element's datum. What is not known is not looked at. */
static void take_word(u32 type, u32 word, struct rndis_rx *out)
{
	switch (type) {
	case RNDIS_PPI_CSUM:
		out->have |= RNDIS_HAVE_CSUM;
		out->csum = word;
		break;
	case RNDIS_PPI_8021Q:
		out->have |= RNDIS_HAVE_VLAN;
		out->vlan_tci = rndis_vlan_tci(word);
		break;
	case RNDIS_PPI_HASH:
		out->have |= RNDIS_HAVE_HASH;
		out->hash = word;
		break;
	case RNDIS_PPI_PACKET_ID:
		/* A version that is not known says nothing that could be relied on. */
		if ((word & 0xFF) != RNDIS_PKTID_VERSION)
			break;
		out->have |= RNDIS_HAVE_ID;
		out->id_flags = word >> 8 & 0xFF;
		out->id = word >> 16;
		break;
	}
}

static bool type_known(u32 type)
{
	return type == RNDIS_PPI_CSUM || type == RNDIS_PPI_8021Q || type == RNDIS_PPI_HASH ||
	       type == RNDIS_PPI_PACKET_ID;
}

int rndis_take_ppi(const u8 *ppi, u32 len, struct rndis_rx *out)
{
	struct rndis_ppi e;
	u32 word;

	while (len) {
		if (len < sizeof(e))
			return -EINVAL;
		memcpy(&e, ppi, sizeof(e));
		if (e.size < sizeof(e) || e.size > len)
			return -EINVAL;
		if (type_known(e.type)) {
			if (e.data_offset < sizeof(e) || e.size < sizeof(word) || e.data_offset > e.size - sizeof(word))
				return -EINVAL;
			memcpy(&word, ppi + e.data_offset, sizeof(word));
			take_word(e.type, word, out);
		}
		ppi += e.size;
		len -= e.size;
	}
	return 0;
}

/* ---- coalesced frames ---- */

bool rndis_rsc_reset(struct rndis_rsc *r)
{
	bool was = r->open;

	r->open = false;
	r->count = 0;
	r->bytes = 0;
	return was;
}

static enum rndis_rsc_step bad_fragment(struct rndis_rsc *r)
{
	rndis_rsc_reset(r);
	return RNDIS_RSC_BAD;
}

enum rndis_rsc_step rndis_rsc_step(struct rndis_rsc *r, const struct rndis_rx *rx)
{
	bool last = rx->id_flags & RNDIS_PKTID_LAST;

	if (!(rx->have & RNDIS_HAVE_ID) || !(rx->id_flags & RNDIS_PKTID_SUBALLOC)) {
		rndis_rsc_reset(r);
		return RNDIS_RSC_ALONE;
	}
	if (rx->id_flags & RNDIS_PKTID_FIRST) {
		rndis_rsc_reset(r);
		if (rx->data_len > RNDIS_FRAME_MAX)
			return RNDIS_RSC_BAD;
		r->open = !last;
		r->count = 1;
		r->bytes = rx->data_len;
		return last ? RNDIS_RSC_SINGLE : RNDIS_RSC_FIRST;
	}
	if (!r->open || r->count >= RNDIS_RSC_FRAGMENTS_MAX || rx->data_len > RNDIS_FRAME_MAX - r->bytes)
		return bad_fragment(r);
	r->count++;
	r->bytes += rx->data_len;
	r->open = !last;
	return last ? RNDIS_RSC_WHOLE : RNDIS_RSC_MORE;
}

/* ---- transmit ---- */

u32 rndis_tx_header_len(const struct rndis_tx *tx)
{
	u32 len = sizeof(struct rndis_packet);

	if (tx->want & (RNDIS_TX_LSO | RNDIS_TX_CSUM))
		len += 16;
	if (tx->want & RNDIS_TX_VLAN)
		len += 16;
	if (tx->want & RNDIS_TX_HASH)
		len += 16;
	return len;
}

static u8 *put_ppi(u8 *to, u32 type, u32 word)
{
	struct rndis_ppi e;

	e.size = sizeof(e) + sizeof(word);
	e.type = type;
	e.data_offset = RNDIS_PPI_DATA_OFFSET;
	memcpy(to, &e, sizeof(e));
	memcpy(to + sizeof(e), &word, sizeof(word));
	return to + sizeof(e) + sizeof(word);
}

u32 rndis_build_packet(u8 *to, const struct rndis_tx *tx, u32 data_len, u32 pad)
{
	u32 len = rndis_tx_header_len(tx), ppi_len = len - sizeof(struct rndis_packet);
	u8 *ppi = to + sizeof(struct rndis_packet);
	struct rndis_packet p;

	memset(&p, 0, sizeof(p));
	p.hdr.type = RNDIS_MSG_PACKET;
	p.hdr.len = len + data_len + pad;
	p.data_offset = RNDIS_PPI_OFFSET + ppi_len;
	p.data_len = data_len;
	p.ppi_offset = ppi_len ? RNDIS_PPI_OFFSET : 0;
	p.ppi_len = ppi_len;
	memcpy(to, &p, sizeof(p));
	if (tx->want & RNDIS_TX_LSO)
		ppi = put_ppi(ppi, RNDIS_PPI_LSO, tx->lso);
	else if (tx->want & RNDIS_TX_CSUM)
		ppi = put_ppi(ppi, RNDIS_PPI_CSUM, tx->csum);
	if (tx->want & RNDIS_TX_VLAN)
		ppi = put_ppi(ppi, RNDIS_PPI_8021Q, rndis_vlan_word(tx->vlan_tci));
	if (tx->want & RNDIS_TX_HASH)
		put_ppi(ppi, RNDIS_PPI_HASH, tx->hash);
	return len;
}

bool rndis_batch_fits(const struct rndis_batch *b, const struct rndis_batch_limits *l, u32 len)
{
	u32 used = b->open ? b->used : 0;

	if (b->open && b->packets >= l->max_packets)
		return false;
	/* One unit stays free (4, batching 2). */
	return used <= l->section_size && l->section_size - used > l->align && len < l->section_size - used - l->align;
}
