/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's end of the two rings of a channel, directly in guest memory (docs/wire/02-vmbus.md 9). Knows nothing of
 * channels or interrupts: it says when to signal, the caller does it.
 *
 * The guest may write anything anywhere at any time. Our own index is therefore a private copy that is never read back,
 * the guest's index is read once per decision and checked, and whatever is parsed was copied before.
 */
#ifndef HOST_VMBUS_RING_H
#define HOST_VMBUS_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <wire/vmbus.h>

/* A header page and its data pages. Indices are bytes into the data, multiples of 8, below size. */
struct ring {
	struct vmbus_ring_hdr *hdr;
	uint8_t *const *page; /* data pages, HVW_PAGE_SIZE each; the array is the caller's */
	uint8_t *flat; /* the data pages, when they follow each other in our address space; else NULL */
	uint32_t size;
};

/* Guest to host: we drain. */
struct ring_in {
	struct ring r;
	uint32_t read; /* ours, not yet all committed */
	uint32_t write; /* the guest's, as last looked at and checked */
	uint32_t freed; /* bytes read since the last commit */
	uint32_t window; /* bytes to read before the index passes what was there when we masked (account.h) */
	bool masked;
};

/* Host to guest: we fill. */
struct ring_out {
	struct ring r;
	uint32_t write; /* ours; what lies between published and write the guest does not see yet */
	uint32_t published;
	uint32_t read; /* the guest's, as last looked at and checked */
	uint32_t pending; /* what pending_send_sz says; 0: not blocked */
};

/* pages[0] is the header page. count >= 2. Sets everything to the beginning; the guest's header is not touched. */
void ring_setup(struct ring *r, uint8_t *const *pages, unsigned int count);

static inline uint32_t ring_used(const struct ring *r, uint32_t write, uint32_t read)
{
	return write >= read ? write - read : r->size - read + write;
}

static inline uint32_t ring_add(const struct ring *r, uint32_t at, uint32_t len)
{
	at += len;
	return at >= r->size ? at - r->size : at;
}

/* Copies len <= size bytes; the end of the data area is followed by its beginning. */
void ring_get(const struct ring *r, uint32_t at, void *to, uint32_t len);
void ring_put(const struct ring *r, uint32_t at, const void *from, uint32_t len);

/* --- draining (9.8, 9.10) ------------------------------------------------------------------------------------------- */

/* Sets the mask, then looks: what was written before this may rightly be signalled. -EPROTO as ring_in_look(). */
int ring_in_mask(struct ring_in *in);
/* Clears the mask and looks again: bytes to read, with the mask set again when there are any; -EPROTO. */
int ring_in_unmask(struct ring_in *in);
/* Bytes to read by a fresh look at the guest's index; -EPROTO when that is out of range or not a multiple of 8. */
int ring_in_look(struct ring_in *in);
/* The same by what was seen last. */
static inline uint32_t ring_in_have(const struct ring_in *in) { return ring_used(&in->r, in->write, in->read); }
/* Takes len bytes off: they are still the guest's to overwrite only after the commit. */
void ring_in_skip(struct ring_in *in, uint32_t len);
/*
 * Lets the guest write where we have read. True when a guest that waits for room must be signalled. *early is set when
 * the index told is one the guest may take for "empty" of a packet it wrote before we masked (account.h).
 */
bool ring_in_commit(struct ring_in *in, bool *early);

/* --- filling (9.7, 9.9) ----------------------------------------------------------------------------------------------- */

/* Bytes a packet may have, trailer included; looks at the guest's index only when what was seen is less than want. */
int ring_out_room(struct ring_out *out, uint32_t want);
/* Appends bytes; the caller has made sure of the room. */
void ring_out_put(struct ring_out *out, const void *from, uint32_t len);
/* Shows the guest all that was put. True when it must be signalled. */
bool ring_out_publish(struct ring_out *out);
/* Asks for a signal when total bytes fit. True when they do already: nothing is asked then. */
bool ring_out_block(struct ring_out *out, uint32_t total);
void ring_out_unblock(struct ring_out *out);

#endif
