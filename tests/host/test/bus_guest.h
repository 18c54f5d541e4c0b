/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest for tests of the VMBus server, over machine_double.h: what it sends is written here, by docs/wire/02, not taken
 * from the server; its ring arithmetic is the drivers' own (lis/vmbus/ring_math.c), an independent opposite side.
 */
#ifndef HOST_BUS_GUEST_H
#define HOST_BUS_GUEST_H

#include "machine_double.h"
#include "vmbus/vmbus.h"

#define GUEST_INT_PAGE 0x10000UL
#define GUEST_MON_PAGE 0x11000UL /* and the next */
#define GUEST_RINGS 0x100000UL

struct guest_ring {
	struct vmbus_ring_hdr *hdr;
	uint8_t *data;
	uint32_t size;
};

struct guest_channel {
	uint32_t relid, connection_id, gpadl, vp;
	struct guest_ring out, in; /* as the guest sees them */
};

/* dbl_reset() and vmb_start(). */
void guest_boot(uint32_t host_version, bool monitor_pages);
void guest_end(void);

/* Posts and runs the loop; the status of the hypercall. */
uint16_t guest_post(uint32_t connection_id, const void *msg, size_t len);
/* On the connection that is right after contact; must be taken. */
void guest_send(const void *msg, size_t len);
void guest_send_relid(uint32_t type, uint32_t relid);
void guest_send_header(uint32_t type);
/* The next message, which must be of this type; its length. */
size_t guest_expect(uint32_t type, void *msg, size_t len);
void guest_expect_nothing(void);

/* INITIATE_CONTACT as Linux sends it; true when supported and state 0. */
bool guest_contact(uint32_t version);
void guest_request_offers(void);
/* Contact and REQUEST_OFFERS. */
void guest_connect(uint32_t version);

/* A GPADL of whole pages from gpa on, header and bodies; the status told. */
uint32_t guest_gpadl(uint32_t relid, uint32_t id, uint64_t gpa, uint32_t pages);
void guest_teardown(uint32_t relid, uint32_t id);
/* Rings of `pages` each (header included) at gpa, GPADL, OPEN; the status of OPEN_RESULT. */
uint32_t guest_open(struct guest_channel *c, const struct vmbus_msg_offer *offer, uint64_t gpa, uint32_t pages);

/* 9.7: false when there is no room. Signals if it must, and tells by *signalled. */
bool guest_write(struct guest_channel *c, uint16_t type, uint16_t flags, uint64_t trans_id, const void *head, uint32_t head_len,
		 const void *payload, uint32_t len, bool *signalled);
/* 9.8: the payload's length, or -1 when empty. Signals if it must. */
int guest_read(struct guest_channel *c, struct vmpacket_descriptor *d, void *payload, uint32_t size, bool *signalled);

#endif
