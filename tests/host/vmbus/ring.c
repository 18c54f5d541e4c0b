// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "ring.h"

/* A full barrier: our stores are seen before our loads that follow (9.7 step 4, 9.8 step 4, 9.9, 9.10). */
static inline void full_barrier(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline uint32_t look(const uint32_t *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
static inline void tell(uint32_t *p, uint32_t v) { __atomic_store_n(p, v, __ATOMIC_RELEASE); }

void ring_setup(struct ring *r, uint8_t *const *pages, unsigned int count)
{
	unsigned int i;

	r->hdr = (struct vmbus_ring_hdr *)pages[0];
	r->page = pages + 1;
	r->size = (count - 1) * HVW_PAGE_SIZE;
	r->flat = pages[1];
	for (i = 2; i < count && r->flat; i++)
		if (pages[i] != pages[i - 1] + HVW_PAGE_SIZE)
			r->flat = NULL;
}

/* The bytes that follow `at` in one run. */
static uint32_t run_at(const struct ring *r, uint32_t at, uint8_t **p)
{
	if (r->flat) {
		*p = r->flat + at;
		return r->size - at;
	}
	*p = r->page[at / HVW_PAGE_SIZE] + at % HVW_PAGE_SIZE;
	return HVW_PAGE_SIZE - at % HVW_PAGE_SIZE;
}

void ring_get(const struct ring *r, uint32_t at, void *to, uint32_t len)
{
	uint8_t *p, *t = to;
	uint32_t n;

	for (; len; len -= n, t += n, at = ring_add(r, at, n)) {
		n = run_at(r, at, &p);
		n = n < len ? n : len;
		memcpy(t, p, n);
	}
}

void ring_put(const struct ring *r, uint32_t at, const void *from, uint32_t len)
{
	const uint8_t *f = from;
	uint8_t *p;
	uint32_t n;

	for (; len; len -= n, f += n, at = ring_add(r, at, n)) {
		n = run_at(r, at, &p);
		n = n < len ? n : len;
		memcpy(p, f, n);
	}
}

static bool index_ok(const struct ring *r, uint32_t index)
{
	return index < r->size && !(index & 7);
}

int ring_in_look(struct ring_in *in)
{
	uint32_t write = look(&in->r.hdr->write_index), have;

	if (!index_ok(&in->r, write))
		return -EPROTO;
	have = ring_used(&in->r, write, in->read);
	if (have < ring_in_have(in))
		return -EPROTO; /* a producer takes nothing back */
	in->write = write;
	return (int)have;
}

int ring_in_mask(struct ring_in *in)
{
	int have;

	tell(&in->r.hdr->interrupt_mask, 1);
	in->masked = true;
	full_barrier();
	have = ring_in_look(in);
	in->window = have > 0 ? (uint32_t)have : 0;
	return have;
}

int ring_in_unmask(struct ring_in *in)
{
	int have;

	tell(&in->r.hdr->interrupt_mask, 0);
	in->masked = false;
	full_barrier();
	have = ring_in_look(in);
	return have > 0 ? ring_in_mask(in) : have;
}

void ring_in_skip(struct ring_in *in, uint32_t len)
{
	in->read = ring_add(&in->r, in->read, len);
	in->freed += len;
	in->window = in->window > len ? in->window - len : 0;
}

/* 9.8 step 4. A size as blocked writers put it, ringsize - 1 included. */
static bool must_signal_room(const struct ring_in *in, uint32_t freed)
{
	uint32_t pending, write, free_now;

	if (!(look(&in->r.hdr->feature_bits) & VMBUS_RING_FEAT_PENDING_SEND_SZ))
		return false;
	pending = look(&in->r.hdr->pending_send_sz) & ~7U;
	if (!pending)
		return false;
	write = look(&in->r.hdr->write_index);
	if (!index_ok(&in->r, write))
		return false;
	free_now = in->r.size - ring_used(&in->r, write, in->read);
	return free_now > pending && free_now <= (uint64_t)pending + freed;
}

bool ring_in_commit(struct ring_in *in, bool *early)
{
	uint32_t freed = in->freed;

	*early = false;
	if (!freed)
		return false;
	*early = in->window != 0;
	in->freed = 0;
	tell(&in->r.hdr->read_index, in->read);
	full_barrier();
	return must_signal_room(in, freed);
}

/* A packet must leave 8 bytes free: a full ring would look empty (9.1). */
static int room(const struct ring_out *out)
{
	return (int)(out->r.size - ring_used(&out->r, out->write, out->read)) - 8;
}

static int look_for_room(struct ring_out *out)
{
	uint32_t read = look(&out->r.hdr->read_index);
	uint32_t unread;

	if (!index_ok(&out->r, read))
		return -EPROTO;
	unread = ring_used(&out->r, out->published, read);
	if (unread > ring_used(&out->r, out->published, out->read))
		return -EPROTO; /* it has read what was not written, or moved back */
	out->read = read;
	return room(out);
}

int ring_out_room(struct ring_out *out, uint32_t want)
{
	int have = room(out);

	return have >= (int)want ? have : look_for_room(out);
}

void ring_out_put(struct ring_out *out, const void *from, uint32_t len)
{
	ring_put(&out->r, out->write, from, len);
	out->write = ring_add(&out->r, out->write, len);
}

bool ring_out_publish(struct ring_out *out)
{
	uint32_t old = out->published;

	if (out->write == old)
		return false;
	out->published = out->write;
	tell(&out->r.hdr->write_index, out->write);
	full_barrier();
	if (look(&out->r.hdr->interrupt_mask))
		return false;
	return look(&out->r.hdr->read_index) == old;
}

bool ring_out_block(struct ring_out *out, uint32_t total)
{
	out->pending = total;
	tell(&out->r.hdr->pending_send_sz, total);
	full_barrier();
	if (look_for_room(out) < (int)total)
		return false;
	ring_out_unblock(out);
	return true;
}

void ring_out_unblock(struct ring_out *out)
{
	out->pending = 0;
	tell(&out->r.hdr->pending_send_sz, 0);
}
