// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: /sys/bus/vmbus as the in-box driver shows it (docs/wire/02-vmbus.md 12).
 *
 * lsvmbus, driverctl, DPDK and agents read these files, so names, modes and formats are an interface. What the files
 * show of a ring or a monitor page was last written by the host: it is read once, checked and only printed.
 */
#include <linux/cpumask.h>
#include <linux/cpu.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/topology.h>
#include "guid_text.h"
#include "vmbus.h"

static struct vmbus_channel *dev_channel(struct device *dev)
{
	return device_to_hv_device(dev)->channel;
}

/* ---- what a channel's ring and monitor say ---- */

enum ring_field { RING_MASK, RING_READ_INDEX, RING_WRITE_INDEX, RING_READ_AVAIL, RING_WRITE_AVAIL };

/*
 * One value of a ring, or -EINVAL when the channel is closed or the host's indices make no sense. Fourteen files ask
 * for one: a copy in each would be more code than the ring itself has.
 */
static noinline int ring_value(struct vmbus_channel *channel, bool out, enum ring_field field, u32 *value)
{
	struct hv_ring_buffer_debug_info info;
	u32 values[RING_WRITE_AVAIL + 1];
	int err;

	if (!channel)
		return -ENODEV;
	err = hv_ringbuffer_get_debuginfo(out ? &channel->outbound : &channel->inbound, &info);
	if (err)
		return -EINVAL;
	values[RING_MASK] = info.current_interrupt_mask;
	values[RING_READ_INDEX] = info.current_read_index;
	values[RING_WRITE_INDEX] = info.current_write_index;
	values[RING_READ_AVAIL] = info.bytes_avail_toread;
	values[RING_WRITE_AVAIL] = info.bytes_avail_towrite;
	*value = values[field];
	return 0;
}

enum monitor_side { MONITOR_SERVER, MONITOR_CLIENT }; /* also the index of the page */
enum monitor_field { MONITOR_PENDING, MONITOR_LATENCY, MONITOR_CONN_ID };

static noinline int monitor_value(struct vmbus_channel *channel, enum monitor_side side, enum monitor_field field,
				  u32 *value)
{
	struct vmbus_monitor_page *page = vmbus_connection.monitor_pages[side];
	unsigned int group, bit;

	if (!channel || !page || !channel->offermsg.monitor_allocated ||
	    channel->offermsg.monitorid >= VMBUS_MONITOR_IDS)
		return -ENODEV;
	group = channel->offermsg.monitorid / 32;
	bit = channel->offermsg.monitorid % 32;
	if (field == MONITOR_PENDING)
		*value = READ_ONCE(page->group[group].pending);
	else if (field == MONITOR_LATENCY)
		*value = READ_ONCE(page->latency[group][bit]);
	else
		*value = READ_ONCE(page->param[group][bit].connection_id);
	return 0;
}

/* Print a value that was got with err. */
static noinline ssize_t emit_value(char *buf, const char *fmt, int err, u32 value)
{
	return err ? err : sysfs_emit(buf, fmt, value);
}

/* ---- /sys/bus/vmbus/devices/<instance> ---- */

static ssize_t id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vmbus_channel *channel = dev_channel(dev);

	return channel ? sysfs_emit(buf, "%d\n", channel->offermsg.child_relid) : -ENODEV;
}
static DEVICE_ATTR_RO(id);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vmbus_channel *channel = dev_channel(dev);

	return channel ? sysfs_emit(buf, "%d\n", channel->state) : -ENODEV;
}
static DEVICE_ATTR_RO(state);

static ssize_t monitor_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vmbus_channel *channel = dev_channel(dev);

	return channel ? sysfs_emit(buf, "%d\n", channel->offermsg.monitorid) : -ENODEV;
}
static DEVICE_ATTR_RO(monitor_id);

