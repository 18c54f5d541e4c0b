// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the module: bring everything up in order, or take down what was brought up.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/module.h>
#include <linux/rcupdate.h>
#include "vmbus.h"

static int __init vmbus_start_host(void)
{
	int ret = vmbus_connect(0);

	if (ret)
		return ret;
	ret = vmbus_panic_init();
	if (ret)
		goto err_unload;
	ret = vmbus_pm_init();
	if (ret)
		goto err_panic;
	vmbus_debugfs_init();
	vmbus_mmio_reserve_fb();
	ret = vmbus_request_offers();
	if (!ret)
		return 0;
	vmbus_debugfs_exit();
	vmbus_pm_exit();
err_panic:
	vmbus_panic_exit();
err_unload:
	vmbus_remove_all_channels();
	vmbus_unload();
	return ret;
}

static int __init vmbus_start_bus(void)
{
	int ret = vmbus_conn_init();

	if (ret)
		return ret;
	ret = vmbus_bus_init();
	if (ret)
		goto err_conn;
	ret = hv_synic_init();
	if (ret)
		goto err_bus;
	ret = vmbus_start_host();
	if (!ret)
		return 0;
	hv_synic_exit();
	rcu_barrier();
err_bus:
	vmbus_bus_exit();
err_conn:
	vmbus_conn_exit();
	return ret;
}

static int __init vmbus_init(void)
{
	int ret = hv_detect();

	if (ret)
		return ret;
	ret = vmbus_acpi_init();
	if (ret)
		return ret;
	ret = hv_hypercall_init();
	if (ret)
		goto err_acpi;
	ret = hv_synic_alloc();
	if (ret)
		goto err_hypercall;
	ret = vmbus_start_bus();
	if (!ret)
		return 0;
	hv_synic_free();
err_hypercall:
	hv_hypercall_exit();
err_acpi:
	vmbus_acpi_exit();
	return ret;
}

/* The order of wire/02 10.1: devices, UNLOAD, interrupt, channels, SynIC. */
static void __exit vmbus_exit(void)
{
	vmbus_pm_exit();
	vmbus_panic_exit();
	vmbus_remove_all_channels();
	vmbus_debugfs_exit();
	vmbus_unload();
	hv_synic_exit();
	vmbus_bus_exit();
	vmbus_conn_exit();
	hv_synic_free();
	hv_hypercall_exit();
	vmbus_acpi_exit();
	/* Channels are freed by this module's code after a grace period. */
	rcu_barrier();
}

module_init(vmbus_init);
module_exit(vmbus_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Hyper-V VMBus driver (Linux Integration Services)");
MODULE_VERSION(LIS_VERSION);
MODULE_INFO(kit_compat, KIT_ABSENT_LIST);
MODULE_ALIAS("acpi*:VMBUS:*");
MODULE_ALIAS("acpi*:VMBus:*");
