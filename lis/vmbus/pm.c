// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: leaving this kernel alive: kexec, kdump and hibernation (docs/wire/01-hypervisor.md 13.4-13.6, wire/02 10).
 *
 * Hibernation needs three places in the kernel's order of things, each for a reason:
 *  1. devices, freeze_noirq of the bus: a driver closes its channel when nothing uses the device any more, but the
 *     host's answers (a vector of their own, not a device interrupt) still come in;
 *  2. the bus itself, after the last and before the first of its devices. The kernel suspends in the reverse order of
 *     registration, so a small platform device, registered before the first channel is offered, stands at exactly that
 *     place. It cannot be the ACPI device: that one belongs to no driver of ours on purpose (acpi.c);
 *  3. the SynIC of the last CPU, when interrupts are off and nothing can arrive: a syscore operation. The other CPUs
 *     have been taken offline by then, which switches theirs off.
 * Suspend-to-idle has no callbacks at all: the host wakes the guest through VMBus.
 *
 * Hibernation is refused where the kernel's built-in code does not restore its own part, the hypercall page.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/syscore_ops.h>
#include <linux/wait.h>
#include <asm/barrier.h>
#include <asm/mshyperv.h>
#include <clocksource/hyperv_timer.h>
#include "vmbus.h"

#define REOFFER_TIMEOUT_S 10

static struct platform_device *pm_device;

/**
 * vmbus_hibernation_possible() - may this machine be hibernated?
 *
 * Memory given to the host by a balloon is lost over hibernation, so drivers ask before they give any.
 *
 * Context: any. Return: true when the machine has S4 and kernel and host support it.
 */
bool vmbus_hibernation_possible(void)
{
	return hv_is_hibernation_supported();
}
EXPORT_SYMBOL_GPL(vmbus_hibernation_possible);

/* ---- 1: devices ---- */

static int vmbus_dev_suspend(struct device *dev)
{
	struct hv_driver *drv;

	if (!dev->driver)
		return 0;
	drv = drv_to_hv_drv(dev->driver);
	if (!drv->suspend) {
		dev_err(dev, "driver %s cannot hibernate; unload it first\n", drv->name);
		return -EOPNOTSUPP;
	}
	return drv->suspend(device_to_hv_device(dev));
}

static int vmbus_dev_resume(struct device *dev)
{
	struct hv_device *hv_dev = device_to_hv_device(dev);
	struct hv_driver *drv;

	if (!dev->driver)
		return 0;
	drv = drv_to_hv_drv(dev->driver);
	if (hv_dev->channel->offermsg.child_relid == VMBUS_RELID_INVALID)
		return -ENODEV; /* not offered again */
	return drv->resume ? drv->resume(hv_dev) : -EOPNOTSUPP;
}

const struct dev_pm_ops vmbus_dev_pm = {
	.freeze_noirq = vmbus_dev_suspend,
	.thaw_noirq = vmbus_dev_resume,
	.poweroff_noirq = vmbus_dev_suspend,
	.restore_noirq = vmbus_dev_resume,
};

/* ---- 2: the bus ---- */

/* The first channel, referenced, that filter says yes to. */
static struct vmbus_channel *find_channel(bool (*filter)(const struct vmbus_channel *channel))
{
	struct vmbus_channel *c, *found = NULL;

	mutex_lock(&vmbus_connection.channel_mutex);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		if (!filter(c))
			continue;
		found = vmbus_channel_get(c);
		break;
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
	return found;
}

static bool is_live_hvsock(const struct vmbus_channel *c)
{
	return is_hvsock_channel(c) && !c->rescind;
}

static bool is_sub(const struct vmbus_channel *c)
{
	return c->primary_channel != NULL;
}

static bool is_hvsock(const struct vmbus_channel *c)
{
	return is_hvsock_channel(c);
}

static bool is_missing(const struct vmbus_channel *c)
{
	return c->offermsg.child_relid == VMBUS_RELID_INVALID && !c->rescind;
}

static bool no_hvsock(void)
{
	struct vmbus_channel *c = find_channel(is_hvsock);

	if (c)
		vmbus_channel_put(c);
	return !c;
}

