// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the bus: which driver serves which device, and the devices themselves (docs/wire/02-vmbus.md 12).
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>
#include "guid_text.h"
#include "vmbus.h"

#define HV_VENDOR_ID 0x1414
#define VMBUS_LEAVE_SECONDS 60 /* a driver waits for others' devices to be probed */

struct vmbus_dynid {
	struct list_head node;
	struct hv_vmbus_device_id id;
};

static const guid_t zero_guid;

/* What a driver bound by driver_override alone gets as its id. */
static const struct hv_vmbus_device_id override_id;

/* ---- matching ---- */

static const struct hv_vmbus_device_id *vmbus_match_table(const struct hv_vmbus_device_id *id, const guid_t *type)
{
	for (; id && !guid_equal(&id->guid, &zero_guid); id++)
		if (guid_equal(&id->guid, type))
			return id;
	return NULL;
}

static const struct hv_vmbus_device_id *vmbus_match_dynids(struct hv_driver *drv, const guid_t *type)
{
	const struct hv_vmbus_device_id *found = NULL;
	struct vmbus_dynid *dyn;

	spin_lock(&drv->dynids.lock);
	list_for_each_entry(dyn, &drv->dynids.list, node) {
		if (guid_equal(&dyn->id.guid, type)) {
			found = &dyn->id;
			break;
		}
	}
	spin_unlock(&drv->dynids.lock);
	return found;
}

static const struct hv_vmbus_device_id *vmbus_find_id(struct hv_driver *drv, struct hv_device *dev)
{
	const struct hv_vmbus_device_id *id;

	if (dev->driver_override && strcmp(dev->driver_override, drv->name))
		return NULL;
	id = vmbus_match_dynids(drv, &dev->dev_type);
	if (!id)
		id = vmbus_match_table(drv->id_table, &dev->dev_type);
	if (!id && dev->driver_override)
		id = &override_id;
	return id;
}

static int vmbus_match(struct device *device, const struct device_driver *driver)
{
	struct hv_driver *drv = drv_to_hv_drv((struct device_driver *)driver);
	struct hv_device *dev = device_to_hv_device(device);

	if (READ_ONCE(drv->leaving))
		return 0;
	/* An hvsock channel's class is a service: only the socket driver may have it, whatever the GUID. */
	if (is_hvsock_channel(dev->channel))
		return drv->hvsock;
	return !drv->hvsock && vmbus_find_id(drv, dev);
}
KIT_BUS_MATCH_ADAPTER(vmbus_match);

static int vmbus_uevent(const struct device *device, struct kobj_uevent_env *env)
{
	const struct hv_device *dev = device_to_hv_device(device);
	char alias[GUID_ALIAS_LEN];

	guid_text_alias((const u8 *)&dev->dev_type, alias);
	return kit_add_uevent_var(env, "MODALIAS=vmbus:%s", alias);
}
KIT_BUS_UEVENT_ADAPTER(vmbus_uevent);

/* ---- probe and remove ---- */

static void vmbus_add_folders(struct hv_device *dev)
{
	if (dev->channels_kset)
		return;
	if (vmbus_device_sysfs_add(dev) || vmbus_channel_sysfs_add(dev, dev->channel))
		dev_warn(&dev->device, "no channels/ folder in sysfs\n");
}

static int vmbus_probe(struct device *device)
{
	struct hv_driver *drv = drv_to_hv_drv(device->driver);
	struct hv_device *dev = device_to_hv_device(device);
	const struct hv_vmbus_device_id *id = vmbus_find_id(drv, dev);
	int ret;

	if (!drv->probe)
		return -ENODEV;
	vmbus_add_folders(dev);
	ret = drv->probe(dev, id ? id : &override_id);
	if (ret && ret != -ENODEV)
		dev_err(device, "probe failed: %d\n", ret);
	return ret;
}

static void vmbus_remove(struct device *device)
{
	struct hv_device *dev = device_to_hv_device(device);
	struct hv_driver *drv;

	if (!device->driver)
		return;
	drv = drv_to_hv_drv(device->driver);
	if (drv->remove)
		drv->remove(dev);
}
KIT_BUS_REMOVE_ADAPTER(vmbus_remove);

static void vmbus_shutdown(struct device *device)
{
	struct hv_driver *drv;

	if (!device->driver)
		return;
	drv = drv_to_hv_drv(device->driver);
	if (drv->shutdown)
		drv->shutdown(device_to_hv_device(device));
}

struct bus_type hv_bus = {
	.name = "vmbus",
	.match = KIT_BUS_MATCH(vmbus_match),
	.uevent = KIT_BUS_UEVENT(vmbus_uevent),
	.probe = vmbus_probe,
	.remove = KIT_BUS_REMOVE(vmbus_remove),
	.shutdown = vmbus_shutdown,
	KIT_BUS_PM(vmbus_dev_pm)
};

