// SPDX-License-Identifier: GPL-2.0-only
/* Subchannels: asked for, offered, rescinded when their primary closes (docs/wire/05 5). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "net.h"
#include "vmbus/classes.h"

uint32_t net_sub_allocate(struct net *n, uint32_t op, uint32_t asked, uint32_t *granted)
{
	*granted = 0;
	if (n->version < NVSP_VERSION_5 || op != NVSP_SUBCHANNEL_ALLOCATE || n->queues > 1)
		return NVSP_STAT_FAIL;
	/* No bus of that age offers subchannels, and the guest would wait for them for ever (02 3.1). */
	if (vmb_version() < VMBUS_VERSION_2_4)
		return NVSP_STAT_FAIL;
	/* Every queue needs sections of its own to be of use. */
	if (!asked || asked >= n->a.queues || n->sections.count / (asked + 1) < NET_CONTROL_SECTIONS)
		return NVSP_STAT_FAIL;
	*granted = asked < n->grant ? asked : n->grant;
	n->queues = 1 + *granted;
	return NVSP_STAT_SUCCESS;
}

static void offer_one(struct net *n, unsigned int i)
{
	struct vmb_offer_spec spec;
	char name[96];

	memset(&spec, 0, sizeof(spec));
	snprintf(name, sizeof(name), "%s.%u", n->d->name, i);
	spec.name = name;
	spec.type = class_guid(VMBUS_ALIAS_NET);
	spec.instance = n->d->instance;
	spec.sub_index = (uint16_t)i;
	n->q[i].ch = vmb_offer(&spec, &net_channel_ops, &n->q[i]);
	if (n->q[i].ch)
		n->refs++;
	else
		log_warn("%s: subchannel %u cannot be offered", n->d->name, i);
}

void net_sub_offer(struct net *n)
{
	net_sub_rescind(n);
	for (unsigned int i = 1; i < n->queues; i++)
		offer_one(n, i);
}

void net_sub_rescind(struct net *n)
{
	loop_timer_cancel(&n->doom_timer);
	while (n->dooms)
		vmb_rescind(n->doomed[--n->dooms]);
}

static void rescind_later(void *arg)
{
	net_sub_rescind(arg);
}

void net_sub_init(struct net *n)
{
	loop_timer_init(&n->doom_timer, rescind_later, n);
}

/*
 * The primary has closed. Its subchannels go on the loop's next turn, as the server is in the middle of closing a
 * channel, or before new ones are offered, whatever is first.
 */
void net_sub_doom(struct net *n)
{
	for (unsigned int i = 1; i < NET_QUEUES_MAX; i++) {
		if (!n->q[i].ch)
			continue;
		n->doomed[n->dooms++] = n->q[i].ch;
		n->q[i].ch = NULL;
		n->q[i].open = false;
	}
	n->queues = 1;
	if (n->dooms)
		loop_timer_set(&n->doom_timer, 0);
}

int net_sub_table(struct net *n, uint32_t queues)
{
	uint8_t m[NVSP_SEND_TABLE_OFFSET + 4 * NVSP_SEND_TABLE_COUNT] = { 0 };
	struct nvsp_send_table t = { .hdr.type = NVSP_SEND_INDIRECTION_TABLE, .count = NVSP_SEND_TABLE_COUNT,
				     .offset = NVSP_SEND_TABLE_OFFSET };

	memcpy(m, &t, sizeof(t));
	for (uint32_t i = 0; i < NVSP_SEND_TABLE_COUNT; i++) {
		uint32_t entry = i % queues;

		memcpy(m + NVSP_SEND_TABLE_OFFSET + 4 * i, &entry, 4);
	}
	return net_tell(n, false, 0, m, sizeof(m));
}

/* When the last one has opened, the guest learns where to send what (5.6). */
void net_sub_opened(struct net *n)
{
	for (unsigned int i = 0; i < n->queues; i++)
		if (!n->q[i].open)
			return;
	net_sub_table(n, n->queues);
}
