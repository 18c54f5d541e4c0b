/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of hv_vmbus share. Nothing here is seen by another module.
 *
 * Lock order: connection.channel_mutex -> connection.waiter_lock, channel->sched_lock (each a leaf).
 */
#ifndef _LIS_VMBUS_H
#define _LIS_VMBUS_H

#include <linux/hyperv.h>
#include <linux/acpi.h>
#include <linux/cpumask.h>
#include "msg_check.h"

/* ---- hypervisor.c: what the hypervisor offers (wire/01 1) ---- */

struct hv_caps {
	u32 max_leaf;
	u32 features; /* leaf 3 EAX */
	u32 privileges; /* leaf 3 EBX */
	u32 misc; /* leaf 3 EDX */
	u32 hints; /* leaf 4 EAX */
	u32 isolation; /* type, 0: none */
	u32 version[4]; /* leaf 2 */
};

extern struct hv_caps hv_caps;

/*
 * Fill hv_caps. 0, or -ENODEV when this is no ordinary Hyper-V guest (no Hyper-V, root partition, isolated VM,
 * missing privileges, kernel runs as a guest of another hypervisor); the reason is logged.
 */
int hv_detect(void);

/* ---- hypercall.c: hypercall page and calls (wire/01 4, 5) ---- */

int hv_hypercall_init(void);
void hv_hypercall_exit(void);
/* Give up the page from a crash or kexec path: registers only, no memory freed. */
void hv_hypercall_shutdown(void);
bool hv_hypercall_is_ours(void);

/* Post len bytes (<= 240) to connection conn_id. Any context. Return a hypercall status. */
u16 hv_post_message(u32 conn_id, const void *payload, u32 len);
/* Any context. Return a hypercall status. */
u16 hv_signal_event(u32 conn_id, u16 flag);

/* ---- synic.c: per-CPU SynIC and the interrupt (wire/01 6, 11, 13) ---- */

struct hv_percpu {
	void *message_page;
	void *event_page;
	struct hvw_post_message *post_page;
	u32 vp_index;
	bool synic_on;
	bool timer_on; /* the kernel's timer on this CPU takes expiry messages */
};

struct hv_percpu *hv_this_cpu(void);
struct hv_percpu *hv_cpu(unsigned int cpu);
u32 hv_cpu_to_vp(unsigned int cpu);

int hv_synic_alloc(void);
void hv_synic_free(void);
/* Install the interrupt and bring the SynIC up on all online CPUs and those that come. Sleeps. */
int hv_synic_init(void);
void hv_synic_exit(void);
/* The vector the host raises. */
unsigned int vmbus_interrupt_vector(void);
/* May the host interrupt the connect CPU only? So where the kernel has no vector for hypervisors. */
bool vmbus_one_cpu_interrupts(void);
void hv_stop_timer_messages(void);
void hv_synic_enable_regs(unsigned int cpu);
void hv_synic_disable_regs(unsigned int cpu);

/* Free the slot a message was copied from and tell the host if more are queued (wire/01 6.6). */
void hv_message_done(struct hvw_message *slot, u32 old_type);

extern int vmbus_legacy_irq; /* from ACPI; <= 0: none */
extern u64 vmbus_stat_messages, vmbus_stat_events, vmbus_stat_bad_messages;

/* ---- connection.c: contact, messages, waiters (wire/02 2, 3) ---- */

enum vmbus_conn_state { VMBUS_DISCONNECTED, VMBUS_CONNECTING, VMBUS_CONNECTED };

struct vmbus_connection {
	atomic_t state; /* enum vmbus_conn_state; the crash path swaps it */
	u32 msg_conn_id;
	u32 msg_vp; /* VP that host messages come to */
	unsigned int connect_cpu;
	void *int_page; /* host's half, then ours at VMBUS_INT_PAGE_SEND */
	void *monitor_pages[2]; /* host's, ours */

	spinlock_t waiter_lock;
	struct list_head waiters;

