/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual function of Intel's 82576 network controller, by that controller's data sheet, as the virtual function of a
 * synthetic adapter (net_vf.h). The stock driver igbvf binds to it. (One of a virtio_net cannot stand in: a guest's
 * hv_netvsc looks for interfaces whose parent is the PCI device itself, and a virtio one's is not.)
 *
 * The guest's registers are written on its threads, under the big lock; frames move on the loop's. The guest may write what
 * it likes: addresses, indices and lengths are copied, then checked, then used.
 */
#ifndef HOST_IGBVF_H
#define HOST_IGBVF_H

#include <jansson.h>
#include <wire/nvsp.h>

#include "net_backend.h"
#include "pci_func.h"

#define IGBVF_VECTORS 3
#define IGBVF_MAILBOX_WORDS 16
#define IGBVF_FRAME_MAX (64 * 1024 + 256) /* of the guest's, before segmentation */

struct net;
struct opts;

/* A descriptor ring, as the guest set it. */
struct igbvf_ring {
	uint64_t base;
	uint32_t len;		/* bytes */
	uint32_t head, tail;
	uint32_t control;	/* RXDCTL, TXDCTL */
	uint32_t split;		/* SRRCTL, receive only */
};

/* What a context descriptor said, for the data that follow it. */
struct igbvf_context {
	uint32_t lens;		/* tag, length of the MAC header and of IP's */
	uint32_t type;
	uint32_t mss;
};

struct igbvf {
	struct pci_func f;	/* first: one is made of the other by a cast */
	struct net *n;		/* NULL once the host took the function away */
	uint8_t mac[6];
	bool link;
	/* interrupts: a bit for each vector */
	uint32_t cause, mask, auto_clear, auto_mask;
	uint32_t ivar, ivar_misc;
	/* mailbox */
	uint32_t mailbox, message[IGBVF_MAILBOX_WORDS];
	uint32_t clear_to_send;
	struct igbvf_ring rx, tx;
	struct igbvf_context context;
	bool posted, dead;	/* turn() is still to come; it is the one to free then */
	bool fire;		/* frames were received that the guest was not interrupted for */
	bool starved;
	size_t gathered;	/* of a frame whose last descriptor is still to come */
	bool broken;		/* it cannot be had whole */
	uint64_t rx_frames, rx_lost, tx_frames, tx_bad, tx_segments, resets, requests, refused;
	uint8_t frame[IGBVF_FRAME_MAX];
	uint8_t segment[NVSP_MTU_MAX];
};

/* NULL when the adapter has a function already, or memory is out. */
struct pci_func *igbvf_new(struct net *n, const uint8_t *mac);
/* The same by what a device's options say; NULL after a complaint. The adapter is there before. */
struct pci_func *igbvf_from_options(struct opts *o);
#define IGBVF_KEYS "net=NAME      whose VF a network function is; that adapter is made before (net)\n" \
		   "mac=          its address (the adapter's)\n"
/* The host takes it from the guest: no frame passes any more. */
void igbvf_take_away(struct pci_func *f);
/* What the guest is told of its link; frames pass all the same. */
void igbvf_link(struct pci_func *f, bool up);
void igbvf_counters(const struct pci_func *f, json_t *out);

/* igbvf.c, for the rings: a cause of interrupts. */
enum igbvf_cause { IGBVF_CAUSE_RX, IGBVF_CAUSE_TX };
void igbvf_raise(struct igbvf *g, enum igbvf_cause cause);

/* igbvf_rings.c */
void igbvf_ring_reset(struct igbvf *g);
/* Takes what the guest wants to send: at most a burst of it. True when there is more. */
bool igbvf_send(struct igbvf *g);
/* As in net_port: false when the guest has no buffers for it now. */
bool igbvf_up(void *arg, const struct net_frame *f);
void igbvf_up_flush(void *arg);
bool igbvf_ring_on(const struct igbvf_ring *r);

#endif
