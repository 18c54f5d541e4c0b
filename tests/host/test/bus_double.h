/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Doubles of event loop, VMBus server and control socket for tests and fuzzing of one device: the test plays the guest.
 * Time stands still but for dbl_advance(); posted work and `ready` calls run in dbl_run().
 */
#ifndef HOST_BUS_DOUBLE_H
#define HOST_BUS_DOUBLE_H

#include "core/device.h"
#include "vmbus/vmbus.h"

struct dbl_packet {
	uint16_t type;
	uint64_t trans_id;
	bool wants_completion;
	size_t len;
	uint8_t data[16384 + 8];
};

/* Everything forgotten; devices must be gone. */
void dbl_reset(void);
/* The vmbus version vmb_version() tells. */
void dbl_version(uint32_t version);

/* Channels offered and not yet gone, in order; NULL past the last. */
struct vmb_channel *dbl_channel(unsigned int i);
unsigned int dbl_channels(void);
const struct vmb_offer_spec *dbl_spec(const struct vmb_channel *ch);
bool dbl_rescinded(const struct vmb_channel *ch);
int dbl_open(struct vmb_channel *ch);
void dbl_close(struct vmb_channel *ch);
/* The guest lets go of a channel (rescinded or not). */
void dbl_release(struct vmb_channel *ch);

/* A packet of the guest. iov: one range of a GPA direct packet, or NULL. The memory is the caller's. */
void dbl_push(struct vmb_channel *ch, uint16_t type, bool wants, uint64_t trans_id, const void *data, size_t len,
	      const struct iovec *iov, unsigned int count);
/* The next vmb_recv() says -EPROTO. */
void dbl_push_nonsense(struct vmb_channel *ch);
/* Packets the ring to the guest takes before it is full; -1: any number. */
void dbl_room(struct vmb_channel *ch, int packets);
/* A packet of the host's; false: none. */
bool dbl_pop(struct vmb_channel *ch, struct dbl_packet *out);

/* All that can run now; waits for workers while `busy` says so, at most some seconds; false then. */
bool dbl_run(bool (*busy)(void));
void dbl_advance(uint64_t ns);

/* What the last ctl_why() said, and the last event's name. */
const char *dbl_why(void);
const char *dbl_event(void);
/* Runs a verb; reply may be NULL. */
int dbl_verb(struct device *d, const char *verb, const char *json_args, json_t *reply);

#endif