static noinline ssize_t emit_guid(char *buf, const guid_t *guid)
{
	char text[GUID_TEXT_LEN];

	guid_text_format((const u8 *)guid, text);
	return sysfs_emit(buf, "{%s}\n", text);
}

static ssize_t class_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return emit_guid(buf, &device_to_hv_device(dev)->dev_type);
}
static DEVICE_ATTR_RO(class_id);

static ssize_t device_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return emit_guid(buf, &device_to_hv_device(dev)->dev_instance);
}
static DEVICE_ATTR_RO(device_id);

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	char text[GUID_ALIAS_LEN];

	guid_text_alias((const u8 *)&device_to_hv_device(dev)->dev_type, text);
	return sysfs_emit(buf, "vmbus:%s\n", text);
}
static DEVICE_ATTR_RO(modalias);

static ssize_t numa_node_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vmbus_channel *channel = dev_channel(dev);

	return channel ? sysfs_emit(buf, "%d\n", cpu_to_node(channel->target_cpu)) : -ENODEV;
}
static DEVICE_ATTR_RO(numa_node);

static ssize_t vendor_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%x\n", device_to_hv_device(dev)->vendor_id);
}
static DEVICE_ATTR_RO(vendor);

static ssize_t device_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%x\n", device_to_hv_device(dev)->device_id);
}
static DEVICE_ATTR_RO(device);

static int emit_mapping(char *buf, int at, const struct vmbus_channel *channel)
{
	return at + sysfs_emit_at(buf, at, "%u:%u\n", channel->offermsg.child_relid, channel->target_cpu);
}

static ssize_t channel_vp_mapping_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vmbus_channel *channel = dev_channel(dev);
	struct vmbus_channel *sub;
	int len;

	if (!channel)
		return -ENODEV;
	mutex_lock(&vmbus_connection.channel_mutex);
	len = emit_mapping(buf, 0, channel);
	list_for_each_entry(sub, &channel->sc_list, sc_entry)
		len = emit_mapping(buf, len, sub);
	mutex_unlock(&vmbus_connection.channel_mutex);
	return len;
}
static DEVICE_ATTR_RO(channel_vp_mapping);

#define MONITOR_ATTR(_name, _side, _field)							\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{												\
	u32 value = 0;										\
	int err = monitor_value(dev_channel(dev), _side, _field, &value);			\
												\
	return emit_value(buf, "%d\n", err, value);						\
}												\
static DEVICE_ATTR_RO(_name)

MONITOR_ATTR(server_monitor_pending, MONITOR_SERVER, MONITOR_PENDING);
MONITOR_ATTR(server_monitor_latency, MONITOR_SERVER, MONITOR_LATENCY);
MONITOR_ATTR(server_monitor_conn_id, MONITOR_SERVER, MONITOR_CONN_ID);
MONITOR_ATTR(client_monitor_pending, MONITOR_CLIENT, MONITOR_PENDING);
MONITOR_ATTR(client_monitor_latency, MONITOR_CLIENT, MONITOR_LATENCY);
MONITOR_ATTR(client_monitor_conn_id, MONITOR_CLIENT, MONITOR_CONN_ID);

#define RING_ATTR(_name, _out, _field)								\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{												\
	u32 value = 0;										\
	int err = ring_value(dev_channel(dev), _out, _field, &value);				\
												\
	return emit_value(buf, "%d\n", err, value);						\
}												\
static DEVICE_ATTR_RO(_name)

RING_ATTR(out_intr_mask, true, RING_MASK);
RING_ATTR(out_read_index, true, RING_READ_INDEX);
RING_ATTR(out_write_index, true, RING_WRITE_INDEX);
RING_ATTR(out_read_bytes_avail, true, RING_READ_AVAIL);
RING_ATTR(out_write_bytes_avail, true, RING_WRITE_AVAIL);
RING_ATTR(in_intr_mask, false, RING_MASK);
RING_ATTR(in_read_index, false, RING_READ_INDEX);
RING_ATTR(in_write_index, false, RING_WRITE_INDEX);
RING_ATTR(in_read_bytes_avail, false, RING_READ_AVAIL);
RING_ATTR(in_write_bytes_avail, false, RING_WRITE_AVAIL);

