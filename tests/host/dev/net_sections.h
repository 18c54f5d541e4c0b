/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The receive buffer's sections: free, being filled, or the guest's until it completes the transfer that named them
 * (docs/wire/05 3). No wire, no guest memory: only who has what.
 */
#ifndef HOST_NET_SECTIONS_H
#define HOST_NET_SECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define NET_NO_SECTION UINT32_MAX

struct net_section {
	uint32_t next; /* free list, or the next one of a transfer */
	uint32_t generation; /* of the transfers this one was the first of: an old completion does not fit a new one */
	uint8_t state;
	uint8_t queue;
};

struct net_sections {
	struct net_section *s;
	unsigned int count;
	unsigned int free;
	uint32_t first_free;
};

/* False when out of memory. */
bool net_sections_init(struct net_sections *p, unsigned int count);
void net_sections_exit(struct net_sections *p);

/* NET_NO_SECTION when none is free. */
uint32_t net_section_take(struct net_sections *p);
/* Back to the free ones; it was taken and not yet sent. */
void net_section_put(struct net_sections *p, uint32_t section);

/*
 * The transaction id under which these taken sections go out (n >= 1). Without net_section_sent() nothing has
 * happened.
 */
uint64_t net_section_chain(struct net_sections *p, const uint32_t *section, unsigned int n);
void net_section_sent(struct net_sections *p, uint64_t id, unsigned int queue);
/* The guest completes: how many sections came back; 0: no such transfer is out on this queue. */
unsigned int net_section_done(struct net_sections *p, uint64_t id, unsigned int queue);

#endif