int vmbus_bus_init(void)
{
	int ret = bus_register(&hv_bus);

	if (ret)
		return ret;
	ret = vmbus_bus_sysfs_add();
	if (ret)
		bus_unregister(&hv_bus);
	return ret;
}

void vmbus_bus_exit(void)
{
	vmbus_bus_sysfs_del();
	bus_unregister(&hv_bus);
}

/* ---- drivers ---- */

/*
 * For reading while the drivers are asked one by one about a new device, for writing while one leaves: klist_release()
 * wakes who waits to free a driver's entry, and writes to the entry after that.
 */
static DECLARE_RWSEM(vmbus_drivers_lock);

static int vmbus_take_device(struct device *device, void *data)
{
	*(struct device **)data = get_device(device);
	return 1;
}

/* Its devices go before the lock is taken: that may wait for the host, or for a rescind. */
static void vmbus_release_devices(struct hv_driver *driver)
{
	struct device *device;

	while (driver_for_each_device(&driver->driver, NULL, &device, vmbus_take_device)) {
		device_release_driver(device);
		put_device(device);
	}
}

/*
 * Nobody is kept from adding a device by who waits here, and a device whose probing never ends keeps no driver. False:
 * the lock was not to be had.
 */
static bool vmbus_lock_drivers(void)
{
	unsigned long end = jiffies + VMBUS_LEAVE_SECONDS * HZ;

	while (!down_write_trylock(&vmbus_drivers_lock)) {
		if (time_after(jiffies, end))
			return false;
		msleep(20);
	}
	return true;
}

static ssize_t new_id_store(struct device_driver *driver, const char *buf, size_t count)
{
	struct hv_driver *drv = drv_to_hv_drv(driver);
	struct vmbus_dynid *dyn;
	int ret;

	dyn = kzalloc(sizeof(*dyn), GFP_KERNEL);
	if (!dyn)
		return -ENOMEM;
	if (guid_text_parse(buf, (u8 *)&dyn->id.guid)) {
		kfree(dyn);
		return -EINVAL;
	}
	if (vmbus_match_dynids(drv, &dyn->id.guid) || vmbus_match_table(drv->id_table, &dyn->id.guid)) {
		kfree(dyn);
		return -EEXIST;
	}
	spin_lock(&drv->dynids.lock);
	list_add_tail(&dyn->node, &drv->dynids.list);
	spin_unlock(&drv->dynids.lock);
	ret = driver_attach(driver);
	return ret ? ret : count;
}

static ssize_t remove_id_store(struct device_driver *driver, const char *buf, size_t count)
{
	struct hv_driver *drv = drv_to_hv_drv(driver);
	struct vmbus_dynid *dyn, *found = NULL;
	guid_t guid;

	if (guid_text_parse(buf, (u8 *)&guid))
		return -EINVAL;
	spin_lock(&drv->dynids.lock);
	list_for_each_entry(dyn, &drv->dynids.list, node) {
		if (guid_equal(&dyn->id.guid, &guid)) {
			found = dyn;
			list_del(&dyn->node);
			break;
		}
	}
	spin_unlock(&drv->dynids.lock);
	kfree(found);
	return found ? count : -ENODEV;
}

static struct driver_attribute vmbus_new_id = __ATTR(new_id, 0200, NULL, new_id_store);
static struct driver_attribute vmbus_remove_id = __ATTR(remove_id, 0200, NULL, remove_id_store);

static void vmbus_free_dynids(struct hv_driver *drv)
{
	struct vmbus_dynid *dyn, *next;

	list_for_each_entry_safe(dyn, next, &drv->dynids.list, node) {
		list_del(&dyn->node);
		kfree(dyn);
	}
}

/**
 * __vmbus_driver_register() - register a driver of the bus
 * @driver: name, id_table, probe and remove filled in
 * @owner: the module
 * @mod_name: its name
 *
 * Sleeps; devices already there are probed within. Drivers use vmbus_driver_register(). Return: 0 or -errno.
 */
int __vmbus_driver_register(struct hv_driver *driver, struct module *owner, const char *mod_name)
{
	int ret;

	driver->driver.name = driver->name;
	driver->driver.owner = owner;
	kit_driver_set_mod_name(&driver->driver, mod_name);
	driver->driver.bus = &hv_bus;
	driver->leaving = false;
	spin_lock_init(&driver->dynids.lock);
	INIT_LIST_HEAD(&driver->dynids.list);
	ret = driver_register(&driver->driver);
	if (ret)
		return ret;
	ret = driver_create_file(&driver->driver, &vmbus_new_id);
	if (!ret)
		ret = driver_create_file(&driver->driver, &vmbus_remove_id);
	if (ret)
		vmbus_driver_unregister(driver);
	return ret;
}
EXPORT_SYMBOL_GPL(__vmbus_driver_register);

