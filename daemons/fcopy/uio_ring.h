/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the two rings of a channel that user space holds (docs/wire/02-vmbus.md 9). The other side is the host:
 * every index and length is read once, checked, then used.
 */
#ifndef _FCOPY_UIO_RING_H
#define _FCOPY_UIO_RING_H

#include <stddef.h>
#include <stdint.h>
#include <wire/vmbus.h>

struct uio_ring {
	volatile struct vmbus_ring_hdr *hdr;
	uint8_t *data;
	uint32_t size; /* of the data, a multiple of 8 */
};

/* mem: header page and data, `bytes` in all. */
void uio_ring_init(struct uio_ring *r, void *mem, uint32_t bytes);

/*
 * Takes the next packet off: its payload (padded to 8 bytes) to out, its transaction id. Returns the payload's
 * length, 0 when the ring is empty, -EPROTO when what stands there is no packet (nothing more can be read),
 * -EMSGSIZE: it was larger than room and is skipped. Packets that are no data are skipped too.
 */
int uio_ring_take(struct uio_ring *r, uint8_t *out, size_t room, uint64_t *id);

/* Puts an in-band packet; 0 or -EAGAIN: no room. */
int uio_ring_put(struct uio_ring *r, const uint8_t *payload, size_t len, uint64_t id);

/* Whether the host may interrupt. */
void uio_ring_mask(struct uio_ring *r, int masked);

#endif