static ssize_t driver_override_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const char *name;
	ssize_t len;

	device_lock(dev);
	name = device_to_hv_device(dev)->driver_override;
	/* driverctl knows "(null)" as "none"; some compilers object to a NULL for %s. */
	len = sysfs_emit(buf, "%s\n", name ? name : "(null)");
	device_unlock(dev);
	return len;
}

static ssize_t driver_override_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct hv_device *hv_dev = device_to_hv_device(dev);
	char *name, *old, *end;

	/* What is set must fit into one page when it is read back, with its newline. */
	if (count >= PAGE_SIZE - 1)
		return -EINVAL;
	name = kstrndup(buf, count, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	end = strchr(name, '\n');
	if (end)
		*end = '\0';
	if (!*name) {
		kfree(name);
		name = NULL;
	}
	device_lock(dev);
	old = hv_dev->driver_override;
	hv_dev->driver_override = name;
	device_unlock(dev);
	kfree(old);
	return count;
}
static DEVICE_ATTR_RW(driver_override);

static struct attribute *vmbus_dev_attrs[] = {
	&dev_attr_id.attr,
	&dev_attr_state.attr,
	&dev_attr_monitor_id.attr,
	&dev_attr_class_id.attr,
	&dev_attr_device_id.attr,
	&dev_attr_modalias.attr,
	&dev_attr_numa_node.attr,
	&dev_attr_server_monitor_pending.attr,
	&dev_attr_client_monitor_pending.attr,
	&dev_attr_server_monitor_latency.attr,
	&dev_attr_client_monitor_latency.attr,
	&dev_attr_server_monitor_conn_id.attr,
	&dev_attr_client_monitor_conn_id.attr,
	&dev_attr_out_intr_mask.attr,
	&dev_attr_out_read_index.attr,
	&dev_attr_out_write_index.attr,
	&dev_attr_out_read_bytes_avail.attr,
	&dev_attr_out_write_bytes_avail.attr,
	&dev_attr_in_intr_mask.attr,
	&dev_attr_in_read_index.attr,
	&dev_attr_in_write_index.attr,
	&dev_attr_in_read_bytes_avail.attr,
	&dev_attr_in_write_bytes_avail.attr,
	&dev_attr_channel_vp_mapping.attr,
	&dev_attr_vendor.attr,
	&dev_attr_device.attr,
	&dev_attr_driver_override.attr,
	NULL,
};

static bool is_monitor_attr(const struct attribute *attr)
{
	return attr == &dev_attr_monitor_id.attr || attr == &dev_attr_server_monitor_pending.attr ||
	       attr == &dev_attr_client_monitor_pending.attr || attr == &dev_attr_server_monitor_latency.attr ||
	       attr == &dev_attr_client_monitor_latency.attr || attr == &dev_attr_server_monitor_conn_id.attr ||
	       attr == &dev_attr_client_monitor_conn_id.attr;
}

static umode_t dev_attr_visible(struct kobject *kobj, struct attribute *attr, int index)
{
	struct vmbus_channel *channel = dev_channel(container_of(kobj, struct device, kobj));

	if (is_monitor_attr(attr) && !(channel && channel->offermsg.monitor_allocated))
		return 0;
	if (attr == &dev_attr_numa_node.attr && !IS_ENABLED(CONFIG_NUMA))
		return 0;
	return attr->mode;
}
KIT_IS_VISIBLE_ADAPTER(dev_attr_visible);

static const struct attribute_group vmbus_dev_group = {
	.attrs = vmbus_dev_attrs,
	KIT_IS_VISIBLE(dev_attr_visible)
};

const struct attribute_group *vmbus_dev_groups[] = { &vmbus_dev_group, NULL };

/* ---- /sys/bus/vmbus ---- */

