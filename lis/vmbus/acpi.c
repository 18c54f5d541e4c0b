// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the VMBus device in ACPI (docs/wire/01-hypervisor.md 12).
 *
 * ACPI tells two things: the interrupt line for kernels without a callback vector and, in some ancestor, the windows
 * of memory addresses for VMBus devices. Both are read by walking the namespace, without binding a driver: binding
 * was an ACPI driver up to 6.3 and a platform driver since, its callback may come late or, when some other driver sits
 * on the device, never; and nothing here depends on it. Tables that lack an ancestor with windows are normal (QEMU).
 */
#include <linux/acpi.h>
#include "vmbus.h"

static acpi_handle vmbus_handle;
static struct acpi_device *vmbus_acpi_dev;

static acpi_status found_device(acpi_handle handle, u32 level, void *context, void **ret)
{
	*(acpi_handle *)context = handle;
	return AE_CTRL_TERMINATE;
}

static acpi_handle find_device(void)
{
	acpi_handle handle = NULL;

	acpi_get_devices("VMBUS", found_device, &handle, NULL);
	if (!handle)
		acpi_get_devices("VMBus", found_device, &handle, NULL);
	return handle;
}

static acpi_status read_irq(struct acpi_resource *res, void *context)
{
	int *irq = context;

	if (res->type == ACPI_RESOURCE_TYPE_IRQ && res->data.irq.interrupt_count)
		*irq = res->data.irq.interrupts[0];
	else if (res->type == ACPI_RESOURCE_TYPE_EXTENDED_IRQ && res->data.extended_irq.interrupt_count)
		*irq = res->data.extended_irq.interrupts[0];
	else
		return AE_OK;
	return AE_CTRL_TERMINATE;
}

/* Take one Address32 or Address64 memory window; count those that were usable. */
static acpi_status read_window(struct acpi_resource *res, void *context)
{
	struct acpi_resource_address64 addr;
	unsigned int *count = context;

	if (res->type != ACPI_RESOURCE_TYPE_ADDRESS32 && res->type != ACPI_RESOURCE_TYPE_ADDRESS64)
		return AE_OK;
	if (ACPI_FAILURE(acpi_resource_to_address64(res, &addr)) || addr.resource_type != ACPI_MEMORY_RANGE)
		return AE_OK;
	if (!vmbus_mmio_add_window(KIT_ACPI_ADDRESS(&addr)->minimum, KIT_ACPI_ADDRESS(&addr)->maximum))
		(*count)++;
	return AE_OK;
}

/* The device itself, then each ancestor, up to the first that has windows. */
static void read_windows(acpi_handle handle)
{
	unsigned int count = 0;

	while (handle && !count) {
		acpi_handle parent = NULL;

		/* A node without _CRS is an ordinary thing to meet on the way up. */
		acpi_walk_resources(handle, METHOD_NAME__CRS, read_window, &count);
		if (ACPI_FAILURE(acpi_get_parent(handle, &parent)))
			break;
		handle = parent;
	}
}

/**
 * vmbus_acpi_init() - find the VMBus device, its interrupt line and memory windows
 *
 * Sets vmbus_legacy_irq when the device has a line. No window at all is not an error: vmbus_allocate_mmio() fails
 * then, and no device of such a host needs it.
 *
 * Context: sleeps. Return: 0, or -ENODEV when ACPI is off or has no such device.
 */
int vmbus_acpi_init(void)
{
	int irq = -1;

	if (!acpi_disabled)
		vmbus_handle = find_device();
	if (!vmbus_handle) {
		pr_info("hv_vmbus: ACPI has no VMBus device: this machine offers no VMBus\n");
		return -ENODEV;
	}
	vmbus_acpi_dev = acpi_fetch_acpi_dev(vmbus_handle);
	acpi_walk_resources(vmbus_handle, METHOD_NAME__CRS, read_irq, &irq);
	vmbus_legacy_irq = irq;
	read_windows(vmbus_handle);
	return 0;
}

/**
 * vmbus_acpi_exit() - undo vmbus_acpi_init()
 */
void vmbus_acpi_exit(void)
{
	vmbus_mmio_exit();
	vmbus_acpi_dev = NULL;
	vmbus_handle = NULL;
}

/**
 * vmbus_acpi_device() - the device that VMBus devices hang off
 *
 * Return: the ACPI device, or NULL when the kernel made none of the namespace node.
 */
struct acpi_device *vmbus_acpi_device(void)
{
	return vmbus_acpi_dev;
}