/**
 * vmbus_driver_unregister() - take a driver off the bus
 * @driver: what was registered
 *
 * Sleeps, for as long as a device is being probed, but not for ever; its devices are removed within, and none of its
 * rescind callbacks runs afterwards.
 */
void vmbus_driver_unregister(struct hv_driver *driver)
{
	bool locked;

	driver_remove_file(&driver->driver, &vmbus_new_id);
	driver_remove_file(&driver->driver, &vmbus_remove_id);
	WRITE_ONCE(driver->leaving, true);
	vmbus_release_devices(driver);
	locked = vmbus_lock_drivers();
	/* What was bound by who had asked before. */
	vmbus_release_devices(driver);
	driver_unregister(&driver->driver);
	if (locked)
		up_write(&vmbus_drivers_lock);
	vmbus_wait_rescind_calls();
	vmbus_free_dynids(driver);
}
EXPORT_SYMBOL_GPL(vmbus_driver_unregister);

/* ---- devices ---- */

struct device *vmbus_root_device(void)
{
	struct acpi_device *adev = vmbus_acpi_device();

	return adev ? &adev->dev : NULL;
}

static void vmbus_device_release(struct device *device)
{
	struct hv_device *dev = device_to_hv_device(device);

	vmbus_channel_put(dev->channel);
	kfree(dev->driver_override);
	kfree(dev);
}

struct hv_device *vmbus_device_create(struct vmbus_channel *channel)
{
	struct hv_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	char name[GUID_TEXT_LEN];

	if (!dev)
		return NULL;
	dev->dev_type = channel->offermsg.offer.if_type;
	dev->dev_instance = channel->offermsg.offer.if_instance;
	dev->vendor_id = HV_VENDOR_ID;
	dev->device_id = vmbus_class_number(&dev->dev_type);
	dev->channel = vmbus_channel_get(channel);
	device_initialize(&dev->device);
	dev->device.bus = &hv_bus;
	dev->device.parent = vmbus_root_device();
	dev->device.release = vmbus_device_release;
	kit_device_set_groups(&dev->device, vmbus_dev_groups);
	dev->dma_mask = DMA_BIT_MASK(64);
	dev->device.dma_mask = &dev->dma_mask;
	dev->device.coherent_dma_mask = DMA_BIT_MASK(64);
	set_dev_node(&dev->device, cpu_to_node(channel->target_cpu));
	guid_text_format((const u8 *)&dev->dev_instance, name);
	dev_set_name(&dev->device, "%s", name);
	return dev;
}

int vmbus_device_register(struct hv_device *dev)
{
	struct vmbus_channel *channel = dev->channel;
	int ret;

	channel->device_obj = dev;
	down_read(&vmbus_drivers_lock);
	ret = device_add(&dev->device);
	up_read(&vmbus_drivers_lock);
	if (ret) {
		channel->device_obj = NULL;
		put_device(&dev->device);
		return ret;
	}
	if (kit_device_add_groups(&dev->device, vmbus_dev_groups))
		dev_warn(&dev->device, "not all files in sysfs\n");
	vmbus_add_folders(dev);
	vmbus_debugfs_add(dev);
	return 0;
}

static void vmbus_remove_folders(struct hv_device *dev)
{
	struct vmbus_channel *sub;

	vmbus_debugfs_del(dev);
	/* Each turn takes one folder away; the list is not held over a sleeping call. */
	while ((sub = vmbus_sub_with_folder(dev->channel)) != NULL) {
		vmbus_channel_sysfs_del(sub);
		vmbus_channel_put(sub);
	}
	vmbus_channel_sysfs_del(dev->channel);
	vmbus_device_sysfs_del(dev);
}

/**
 * vmbus_device_unregister() - end a device, whether the host rescinded it or not
 * @device: the device
 *
 * Sleeps; the driver's remove runs within. A rescinded channel's relid is given back to the host.
 */
void vmbus_device_unregister(struct hv_device *device)
{
	struct vmbus_channel *channel = vmbus_channel_get(device->channel);

	/* The driver goes first: it closes the channel, which its folders in sysfs describe. */
	device_release_driver(&device->device);
	vmbus_remove_folders(device);
	channel->device_obj = NULL;
	device_unregister(&device->device);
	if (channel->rescind)
		vmbus_channel_remove(channel);
	vmbus_channel_put(channel);
}
EXPORT_SYMBOL_GPL(vmbus_device_unregister);