/* Socket connections do not survive: act as if the host had ended them. */
static int drop_hvsock(void)
{
	struct vmbus_channel *c;

	while ((c = find_channel(is_live_hvsock)) != NULL) {
		vmbus_on_rescind(c->offermsg.child_relid);
		vmbus_channel_put(c);
	}
	if (!wait_event_timeout(vmbus_connection.idle_wait, no_hvsock(), REOFFER_TIMEOUT_S * HZ)) {
		pr_err("a socket channel is still in use: not hibernating; close its sockets first\n");
		return -EBUSY;
	}
	return 0;
}

/* Subchannels are made anew by their drivers, which have closed them with the primary. */
static int drop_subchannels(void)
{
	struct vmbus_channel *c;

	while ((c = find_channel(is_sub)) != NULL) {
		if (c->state == CHANNEL_OPENED_STATE) {
			pr_err("subchannel %u is still open: not hibernating\n", c->offermsg.child_relid);
			vmbus_channel_put(c);
			return -EBUSY;
		}
		vmbus_channel_remove(c);
		vmbus_channel_put(c);
	}
	return 0;
}

/* The host will number the channels anew. From here on offers are taken for old acquaintances. */
static void forget_relids(void)
{
	struct vmbus_channel *c;
	int count = 0;
	u32 relid;

	mutex_lock(&vmbus_connection.channel_mutex);
	for (relid = 0; relid <= VMBUS_RELID_MAX; relid++)
		rcu_assign_pointer(vmbus_connection.relids[relid], NULL);
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		c->offermsg.child_relid = VMBUS_RELID_INVALID;
		count += !c->rescind;
	}
	atomic_set(&vmbus_connection.offers_pending, count);
	vmbus_connection.suspended = true;
	mutex_unlock(&vmbus_connection.channel_mutex);
	synchronize_rcu();
}

/**
 * vmbus_bus_suspend() - leave the host for hibernation
 *
 * Devices have closed their channels. On failure everything is as before. Context: sleeps.
 * Return: 0, -EOPNOTSUPP when this kernel cannot come back, -EBUSY when a channel is still in use.
 */
int vmbus_bus_suspend(void)
{
	struct vmbus_connection *c = &vmbus_connection;
	int err;

	if (!kit_hv_core_hibernates()) {
		pr_err("this kernel's Hyper-V code cannot restore the hypercall page: not hibernating\n");
		return -EOPNOTSUPP;
	}
	flush_workqueue(c->control_wq);
	wait_event(c->idle_wait, !atomic_read(&c->offers_pending));
	flush_workqueue(c->device_wq);
	err = drop_hvsock();
	if (!err)
		err = drop_subchannels();
	if (err)
		return err;
	forget_relids();
	vmbus_unload();
	return 0;
}

/* Stop waiting for those that did not come. VP numbers may have changed for all. */
static void end_reoffers(void)
{
	struct vmbus_channel *c;

	mutex_lock(&vmbus_connection.channel_mutex);
	vmbus_connection.suspended = false;
	list_for_each_entry(c, &vmbus_connection.channel_list, listentry) {
		c->target_vp = hv_cpu_to_vp(c->target_cpu);
		if (is_missing(c))
			atomic_dec(&vmbus_connection.offers_pending);
	}
	mutex_unlock(&vmbus_connection.channel_mutex);
}

/**
 * vmbus_bus_resume() - meet the host again, under the version spoken before
 *
 * Devices that do not come back within ten seconds are named; they are removed when the system runs again.
 * Context: sleeps. Return: 0, or -errno when there is no connection.
 */
int vmbus_bus_resume(void)
{
	struct vmbus_connection *c = &vmbus_connection;
	int err = vmbus_connect(vmbus_proto_version);

	if (!err)
		err = vmbus_request_offers();
	if (!err && !wait_event_timeout(c->idle_wait, atomic_read(&c->offers_pending) <= 0, REOFFER_TIMEOUT_S * HZ))
		pr_err("%d devices were not offered again after hibernation\n", atomic_read(&c->offers_pending));
	end_reoffers();
	return err;
}

static int vmbus_pm_suspend(struct device *dev)
{
	return vmbus_bus_suspend();
}

static int vmbus_pm_resume(struct device *dev)
{
	return vmbus_bus_resume();
}

