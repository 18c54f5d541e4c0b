// SPDX-License-Identifier: GPL-2.0-only
/* GPADLs: lists of guest pages, put together from header and bodies (02 6). */
#include <stdlib.h>
#include <string.h>

#include "bus.h"

/* 6.4: what a VM may have in all, as Hyper-V bounds it; our own memory for the lists is bounded, too. */
#define LIMIT_NEW (1280ULL << 20)
#define LIMIT_OLD (384ULL << 20)
#define LIMIT_COUNT 16384
#define LIMIT_MEMORY (64ULL << 20)

static struct vmb_gpadl **chain(uint32_t id)
{
	return &bus.gpadl[(id ^ id >> 8) % 256];
}

struct vmb_gpadl *gpadl_find(uint32_t id)
{
	struct vmb_gpadl *g;

	for (g = *chain(id); g && g->id != id; g = g->next)
		;
	return g;
}

static void charge(const struct vmb_gpadl *g, bool on)
{
	size_t memory = g->stream_len + g->pages * sizeof(void *) + g->range_count * sizeof(struct gpadl_range);

	bus.gpadl_memory += on ? memory : -memory;
	bus.gpadl_bytes += on ? g->bytes : -g->bytes;
}

static void destroy(struct vmb_gpadl *g)
{
	struct vmb_gpadl **at;

	for (at = chain(g->id); *at != g; at = &(*at)->next)
		;
	*at = g->next;
	charge(g, false);
	bus.gpadls--;
	if (g->ch && g->ch->ring_gpadl == g)
		g->ch->ring_gpadl = NULL;
	free(g->stream);
	free(g->range);
	free(g->page);
	free(g);
}

static void answer(struct vmb_channel *ch, uint32_t id, uint32_t status)
{
	struct vmbus_msg_gpadl_created r;

	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_GPADL_CREATED;
	r.relid = ch->relid;
	r.gpadl = id;
	r.status = status;
	bus_message(&r, sizeof(r), ch);
}

/* --- the stream of ranges ---------------------------------------------------------------------------------------- */

/* Range `at` of the stream: false when it is not one or not all there. *used: its bytes in the stream. */
static bool parse_range(const struct vmb_gpadl *g, size_t at, struct gpadl_range *r, size_t *used)
{
	uint32_t head[2];

	if (g->stream_len - at < sizeof(head))
		return false;
	memcpy(head, g->stream + at, sizeof(head));
	r->bytes = head[0];
	r->offset = head[1];
	if (!r->bytes || r->offset >= HVW_PAGE_SIZE)
		return false;
	r->pages = (uint32_t)(((uint64_t)r->offset + r->bytes + HVW_PAGE_SIZE - 1) / HVW_PAGE_SIZE);
	*used = sizeof(head) + (size_t)r->pages * 8;
	return *used <= g->stream_len - at;
}

static bool map_pages(const uint8_t *pfns, uint8_t **page, uint32_t count)
{
	uint64_t pfn;
	uint32_t i;

	for (i = 0; i < count; i++) {
		memcpy(&pfn, pfns + i * 8, 8);
		page[i] = pfn >> 40 ? NULL : mem_ptr(pfn << HVW_PAGE_SHIFT, HVW_PAGE_SIZE);
		if (!page[i])
			return false;
	}
	return true;
}

/* All of the stream is there: false when any descriptor is not what it should be (6.4). */
static bool parse_stream(struct vmb_gpadl *g)
{
	struct gpadl_range *r;
	size_t at = 0, used;
	uint32_t i;

	for (i = 0; i < g->range_count; i++, at += used) {
		r = &g->range[i];
		if (!parse_range(g, at, r, &used))
			return false;
		r->page = g->page + g->pages;
		if (!map_pages(g->stream + at + 8, r->page, r->pages))
			return false;
		r->start = g->bytes;
		g->pages += r->pages;
		g->bytes += r->bytes;
	}
	return at == g->stream_len;
}

static bool build(struct vmb_gpadl *g)
{
	bool good;

	charge(g, false);
	g->range = calloc(g->range_count, sizeof(*g->range));
	g->page = calloc(g->stream_len / 8, sizeof(*g->page));
	good = g->range && g->page && parse_stream(g);
	free(g->stream);
	g->stream = NULL;
	g->stream_len = 0;
	charge(g, true);
	return good;
}