static ssize_t hibernation_show(const struct bus_type *bus, char *buf)
{
	return sysfs_emit(buf, "%d\n", vmbus_hibernation_possible());
}
KIT_BUS_SHOW_ADAPTER(hibernation_show);

static struct bus_attribute bus_attr_hibernation = __ATTR(hibernation, 0444, KIT_BUS_SHOW(hibernation_show), NULL);

/* bus_create_file() is on every kernel; bus_groups is not. */
int vmbus_bus_sysfs_add(void)
{
	return bus_create_file(&hv_bus, &bus_attr_hibernation);
}

void vmbus_bus_sysfs_del(void)
{
	bus_remove_file(&hv_bus, &bus_attr_hibernation);
}

/* ---- channels/<relid> ---- */

#define to_channel(kobj) container_of(kobj, struct vmbus_channel, kobj)

#define CHAN_ATTR(_name, _fmt, _member)								\
static ssize_t chan_##_name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{												\
	return sysfs_emit(buf, _fmt, to_channel(kobj)->_member);				\
}												\
static struct kobj_attribute chan_attr_##_name = __ATTR(_name, 0444, chan_##_name##_show, NULL)

#define CHAN_RING_ATTR(_name, _out, _field)							\
static ssize_t chan_##_name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{												\
	u32 value = 0;										\
	int err = ring_value(to_channel(kobj), _out, _field, &value);				\
												\
	return emit_value(buf, "%u\n", err, value);						\
}												\
static struct kobj_attribute chan_attr_##_name = __ATTR(_name, 0444, chan_##_name##_show, NULL)

#define CHAN_MONITOR_ATTR(_name, _field)							\
static ssize_t chan_##_name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{												\
	u32 value = 0;										\
	int err = monitor_value(to_channel(kobj), MONITOR_CLIENT, _field, &value);		\
												\
	return emit_value(buf, "%u\n", err, value);						\
}												\
static struct kobj_attribute chan_attr_##_name = __ATTR(_name, 0444, chan_##_name##_show, NULL)

CHAN_RING_ATTR(out_mask, true, RING_MASK);
CHAN_RING_ATTR(in_mask, false, RING_MASK);
CHAN_RING_ATTR(read_avail, false, RING_READ_AVAIL);
CHAN_RING_ATTR(write_avail, true, RING_WRITE_AVAIL);
CHAN_MONITOR_ATTR(pending, MONITOR_PENDING);
CHAN_MONITOR_ATTR(latency, MONITOR_LATENCY);
CHAN_ATTR(interrupts, "%llu\n", interrupts);
CHAN_ATTR(events, "%llu\n", sig_events);
CHAN_ATTR(intr_in_full, "%llu\n", intr_in_full);
CHAN_ATTR(intr_out_empty, "%llu\n", intr_out_empty);
CHAN_ATTR(out_full_first, "%llu\n", out_full_first);
CHAN_ATTR(out_full_total, "%llu\n", out_full_total);
CHAN_ATTR(monitor_id, "%u\n", offermsg.monitorid);
CHAN_ATTR(subchannel_id, "%u\n", offermsg.offer.sub_channel_index);

static ssize_t chan_cpu_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_channel(kobj)->target_cpu);
}

static ssize_t chan_cpu_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	unsigned int cpu;
	int err;

	if (vmbus_proto_version < VMBUS_VERSION_4_1 || kstrtouint(buf, 0, &cpu))
		return -EIO;
	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	/* The CPU must not leave between the look at it and the host's answer. */
	cpus_read_lock();
	err = vmbus_set_target_cpu(to_channel(kobj), cpu);
	cpus_read_unlock();
	return err ? err : count;
}
static struct kobj_attribute chan_attr_cpu = __ATTR(cpu, 0644, chan_cpu_show, chan_cpu_store);