/* Everything runs again: what the host did not offer again is gone, as if rescinded. */
static void vmbus_pm_complete(struct device *dev)
{
	struct vmbus_channel *c;

	while ((c = find_channel(is_missing)) != NULL) {
		vmbus_wake_channel_waiters(c);
		vmbus_detach_callback(c);
		/* The worker drops the reference. */
		queue_work(vmbus_connection.device_wq, &c->rescind_work);
	}
}

static const struct dev_pm_ops vmbus_bus_pm __maybe_unused = {
	.complete = vmbus_pm_complete,
	.freeze_noirq = vmbus_pm_suspend,
	.thaw_noirq = vmbus_pm_resume,
	.poweroff_noirq = vmbus_pm_suspend,
	.restore_noirq = vmbus_pm_resume,
};

/* ---- 3: the last CPU's SynIC ---- */

static int vmbus_syscore_suspend(void *data)
{
	hv_synic_disable_regs(raw_smp_processor_id());
	return 0;
}
KIT_SYSCORE_SUSPEND_ADAPTER(vmbus_syscore_suspend);

static void vmbus_syscore_resume(void *data)
{
	hv_synic_enable_regs(raw_smp_processor_id());
}
KIT_SYSCORE_RESUME_ADAPTER(vmbus_syscore_resume);

static KIT_SYSCORE_CONST struct syscore_ops vmbus_syscore_ops = {
	.suspend = KIT_SYSCORE(vmbus_syscore_suspend),
	.resume = KIT_SYSCORE(vmbus_syscore_resume),
};

static struct syscore vmbus_syscore = {
	.ops = &vmbus_syscore_ops,
};

/* ---- kexec and kdump ---- */

/* The old kernel is healthy; all CPUs run. Nothing of the hypervisor's may touch memory afterwards. */
static void vmbus_kexec_handler(void)
{
	hv_stop_timer_messages();
	hv_stimer_global_cleanup();
	vmbus_unload();
	mb(); /* whoever sees the SynIC going down must see the connection gone */
	hv_synic_exit();
	hv_hypercall_shutdown();
}

/* Panic: the other CPUs are stopped; a dump kernel is about to be started. */
static void vmbus_crash_handler(struct pt_regs *regs)
{
	unsigned int cpu = raw_smp_processor_id();

	vmbus_unload_crash();
	vmbus_report_regs(regs);
	hv_stimer_cleanup(cpu);
	hv_synic_disable_regs(cpu);
	hv_hypercall_shutdown();
}

/*
 * Old kernels have no hook on the way to kexec. Devices are shut down then, as for any reboot, and ours is shut down
 * after those of the bus.
 */
static void vmbus_pm_shutdown(struct platform_device *dev)
{
	if (!kit_has_hv_kexec_handler())
		vmbus_kexec_handler();
}

static struct platform_driver vmbus_pm_driver = {
	.shutdown = vmbus_pm_shutdown,
	.driver = {
		.name = "lis_vmbus",
		KIT_DRIVER_PM(vmbus_bus_pm)
	},
};

/**
 * vmbus_pm_init() - hook into hibernation, kexec and kdump
 *
 * Must be called before the first channel is offered: the place in the order of suspend depends on it.
 * Context: sleeps. Return: 0 or -errno.
 */
int vmbus_pm_init(void)
{
	int err = platform_driver_register(&vmbus_pm_driver);

	if (err)
		return err;
	pm_device = platform_device_register_simple("lis_vmbus", -1, NULL, 0);
	if (IS_ERR(pm_device)) {
		platform_driver_unregister(&vmbus_pm_driver);
		return PTR_ERR(pm_device);
	}
	register_syscore(&vmbus_syscore);
	hv_setup_kexec_handler(vmbus_kexec_handler);
	hv_setup_crash_handler(vmbus_crash_handler);
	return 0;
}

/**
 * vmbus_pm_exit() - undo vmbus_pm_init()
 */
void vmbus_pm_exit(void)
{
	hv_remove_crash_handler();
	hv_remove_kexec_handler();
	unregister_syscore(&vmbus_syscore);
	platform_device_unregister(pm_device);
	platform_driver_unregister(&vmbus_pm_driver);
}