	struct mutex channel_mutex; /* guards channel_list and every sc_list */
	struct list_head channel_list;
	struct vmbus_channel **relids; /* VMBUS_RELID_MAX + 1 entries, read under RCU */

	struct workqueue_struct *control_wq; /* ordered: offers and rescinds in the host's order; never waits */
	struct workqueue_struct *device_wq; /* one work per channel: probe, remove; may wait for the host */
	atomic_t control_pending;
	atomic_t next_gpadl;
	atomic_t offers_pending; /* add works not over yet */
	atomic_t rescind_calls; /* drivers' rescind callbacks that run */
	struct completion all_offers;
	wait_queue_head_t idle_wait; /* woken when offers_pending, rescind_calls or channel_list shrink */
	bool suspended;
	bool closing; /* the module is going: offers are no longer taken */
};

extern struct vmbus_connection vmbus_connection;

/* One request whose answer is awaited. */
struct vmbus_waiter {
	struct list_head entry;
	u32 reply_type; /* VMBUS_MSG_* */
	u32 key1, key2; /* meaning depends on reply_type: relid, gpadl, open id */
	struct vmbus_channel *channel; /* rescind of it ends the wait; may be NULL */
	struct completion done;
	bool rescinded;
	u32 reply_len;
	u8 reply[HVW_MSG_PAYLOAD_MAX];
};

void vmbus_waiter_add(struct vmbus_waiter *w, u32 reply_type, u32 key1, u32 key2, struct vmbus_channel *channel);
/* Sleeps. 0, -ENODEV (rescinded) or -ETIMEDOUT; the waiter is off the list afterwards. */
int vmbus_waiter_wait(struct vmbus_waiter *w);
void vmbus_waiter_cancel(struct vmbus_waiter *w);
void vmbus_wake_channel_waiters(struct vmbus_channel *channel);

int vmbus_conn_init(void);
void vmbus_conn_exit(void);
/* Negotiate, newest version first or, when version is not 0, exactly that one. Sleeps. */
int vmbus_connect(u32 version);
int vmbus_request_offers(void);
void vmbus_unload(void); /* UNLOAD and wait; sleeps */
void vmbus_unload_crash(void); /* UNLOAD by polling; panic context */
/* Post a control message, retrying the transient statuses (wire/02 2). 0 or -errno. */
int vmbus_post_msg(const void *msg, u32 len, bool can_sleep);
/* From the interrupt: one VMBus message of len bytes, in a private zero-filled 240-byte copy. */
void vmbus_on_message(const void *payload, u32 len);

/* ---- channel_mgmt.c: offers, rescinds, relids (wire/02 5, 7.4) ---- */

void vmbus_on_offer(const struct vmbus_msg_offer *offer);
void vmbus_on_rescind(u32 relid);
struct vmbus_channel *vmbus_channel_get(struct vmbus_channel *channel);
void vmbus_channel_put(struct vmbus_channel *channel);
/* Caller holds rcu_read_lock(). */
struct vmbus_channel *vmbus_relid_to_channel(u32 relid);
void vmbus_remove_all_channels(void);
void vmbus_wait_rescind_calls(void);
/* A subchannel was closed by its driver: if the host has rescinded it, it goes now. Sleeps. */
void vmbus_subchannel_closed(struct vmbus_channel *sub);
/* Take a channel whose device is gone off the lists and give its relid back. Sleeps. */
void vmbus_channel_remove(struct vmbus_channel *channel);
/* A subchannel that still has its sysfs folder, referenced, or NULL. */
struct vmbus_channel *vmbus_sub_with_folder(struct vmbus_channel *primary);
void vmbus_release_relid(struct vmbus_channel *channel);
/* The host set event flag `relid`. Interrupt context. */
void vmbus_channel_event(u32 relid);
void vmbus_detach_callback(struct vmbus_channel *channel);
unsigned int vmbus_class_number(const guid_t *type);
bool vmbus_class_is_performance(const guid_t *type);

