// SPDX-License-Identifier: GPL-2.0-only
/* Monitor pages (02 8.3, 8.4): the guest sets a bit instead of making a hypercall; we look at it every so often. */
#include <string.h>

#include "bus.h"

#define POLL_NS (250ULL * 1000)
#define LATENCY_UNITS (POLL_NS / 100) /* what we tell: units of 100 ns */

static struct vmb_channel *owner[VMBUS_MONITOR_IDS];
static struct loop_timer timer;

static struct vmbus_monitor_page *page(unsigned int which)
{
	return bus.monitor_page[which] ? mem_ptr(bus.monitor_page[which], HVW_PAGE_SIZE) : NULL;
}

static bool any_open(void)
{
	unsigned int i;

	for (i = 0; i < VMBUS_MONITOR_IDS; i++)
		if (owner[i] && owner[i]->state == CH_OPEN)
			return true;
	return false;
}

static void look_at_group(struct vmbus_monitor_page *p, unsigned int group)
{
	uint32_t pending = __atomic_exchange_n(&p->group[group].pending, 0, __ATOMIC_SEQ_CST);
	struct vmb_channel *ch;
	unsigned int bit;

	for (; pending; pending &= pending - 1) {
		bit = (unsigned int)__builtin_ctz(pending);
		ch = owner[group * 32 + bit];
		if (ch)
			channel_signalled(ch, 1);
		else
			bus_error(NULL, "monitor %u is nobody's", group * 32 + bit);
	}
}

static void poll_page(void *arg)
{
	unsigned int group;

	for (group = 0; group < 4 && page(1); group++)
		look_at_group(page(1), group);
	if (bus.version)
		loop_timer_set(&timer, any_open() ? POLL_NS : 40 * POLL_NS);
}

void monitor_start(void)
{
	loop_timer_init(&timer, poll_page, NULL);
}

void monitor_stop(void)
{
	loop_timer_cancel(&timer);
}

void monitor_reset(void)
{
	loop_timer_cancel(&timer);
	memset(owner, 0, sizeof(owner));
}

/* Page 1: which monitors there are, what they stand for, how often we look. */
static void describe(unsigned int id)
{
	struct vmbus_monitor_page *p = page(0);
	unsigned int group = id / 32, bit = id % 32;

	if (!p)
		return;
	p->trigger_state |= 1U << group;
	p->latency[group][bit] = owner[id] ? LATENCY_UNITS : 0;
	p->param[group][bit].connection_id = owner[id] ? owner[id]->connection_id : 0;
	p->param[group][bit].flag_number = 0;
}

void monitor_connected(void)
{
	unsigned int id;

	if (!bus.config.monitor_pages || !page(0))
		return;
	for (id = 0; id < VMBUS_MONITOR_IDS; id++)
		if (owner[id])
			describe(id);
	loop_timer_set(&timer, POLL_NS);
}

int monitor_id_alloc(struct vmb_channel *ch)
{
	int id;

	if (!bus.config.monitor_pages || !ch->spec.monitored || !page(1))
		return -1;
	for (id = 0; id < VMBUS_MONITOR_IDS; id++)
		if (!owner[id]) {
			owner[id] = ch;
			describe((unsigned int)id);
			return id;
		}
	return -1;
}

void monitor_id_free(struct vmb_channel *ch)
{
	if (ch->monitor_id < 0)
		return;
	owner[ch->monitor_id] = NULL;
	if (bus.version)
		describe((unsigned int)ch->monitor_id);
	ch->monitor_id = -1;
}
