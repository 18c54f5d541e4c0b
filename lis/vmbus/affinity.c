// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: which CPU serves a channel (docs/wire/02-vmbus.md 5.1 rule 5, 7.5, 8.1).
 *
 * Channels of performance classes are spread: over NUMA nodes in turn, then over the node's CPUs, first so that one
 * device's channels do not share a CPU, then so that CPUs carry alike. All others stay on the connect CPU, which can
 * never go away while connected, so that they do not pin another.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include "vmbus.h"

static int last_node = -1; /* guarded by channel_mutex */

static bool vmbus_same_device(const struct vmbus_channel *a, const struct vmbus_channel *b)
{
	const struct vmbus_channel *pa = a->primary_channel ? a->primary_channel : a;
	const struct vmbus_channel *pb = b->primary_channel ? b->primary_channel : b;

	return pa == pb;
}

/* How loaded is a CPU for this channel? Channels of the same device weigh most. Caller holds channel_mutex. */
static u32 vmbus_cpu_weight(const struct vmbus_channel *channel, unsigned int cpu)
{
	struct vmbus_channel *c;
	u32 weight = 0;

	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (c == channel || c->target_cpu != cpu || !c->is_performance)
			continue;
		weight += vmbus_same_device(c, channel) ? 1U << 16 : 1;
	}
	return weight;
}

/* The lightest online CPU of a node, or of all when node is -1; nr_cpu_ids when there is none. */
static unsigned int vmbus_lightest_cpu(const struct vmbus_channel *channel, int node)
{
	unsigned int cpu, best = nr_cpu_ids;
	u32 weight, best_weight = ~0U;

	for_each_online_cpu(cpu) {
		if (node >= 0 && cpu_to_node(cpu) != node)
			continue;
		weight = vmbus_cpu_weight(channel, cpu);
		if (weight < best_weight) {
			best_weight = weight;
			best = cpu;
		}
	}
	return best;
}

static int vmbus_next_node(void)
{
	last_node = next_online_node(last_node);
	if (last_node >= MAX_NUMNODES)
		last_node = first_online_node;
	return last_node;
}

static unsigned int vmbus_pick_cpu(const struct vmbus_channel *channel)
{
	unsigned int cpu, tries;

	/* Older hosts interrupt VP 0 only. */
	if (!channel->is_performance || vmbus_proto_version < VMBUS_VERSION_2_4 || vmbus_one_cpu_interrupts())
		return vmbus_connection.connect_cpu;
	for (tries = num_online_nodes(); tries; tries--) {
		cpu = vmbus_lightest_cpu(channel, vmbus_next_node());
		if (cpu < nr_cpu_ids)
			return cpu;
	}
	cpu = vmbus_lightest_cpu(channel, -1);
	return cpu < nr_cpu_ids ? cpu : vmbus_connection.connect_cpu;
}

/* Choose the CPU of a new channel. Caller holds channel_mutex. */
void vmbus_assign_cpu(struct vmbus_channel *channel)
{
	channel->target_cpu = vmbus_pick_cpu(channel);
	channel->target_vp = hv_cpu_to_vp(channel->target_cpu);
}

/* Nothing is kept per CPU: weights are counted from the channel list. */
void vmbus_release_cpu(struct vmbus_channel *channel)
{
	channel->target_cpu = vmbus_connection.connect_cpu;
}

/*
 * Move an open channel's interrupts to another CPU. Sleeps. 0, -EIO if the protocol has no such message or the channel
 * is not open or this kernel takes interrupts on one CPU, -EINVAL when the CPU is not online, else what the host or the
 * post gave.
 */
int vmbus_set_target_cpu(struct vmbus_channel *channel, unsigned int cpu)
{
	int ret;

	if (vmbus_proto_version < VMBUS_VERSION_4_1)
		return -EIO;
	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -EINVAL;
	if (channel->state != CHANNEL_OPENED_STATE)
		return -EIO;
	if (channel->target_cpu == cpu)
		return 0;
	if (vmbus_one_cpu_interrupts())
		return -EIO;
	ret = vmbus_send_modifychannel(channel, hv_cpu_to_vp(cpu));
	if (ret)
		return ret;
	channel->target_cpu = cpu;
	channel->target_vp = hv_cpu_to_vp(cpu);
	return 0;
}

/* An open channel that targets a CPU, referenced; NULL when there is none. */
static struct vmbus_channel *vmbus_channel_on_cpu(unsigned int cpu)
{
	struct vmbus_channel *c, *found = NULL;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (c->target_cpu != cpu || c->state != CHANNEL_OPENED_STATE || c->rescind)
			continue;
		found = vmbus_channel_get(c);
		break;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return found;
}

/* Channels that are not open yet follow without a word to the host. */
static void vmbus_move_closed_channels(unsigned int cpu)
{
	struct vmbus_channel *c;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (c->target_cpu != cpu || c->state == CHANNEL_OPENED_STATE || c->state == CHANNEL_OPENING_STATE)
			continue;
		c->target_cpu = vmbus_connection.connect_cpu;
		c->target_vp = hv_cpu_to_vp(c->target_cpu);
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
}

/*
 * A CPU wants to go offline while connected. Below 5.3 the host does not say when it has moved a channel, so a CPU that
 * serves one has to stay; from 5.3 on its channels are moved to the connect CPU first.
 */
int vmbus_cpu_may_leave(unsigned int cpu)
{
	struct vmbus_channel *channel;
	int ret;

	if (cpu == vmbus_connection.connect_cpu)
		return -EBUSY;
	vmbus_move_closed_channels(cpu);
	while ((channel = vmbus_channel_on_cpu(cpu)) != NULL) {
		ret = -EBUSY;
		if (vmbus_proto_version >= VMBUS_VERSION_5_3)
			ret = vmbus_set_target_cpu(channel, vmbus_connection.connect_cpu);
		vmbus_channel_put(channel);
		if (ret)
			return -EBUSY;
	}
	return 0;
}