static uint64_t limit(void)
{
	return bus.version >= VMBUS_VERSION_5_2 ? LIMIT_NEW : LIMIT_OLD;
}

static void finish(struct vmb_gpadl *g)
{
	struct vmb_channel *ch = g->ch;
	uint32_t id = g->id, status = 0;

	g->complete = build(g);
	g->dead = ch->state == CH_REVOKED;
	if (!g->complete)
		bus_error(ch, "GPADL 0x%x: its ranges are not what they should be, or outside RAM", id);
	else if (bus.gpadl_bytes > limit())
		bus_error(ch, "GPADL 0x%x: more than this host allows in all", id);
	else if (!fault_hit(FAULT_REFUSE, ch))
		goto out;
	status = BUS_STATUS_FAILED;
	destroy(g);
out:
	if (fault_hit(FAULT_RESCIND_GPADL, ch)) {
		offer_pull(ch, true);
		if (fault_random(2))
			return;
	}
	answer(ch, id, status);
}

/* What is more than needed was padding (6.4). */
static void append(struct vmb_gpadl *g, const uint8_t *bytes, size_t len)
{
	uint32_t want = g->stream_len - g->stream_have;

	if (len > want)
		len = want;
	memcpy(g->stream + g->stream_have, bytes, len);
	g->stream_have += (uint32_t)len;
	if (g->stream_have == g->stream_len)
		finish(g);
}

/* --- messages ------------------------------------------------------------------------------------------------------ */

static struct vmb_gpadl *create(struct vmb_channel *ch, uint32_t id, uint16_t stream_len, uint16_t ranges)
{
	struct vmb_gpadl *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->stream = malloc(stream_len);
	if (!g->stream) {
		free(g);
		return NULL;
	}
	g->ch = ch;
	g->id = id;
	g->stream_len = stream_len;
	g->range_count = ranges;
	g->next = *chain(id);
	*chain(id) = g;
	bus.gpadls++;
	charge(g, true);
	return g;
}

void gpadl_header(const uint8_t *msg, size_t len)
{
	struct vmbus_msg_gpadl_header m;
	struct vmb_channel *ch;
	struct vmb_gpadl *g = NULL;

	memset(&m, 0, sizeof(m));
	memcpy(&m, msg, len < sizeof(m) ? len : sizeof(m));
	ch = offer_by_relid(m.relid);
	if (!ch) {
		bus_error(NULL, "GPADL 0x%x for relid %u, which is nobody's", m.gpadl, m.relid);
		return;
	}
	if (gpadl_find(m.gpadl))
		bus_error(ch, "GPADL 0x%x is there already", m.gpadl);
	else if (m.range_buflen & 7 || !m.range_count || m.range_buflen < 16 * (uint32_t)m.range_count)
		bus_error(ch, "GPADL 0x%x of %u ranges in %u bytes", m.gpadl, m.range_count, m.range_buflen);
	else if (bus.gpadls >= LIMIT_COUNT || bus.gpadl_memory >= LIMIT_MEMORY)
		bus_error(ch, "more GPADLs than this host allows");
	else
		g = create(ch, m.gpadl, m.range_buflen, m.range_count);
	if (g)
		append(g, msg + 20, len - 20);
	else
		answer(ch, m.gpadl, BUS_STATUS_FAILED);
}

void gpadl_body(const uint8_t *msg, size_t len)
{
	struct vmb_gpadl *g;
	uint32_t id;

	memcpy(&id, msg + 12, 4);
	g = gpadl_find(id);
	if (!g || g->complete)
		bus_error(g ? g->ch : NULL, "a body for GPADL 0x%x, which wants none", id);
	else
		append(g, msg + VMBUS_GPADL_BODY_FIXED, len - VMBUS_GPADL_BODY_FIXED);
}

