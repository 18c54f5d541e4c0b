// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: /sys/kernel/debug/hyperv: the connection, what was refused of the host, and the state of every ring.
 *
 * No packet data is shown: a ring may hold what guest users wrote to their disks. The files carry a pointer to their
 * device only to compare it with those that live: on old kernels a file may be read after it has been removed.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include "vmbus.h"

static struct dentry *debug_root;

static const char *conn_state(int state)
{
	return state == VMBUS_CONNECTED ? "connected" : state == VMBUS_CONNECTING ? "connecting" : "disconnected";
}

static int connection_show(struct seq_file *s, void *unused)
{
	struct vmbus_connection *c = &vmbus_connection;
	struct vmbus_channel *channel;
	u64 bad_packets = 0;
	u32 count = 0;

	mutex_lock(&c->channel_mutex);
	list_for_each_entry(channel, &c->channel_list, listentry) {
		bad_packets += channel->bad_packets;
		count++;
	}
	mutex_unlock(&c->channel_mutex);
	seq_printf(s, "state: %s\n", conn_state(atomic_read(&c->state)));
	seq_printf(s, "version: %u.%u\n", vmbus_proto_version >> 16, vmbus_proto_version & 0xFFFF);
	seq_printf(s, "message connection: 0x%x\n", c->msg_conn_id);
	seq_printf(s, "message VP: %u (CPU %u)\n", c->msg_vp, c->connect_cpu);
	seq_printf(s, "hypercall page: %s\n", hv_hypercall_is_ours() ? "ours" : "the kernel's");
	seq_printf(s, "channels: %u\n", count);
	seq_printf(s, "messages: %llu\n", (unsigned long long)vmbus_stat_messages);
	seq_printf(s, "events: %llu\n", (unsigned long long)vmbus_stat_events);
	seq_printf(s, "refused messages: %llu\n", (unsigned long long)vmbus_stat_bad_messages);
	seq_printf(s, "refused packets: %llu\n", (unsigned long long)bad_packets);
	seq_printf(s, "offers and rescinds queued: %d\n", atomic_read(&c->control_pending));
	seq_printf(s, "devices being added: %d\n", atomic_read(&c->offers_pending));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(connection);

static void show_ring(struct seq_file *s, const char *name, struct hv_ring_buffer_info *ring)
{
	struct hv_ring_buffer_debug_info info;
	int err;

	memset(&info, 0, sizeof(info));
	err = hv_ringbuffer_get_debuginfo(ring, &info);
	seq_printf(s, "  %s: write %u, read %u, mask %u, pending %u", name, info.current_write_index,
		   info.current_read_index, info.current_interrupt_mask, info.pending_send_sz);
	if (err)
		seq_puts(s, ", indices refused\n");
	else
		seq_printf(s, ", used %u, free %u of %u\n", info.bytes_avail_toread, info.bytes_avail_towrite,
			   ring->size);
}

static void show_channel(struct seq_file *s, struct vmbus_channel *c)
{
	seq_printf(s, "channel %u, subchannel %u: state %d%s, CPU %u, VP %u, connection 0x%x\n",
		   c->offermsg.child_relid, c->offermsg.offer.sub_channel_index, c->state,
		   c->rescind ? " (rescinded)" : "", c->target_cpu, c->target_vp, c->offermsg.connection_id);
	if (c->state == CHANNEL_OPENED_STATE) {
		show_ring(s, "out", &c->outbound);
		show_ring(s, "in", &c->inbound);
	}
	seq_printf(s, "  interrupts %llu, signals %llu, full first %llu, full total %llu, in full %llu, out empty %llu\n",
		   (unsigned long long)c->interrupts, (unsigned long long)c->sig_events,
		   (unsigned long long)c->out_full_first, (unsigned long long)c->out_full_total,
		   (unsigned long long)c->intr_in_full, (unsigned long long)c->intr_out_empty);
	seq_printf(s, "  requests in flight %u of %u, refused packets %llu\n", c->requestor.in_flight,
		   c->requestor.size, (unsigned long long)c->bad_packets);
}

static int rings_show(struct seq_file *s, void *unused)
{
	struct vmbus_channel *c;
	int err = -ENODEV;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (c->device_obj != s->private)
			continue;
		show_channel(s, c);
		err = 0;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(rings);

static bool usable(const struct dentry *dir)
{
	return dir && !IS_ERR(dir);
}

/**
 * vmbus_debugfs_init() - create the folder hyperv/ and the file connection
 *
 * Failure only means that there are no such files. Context: sleeps.
 */
void vmbus_debugfs_init(void)
{
	debug_root = debugfs_create_dir("hyperv", NULL);
	if (usable(debug_root))
		debugfs_create_file("connection", 0400, debug_root, NULL, &connection_fops);
}

/**
 * vmbus_debugfs_exit() - remove all files; those of devices have been removed
 */
void vmbus_debugfs_exit(void)
{
	if (usable(debug_root))
		debugfs_remove_recursive(debug_root);
	debug_root = NULL;
}

/**
 * vmbus_debugfs_add() - create the folder of a device
 * @dev: the device, named
 */
void vmbus_debugfs_add(struct hv_device *dev)
{
	if (!usable(debug_root))
		return;
	dev->debug_dir = debugfs_create_dir(dev_name(&dev->device), debug_root);
	if (usable(dev->debug_dir))
		debugfs_create_file("rings", 0400, dev->debug_dir, dev, &rings_fops);
}

/**
 * vmbus_debugfs_del() - remove the folder of a device
 * @dev: the device; nothing happens when it has none
 */
void vmbus_debugfs_del(struct hv_device *dev)
{
	if (usable(dev->debug_dir))
		debugfs_remove_recursive(dev->debug_dir);
	dev->debug_dir = NULL;
}
