// SPDX-License-Identifier: GPL-2.0-only
/* Who has which section of the receive buffer (net_sections.h). */
#include <stdlib.h>
#include <string.h>

#include "net_sections.h"

enum { FREE, TAKEN, SENT_FIRST, SENT };

static void give_back(struct net_sections *p, uint32_t i)
{
	p->s[i].state = FREE;
	p->s[i].next = p->first_free;
	p->first_free = i;
	p->free++;
}

bool net_sections_init(struct net_sections *p, unsigned int count)
{
	memset(p, 0, sizeof(*p));
	p->first_free = NET_NO_SECTION;
	p->s = calloc(count, sizeof(*p->s));
	if (!p->s)
		return false;
	p->count = count;
	for (unsigned int i = count; i-- > 0;)
		give_back(p, i);
	return true;
}

void net_sections_exit(struct net_sections *p)
{
	free(p->s);
	memset(p, 0, sizeof(*p));
	p->first_free = NET_NO_SECTION;
}

uint32_t net_section_take(struct net_sections *p)
{
	uint32_t i = p->first_free;

	if (!p->free)
		return NET_NO_SECTION;
	p->first_free = p->s[i].next;
	p->s[i].state = TAKEN;
	p->free--;
	return i;
}

void net_section_put(struct net_sections *p, uint32_t section)
{
	if (section < p->count && p->s[section].state == TAKEN)
		give_back(p, section);
}

uint64_t net_section_chain(struct net_sections *p, const uint32_t *section, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		p->s[section[i]].next = i + 1 < n ? section[i + 1] : NET_NO_SECTION;
	return (uint64_t)p->s[section[0]].generation << 32 | section[0];
}

void net_section_sent(struct net_sections *p, uint64_t id, unsigned int queue)
{
	uint32_t i = (uint32_t)id;

	p->s[i].queue = (uint8_t)queue;
	p->s[i].state = SENT_FIRST;
	while ((i = p->s[i].next) != NET_NO_SECTION)
		p->s[i].state = SENT;
}

unsigned int net_section_done(struct net_sections *p, uint64_t id, unsigned int queue)
{
	uint32_t i = (uint32_t)id, next;
	unsigned int n = 0;

	if (i >= p->count || p->s[i].state != SENT_FIRST || p->s[i].generation != id >> 32 || p->s[i].queue != queue)
		return 0;
	p->s[i].generation++;
	for (; i != NET_NO_SECTION; i = next, n++) {
		next = p->s[i].next;
		give_back(p, i);
	}
	return n;
}
