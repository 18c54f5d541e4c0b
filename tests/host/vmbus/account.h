/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts the signals a guest sent without need, so exactly that the count convicts (02 9.7 - 9.10).
 *
 * A guest that keeps the protocol signals a write when, after its store of write_index, it reads mask = 0 and then
 * read_index = the index where the packet began. We set the mask before we move read_index and clear it only when the ring
 * is drained; from one clearing of the mask to the next setting of it (a window) read_index stands still at R.
 *
 *  - Of the packets written in a window only the one that begins at R can be signalled while R stands: one signal a window.
 *  - A packet of the window may be judged late: its writer read mask = 0 in the window, was held up, and reads read_index
 *    after we have moved it. It signals rightly if we moved it to just where the packet begins. All these packets lie before
 *    the write index we read after setting the mask; so only an index told below that ("early") allows one signal more.
 *    An index told at or beyond it cannot.
 *  - A packet written while the mask is set is judged with the mask set; or after the next clearing, when the ring was
 *    drained past its beginning, or it is the packet at R of that window.
 *  - A guest that reads signals room once for every time pending_send_sz is set.
 *
 * Each of these events allows one signal; a signal that nothing allows is superfluous. Allowances not used are kept, because
 * a signal may be under way on another processor (decided, not yet sent), but never more than there are processors: a
 * processor has at most one under way. A task that is preempted between decision and hypercall gives its processor to others;
 * that is why `spare` allowances are kept on top. What is counted therefore happened; some that happened are not counted.
 *
 * Excluded: a writer held up between its two reads for so long that the ring went all the way round and read_index stands
 * at its packet's beginning again (it would signal rightly, and take an allowance of somebody else). The fault mode, which
 * writes false indices and masks: nothing is counted while it is on.
 *
 * A missed signal is counted when we slept with the mask clear and the ring drained, and data (or the room asked for by
 * pending_send_sz) has been there for `ACCOUNT_MISSED_NS` while the machine was running and no signal came: longer than a
 * processor is held up between store and hypercall. Excluded: a guest whose processor stopped for good in that very place
 * (crash, CPU taken off): it may be counted once.
 */
#ifndef HOST_VMBUS_ACCOUNT_H
#define HOST_VMBUS_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#define ACCOUNT_SPARE 2
#define ACCOUNT_MISSED_NS 3000000000ULL

struct account {
	unsigned int allowed, keep;
	/* what the audit saw, and when first; 0: nothing */
	uint64_t data_since, room_since;
};

static inline void account_start(struct account *a, unsigned int processors)
{
	a->keep = processors + ACCOUNT_SPARE;
	a->allowed = 0;
	a->data_since = a->room_since = 0;
}

/* A window opens, an index was told early, pending_send_sz was set. */
static inline void account_allow(struct account *a)
{
	if (a->allowed > a->keep)
		a->allowed = a->keep;
	a->allowed++;
}

/* So many signals came; how many of them nothing allowed. */
static inline uint64_t account_signals(struct account *a, uint64_t times)
{
	uint64_t extra = times > a->allowed ? times - a->allowed : 0;

	a->allowed -= times - extra;
	a->data_since = a->room_since = 0;
	return extra;
}

/* Something waits (or not) without a signal since we sleep: true once it has waited too long. */
static inline bool account_waits(uint64_t *since, bool waits, uint64_t now)
{
	if (!waits) {
		*since = 0;
		return false;
	}
	if (!*since)
		*since = now;
	return now - *since >= ACCOUNT_MISSED_NS;
}

#endif