static struct attribute *chan_attrs[] = {
	&chan_attr_out_mask.attr,
	&chan_attr_in_mask.attr,
	&chan_attr_read_avail.attr,
	&chan_attr_write_avail.attr,
	&chan_attr_cpu.attr,
	&chan_attr_pending.attr,
	&chan_attr_latency.attr,
	&chan_attr_interrupts.attr,
	&chan_attr_events.attr,
	&chan_attr_intr_in_full.attr,
	&chan_attr_intr_out_empty.attr,
	&chan_attr_out_full_first.attr,
	&chan_attr_out_full_total.attr,
	&chan_attr_monitor_id.attr,
	&chan_attr_subchannel_id.attr,
	NULL,
};

static umode_t chan_attr_visible(struct kobject *kobj, struct attribute *attr, int index)
{
	bool monitor = attr == &chan_attr_pending.attr || attr == &chan_attr_latency.attr ||
		       attr == &chan_attr_monitor_id.attr;

	return monitor && !to_channel(kobj)->offermsg.monitor_allocated ? 0 : attr->mode;
}
KIT_IS_VISIBLE_ADAPTER(chan_attr_visible);

static const struct attribute_group chan_group = {
	.attrs = chan_attrs,
	KIT_IS_VISIBLE(chan_attr_visible)
};

/* The folder held the channel: a reader of one of its files may outlive the channel's place in the relid table. */
static void chan_release(struct kobject *kobj)
{
	vmbus_channel_put(to_channel(kobj));
}

static struct kobj_type chan_ktype = {
	.sysfs_ops = &kobj_sysfs_ops,
	.release = chan_release,
};

/**
 * vmbus_device_sysfs_add() - create the folder channels/ of a registered device
 * @dev: the device; its struct device has been added
 *
 * A kset, not a plain folder: udev hears of a kobject only below one.
 *
 * Context: sleeps. Return: 0 or -ENOMEM.
 */
int vmbus_device_sysfs_add(struct hv_device *dev)
{
	dev->channels_kset = kset_create_and_add("channels", NULL, &dev->device.kobj);
	return dev->channels_kset ? 0 : -ENOMEM;
}

/**
 * vmbus_device_sysfs_del() - remove the folder channels/
 * @dev: the device; all folders of its channels have been removed
 *
 * Context: sleeps.
 */
void vmbus_device_sysfs_del(struct hv_device *dev)
{
	if (dev->channels_kset)
		kset_unregister(dev->channels_kset);
	dev->channels_kset = NULL;
}

/**
 * vmbus_channel_sysfs_add() - create channels/<relid> and tell udev
 * @dev: the device the channel belongs to, after vmbus_device_sysfs_add()
 * @channel: primary or subchannel
 *
 * Context: sleeps; not under channel_mutex, which the files take. Return: 0 or -errno; nothing to undo then.
 */
int vmbus_channel_sysfs_add(struct hv_device *dev, struct vmbus_channel *channel)
{
	struct kobject *kobj = &channel->kobj;
	int err;

	vmbus_channel_get(channel);
	kobj->kset = dev->channels_kset;
	err = kobject_init_and_add(kobj, &chan_ktype, NULL, "%u", channel->offermsg.child_relid);
	if (err)
		goto put;
	err = sysfs_create_group(kobj, &chan_group);
	if (err)
		goto put;
	channel->kobj_added = true;
	kobject_uevent(kobj, KOBJ_ADD);
	return 0;

put:
	kobject_put(kobj);
	return err;
}

/**
 * vmbus_channel_sysfs_del() - remove channels/<relid>
 * @channel: the channel; nothing happens when it has no folder
 *
 * Context: sleeps until readers of its files are gone; not under channel_mutex.
 */
void vmbus_channel_sysfs_del(struct vmbus_channel *channel)
{
	if (!channel->kobj_added)
		return;
	channel->kobj_added = false;
	sysfs_remove_group(&channel->kobj, &chan_group);
	kobject_del(&channel->kobj);
	kobject_put(&channel->kobj);
}