void gpadl_teardown(const uint8_t *msg)
{
	struct vmbus_msg_gpadl_torndown r;
	struct vmbus_msg_gpadl_teardown m;
	struct vmb_channel *ch;
	struct vmb_gpadl *g;

	memcpy(&m, msg, sizeof(m));
	ch = offer_by_relid(m.relid);
	g = gpadl_find(m.gpadl);
	if (!ch || ((!g || g->ch != ch) && ch->state != CH_REVOKED)) {
		bus_error(ch, "teardown of GPADL 0x%x, which relid %u does not have", m.gpadl, m.relid);
		return;
	}
	if (g && g->ch == ch) {
		if (g == ch->ring_gpadl && ch->state == CH_OPEN) {
			bus_error(ch, "teardown of the ring's GPADL while the channel is open");
			channel_close(ch);
		}
		if (g->complete && !g->dead && ch->ops->gpadl_gone)
			ch->ops->gpadl_gone(ch, g->id);
		destroy(g);
	}
	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_GPADL_TORNDOWN;
	r.gpadl = m.gpadl;
	bus_message(&r, sizeof(r), ch);
}

void gpadl_drop(struct vmb_channel *ch)
{
	struct vmb_gpadl *g, *next;
	unsigned int i;

	for (i = 0; i < 256; i++)
		for (g = bus.gpadl[i]; g; g = next) {
			next = g->next;
			if (!ch || g->ch == ch)
				destroy(g);
		}
}

void gpadl_mark_dead(struct vmb_channel *ch)
{
	struct vmb_gpadl *g;
	unsigned int i;

	for (i = 0; i < 256; i++)
		for (g = bus.gpadl[i]; g; g = g->next)
			if (g->ch == ch)
				g->dead = true;
}

/* --- for devices ------------------------------------------------------------------------------------------------------- */

struct vmb_gpadl *vmb_gpadl(struct vmb_channel *ch, uint32_t id)
{
	struct vmb_gpadl *g = gpadl_find(id);

	return g && g->ch == ch && g->complete && !g->dead ? g : NULL;
}

size_t vmb_gpadl_size(const struct vmb_gpadl *g)
{
	return g->bytes;
}

/* The memory at offset, which is inside: how much of it follows in one page. */
static size_t piece(const struct vmb_gpadl *g, size_t offset, uint8_t **p)
{
	const struct gpadl_range *r = g->range;
	size_t at, in_page, left;

	while (offset - r->start >= r->bytes)
		r++;
	at = offset - r->start + r->offset;
	in_page = at % HVW_PAGE_SIZE;
	*p = r->page[at / HVW_PAGE_SIZE] + in_page;
	left = r->bytes - (offset - r->start);
	return left < HVW_PAGE_SIZE - in_page ? left : HVW_PAGE_SIZE - in_page;
}

static bool inside(const struct vmb_gpadl *g, size_t offset, size_t len)
{
	return offset <= g->bytes && len <= g->bytes - offset;
}

bool vmb_gpadl_read(const struct vmb_gpadl *g, size_t offset, void *buf, size_t len)
{
	uint8_t *to = buf, *p;
	size_t n;

	if (!inside(g, offset, len))
		return false;
	for (; len; len -= n, offset += n, to += n) {
		n = piece(g, offset, &p);
		n = n < len ? n : len;
		memcpy(to, p, n);
	}
	return true;
}

bool vmb_gpadl_write(struct vmb_gpadl *g, size_t offset, const void *buf, size_t len)
{
	const uint8_t *from = buf;
	uint8_t *p;
	size_t n;

	if (!inside(g, offset, len))
		return false;
	for (; len; len -= n, offset += n, from += n) {
		n = piece(g, offset, &p);
		n = n < len ? n : len;
		memcpy(p, from, n);
	}
	return true;
}

unsigned int vmb_gpadl_iov(struct vmb_gpadl *g, size_t offset, size_t len, struct iovec *iov, unsigned int max)
{
	unsigned int count = 0;
	uint8_t *p, *end = NULL;
	size_t n;

	if (!inside(g, offset, len))
		return 0;
	for (; len; len -= n, offset += n) {
		n = piece(g, offset, &p);
		n = n < len ? n : len;
		if (count && p == end) {
			iov[count - 1].iov_len += n;
		} else if (count == max) {
			return 0;
		} else {
			iov[count].iov_base = p;
			iov[count++].iov_len = n;
		}
		end = p + n;
	}
	return count;
}