/* ---- affinity.c: which CPU serves a channel ---- */
void vmbus_assign_cpu(struct vmbus_channel *channel);
void vmbus_release_cpu(struct vmbus_channel *channel);
/* Does a channel target this CPU, so that it may not go offline? Tries to move channels first. */
int vmbus_cpu_may_leave(unsigned int cpu);
int vmbus_set_target_cpu(struct vmbus_channel *channel, unsigned int cpu);

/* ---- ring.c ---- */
int hv_ring_init(struct hv_ring_buffer_info *ring, struct page *pages, u32 page_count, u32 copy_size);
void hv_ring_cleanup(struct hv_ring_buffer_info *ring);

/* One piece of a packet on its way into the ring. */
struct hv_ring_piece {
	const void *base;
	u32 len;
};

/*
 * Write one packet: pieces[0] starts with its descriptor d, which is completed here. Any context.
 * 0, -EAGAIN (ring or request table full), -ENODEV (rescinded) or -EINVAL.
 */
int hv_ring_write(struct vmbus_channel *channel, struct vmpacket_descriptor *d, const struct hv_ring_piece *pieces,
		  u32 count, u64 requestid, u64 *trans_id, bool more);

/* ---- bus.c ---- */
extern struct bus_type hv_bus;
int vmbus_bus_init(void);
void vmbus_bus_exit(void);
struct hv_device *vmbus_device_create(struct vmbus_channel *channel);
/* Publish the device; the driver's probe runs within. On failure the device is gone. Sleeps. */
int vmbus_device_register(struct hv_device *dev);
struct device *vmbus_root_device(void);

/* ---- sysfs.c: /sys/bus/vmbus as the in-box one (wire/02 12) ---- */
extern const struct attribute_group *vmbus_dev_groups[];
int vmbus_bus_sysfs_add(void);
void vmbus_bus_sysfs_del(void);
/* Folder channels/ of a device, after device_register(); removed before device_unregister(). Sleeps. */
int vmbus_device_sysfs_add(struct hv_device *dev);
void vmbus_device_sysfs_del(struct hv_device *dev);
/* Folder channels/<relid> of a channel. Sleeps; not under channel_mutex, which the files take. */
int vmbus_channel_sysfs_add(struct hv_device *dev, struct vmbus_channel *channel);
void vmbus_channel_sysfs_del(struct vmbus_channel *channel);

/* ---- debugfs.c ---- */
void vmbus_debugfs_init(void);
void vmbus_debugfs_exit(void);
void vmbus_debugfs_add(struct hv_device *dev);
void vmbus_debugfs_del(struct hv_device *dev);

/* ---- acpi.c, mmio.c ---- */
/* Find the ACPI device, its parents' memory windows and its IRQ; sets vmbus_legacy_irq. 0 or -errno. */
int vmbus_acpi_init(void);
void vmbus_acpi_exit(void);
struct acpi_device *vmbus_acpi_device(void);
/* Add a window found in an ancestor's _CRS; merges, cuts the TPM window (wire/01 12). */
int vmbus_mmio_add_window(u64 start, u64 end);
void vmbus_mmio_reserve_fb(void);
void vmbus_mmio_exit(void);

/* ---- panic.c: crash report and crash UNLOAD (wire/01 10, wire/02 10.3) ---- */
int vmbus_panic_init(void);
void vmbus_panic_exit(void);
struct pt_regs;
/* Report a crash in the register form, once; regs may be NULL. Panic context. */
void vmbus_report_regs(struct pt_regs *regs);

/* ---- pm.c: kexec, hibernation (wire/02 10) ---- */
extern const struct dev_pm_ops vmbus_dev_pm; /* of the devices on the bus */
extern const struct dev_pm_ops vmbus_dev_pm;
/* Before the first channel is offered: the order of suspend is that of registration. */
int vmbus_pm_init(void);
void vmbus_pm_exit(void);
int vmbus_bus_suspend(void);
int vmbus_bus_resume(void);

#endif
