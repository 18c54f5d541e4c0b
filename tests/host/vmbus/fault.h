/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fault mode: the host misbehaves on purpose, by seed. Whether the n-th chance for a kind of fault on a channel is taken
 * is a hash of seed, kind, the channel's name and n: threads and time have no say, so a seed does the same again as far as
 * the guest does the same again.
 *
 * Loop thread only. Hooks are in the server; a device may ask for faults of its own class by fault_hit().
 */
#ifndef HOST_VMBUS_FAULT_H
#define HOST_VMBUS_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>

struct vmb_channel;

enum fault_kind {
	/* messages to the guest */
	FAULT_MSG_LENGTH,	/* cut short or with bytes behind */
	FAULT_MSG_TYPE,		/* a number that is no message, or another message's */
	FAULT_MSG_ID,		/* relid, GPADL id or status changed */
	FAULT_MSG_DUP,		/* sent twice */
	FAULT_MSG_LATE,		/* sent milliseconds later */
	FAULT_MSG_SWAP,		/* sent after the next one */
	FAULT_MSG_EARLY,	/* an answer nobody asked for, before the real one */
	FAULT_MSG_UNKNOWN,	/* a message of unknown number before it */
	FAULT_MSG_LOST,		/* not sent */
	FAULT_MSG_SLOT,		/* slot with a type other than 1 or a size over 240 */
	FAULT_MSG_FLOOD,	/* many unknown messages before it */
	/* answers */
	FAULT_POST,		/* the guest's post is refused for now: 0x13, 0x0B */
	FAULT_REFUSE,		/* GPADL or OPEN or MODIFY refused */
	/* life of channels */
	FAULT_RESCIND_OFFER,	/* pulled right after the offer */
	FAULT_RESCIND_GPADL,	/* while a GPADL is made */
	FAULT_RESCIND_OPEN,	/* instead of the answer to OPEN */
	FAULT_RESCIND_OPENED,	/* right after the answer */
	FAULT_RESCIND_TRAFFIC,	/* in the middle of traffic */
	FAULT_RESCIND_CLOSE,	/* after CLOSE, before the teardown of GPADLs */
	/* packets to the guest */
	FAULT_PKT_LENGTH,	/* len8 lies */
	FAULT_PKT_OFFSET,	/* offset8 lies */
	FAULT_PKT_TYPE,		/* another or an unknown type */
	FAULT_PKT_ID,		/* transaction id changed */
	FAULT_PKT_DATA,		/* payload bytes changed: the class protocol's lengths, ids, counters */
	FAULT_PKT_SHORT,	/* payload cut: a partial completion */
	FAULT_PKT_DUP,		/* written twice */
	FAULT_PKT_LATE,		/* written after packets that come later */
	FAULT_PKT_UNKNOWN,	/* a packet of unknown type before it */
	FAULT_PKT_LOST,		/* not written */
	/* rings and interrupts */
	FAULT_RING_WRITE,	/* write index of the ring to the guest is nonsense */
	FAULT_RING_READ,	/* read index of the ring from the guest is nonsense */
	FAULT_RING_PENDING,	/* pending_send_sz is nonsense */
	FAULT_IRQ_LOST,		/* an interrupt is not raised now, but later */
	FAULT_IRQ_FLOOD,	/* many interrupts for nothing, for channels that are not open, too */
	FAULT_STALL,		/* the channel is not served for a while */
	FAULT_DEVICE,		/* for devices: what they like; not chosen by kinds=all */
	FAULT_COUNT
};

extern bool fault_on;

/*
 * "seed=N[,rate=N][,kinds=NAME+NAME...]": one chance in `rate` is taken (default 200); kinds are the names above in lower
 * case with a dash ("msg-length"), a group ("msg", "rescind", "pkt", "ring", "irq"), or "all" (default). 0 or -EINVAL after a
 * complaint. The seed is logged.
 */
int fault_start(const char *spec);
void fault_stop(void);

bool fault_take(enum fault_kind kind, const struct vmb_channel *ch);
/* Is this chance taken? One branch when faults are off. ch may be NULL: the bus itself. */
static inline bool fault_hit(enum fault_kind kind, const struct vmb_channel *ch)
{
	return __builtin_expect(fault_on, 0) && fault_take(kind, ch);
}
/* Is a post of the guest refused for now? From any thread: the order of posts decides. */
bool fault_hit_post(void);
/* A number below `below` (0: all 64 bits) that belongs to the chance taken last; the next one at each call. */
uint64_t fault_random(uint64_t below);

const char *fault_name(enum fault_kind kind);
/* Chances and hits of each kind that was hit. */
void fault_json(json_t *out);

#endif
