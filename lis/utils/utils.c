// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_utils, the integration components (docs/wire/03-integration-components.md): devices come, go, sleep.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "utils.h"

/* Undo what is done before the channel is opened. */
static void utils_undo(struct ic_service *svc)
{
	if (svc->class->daemon)
		chardev_remove(svc);
	if (svc->class->stop)
		svc->class->stop(svc);
	hv_set_drvdata(svc->dev, NULL);
	ic_put(svc);
}

static int utils_start(struct ic_service *svc)
{
	int ret = svc->class->start ? svc->class->start(svc) : 0;

	if (ret || !svc->class->daemon)
		return ret;
	ret = chardev_add(svc);
	if (ret == -EEXIST)
		dev_err(&svc->dev->device, "/dev/%s is another device's: this one is not served\n",
			svc->class->daemon->node);
	if (ret && svc->class->stop)
		svc->class->stop(svc);
	return ret;
}

static int utils_probe(struct hv_device *dev, const struct hv_vmbus_device_id *id)
{
	const struct ic_class *class = (const struct ic_class *)id->driver_data;
	struct ic_service *svc;
	int ret;

	/* An id the administrator wrote to new_id says nothing of what the device speaks. */
	if (!class)
		return -ENODEV;
	svc = ic_create(dev, class);
	if (!svc)
		return -ENOMEM;
	hv_set_drvdata(dev, svc);
	ret = utils_start(svc);
	if (ret) {
		hv_set_drvdata(dev, NULL);
		ic_put(svc);
		return ret;
	}
	ret = ic_open(svc);
	if (ret) {
		dev_err(&dev->device, "%s: the channel cannot be opened (%d)\n", class->name, ret);
		utils_undo(svc);
	}
	return ret;
}

/* Also after a rescind, and while a daemon has a request. Daemons get to read what must be undone, then EBADF. */
static void utils_remove(struct hv_device *dev)
{
	struct ic_service *svc = hv_get_drvdata(dev);

	ic_close(svc);
	utils_undo(svc);
}

static int utils_suspend(struct hv_device *dev)
{
	ic_close(hv_get_drvdata(dev));
	return 0;
}

static int utils_resume(struct hv_device *dev)
{
	struct ic_service *svc = hv_get_drvdata(dev);
	int ret = ic_open(svc);

	if (ret)
		dev_err(&dev->device, "%s: the channel cannot be opened after resume (%d)\n", svc->class->name, ret);
	return ret;
}

static const struct hv_vmbus_device_id utils_ids[] = {
	{ HV_SHUTDOWN_GUID, (unsigned long)&shutdown_class },
	{ HV_TS_GUID, (unsigned long)&timesync_class },
	{ HV_HEART_BEAT_GUID, (unsigned long)&heartbeat_class },
	{ HV_KVP_GUID, (unsigned long)&kvp_class },
	{ HV_VSS_GUID, (unsigned long)&vss_class },
	{ HV_FCOPY_GUID, (unsigned long)&fcopy_class },
	{ { { 0 } }, 0 },
};

static struct hv_driver utils_driver = {
	.name = "hv_utils",
	.id_table = utils_ids,
	.probe = utils_probe,
	.remove = utils_remove,
	.suspend = utils_suspend,
	.resume = utils_resume,
};

static int __init utils_init(void)
{
	return vmbus_driver_register(&utils_driver);
}

static void __exit utils_exit(void)
{
	vmbus_driver_unregister(&utils_driver);
}

module_init(utils_init);
module_exit(utils_exit);

MODULE_DESCRIPTION("Hyper-V integration components: heartbeat, shutdown, time, KVP, live backup, file copy");
MODULE_LICENSE("GPL");
MODULE_VERSION(LIS_VERSION);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_SHUTDOWN);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_TIMESYNC);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_HEARTBEAT);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_KVP);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_VSS);
MODULE_ALIAS("vmbus:" VMBUS_ALIAS_FCOPY);
