// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the SynIC of each CPU and the interrupt that serves it (docs/wire/01-hypervisor.md 6, 11, 13).
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <asm/barrier.h>
#include <asm/mshyperv.h>
#include <asm/msr.h>
#include <clocksource/hyperv_timer.h>
#include "vmbus.h"

#define HV_TIMER_KICK 10000 /* 1 ms in units of the reference time */
#define EVENT_WORDS (HVW_EVENT_FLAGS / BITS_PER_LONG)

u64 vmbus_stat_messages, vmbus_stat_events, vmbus_stat_bad_messages;

static struct hv_percpu *hv_cpus; /* indexed by Linux CPU number */
static int hv_cpuhp_state = -1;
int vmbus_legacy_irq;

static bool hv_legacy_irq_taken;

struct hv_percpu *hv_cpu(unsigned int cpu)
{
	return &hv_cpus[cpu];
}

struct hv_percpu *hv_this_cpu(void)
{
	return &hv_cpus[raw_smp_processor_id()];
}

u32 hv_cpu_to_vp(unsigned int cpu)
{
	return hv_cpus[cpu].vp_index;
}

static struct hvw_message *hv_message_slot(struct hv_percpu *pc)
{
	return (struct hvw_message *)pc->message_page + HVW_SINT_VMBUS;
}

static unsigned long *hv_event_words(struct hv_percpu *pc)
{
	return (unsigned long *)((u8 *)pc->event_page + HVW_SINT_VMBUS * (HVW_EVENT_FLAGS / 8));
}

void hv_message_done(struct hvw_message *slot, u32 old_type)
{
	/* A compare-and-swap: while crashing, another CPU may free the same slot. */
	if (cmpxchg(&slot->type, old_type, HVW_MSG_TYPE_NONE) != old_type)
		return;
	/* The host looks at the type after setting the flag, we the other way round: neither may be reordered. */
	virt_mb();
	if (READ_ONCE(slot->flags) & HVW_MSG_FLAG_PENDING)
		wrmsrq(HVW_MSR_EOM, 0);
}

static void hv_vmbus_message(const struct hvw_message *slot)
{
	u8 copy[HVW_MSG_PAYLOAD_MAX];
	u32 len = READ_ONCE(slot->payload_size);

	vmbus_stat_messages++;
	if (len > sizeof(copy)) {
		vmbus_stat_bad_messages++;
		return;
	}
	memcpy(copy, slot->payload, len);
	memset(copy + len, 0, sizeof(copy) - len);
	vmbus_on_message(copy, len);
}

static void hv_take_message(struct hv_percpu *pc)
{
	struct hvw_message *slot = hv_message_slot(pc);
	u32 type = READ_ONCE(slot->type);

	if (type == HVW_MSG_TYPE_NONE)
		return;
	virt_rmb(); /* the type is written last */
	if (type == HVW_MSG_TYPE_TIMER) {
		if (READ_ONCE(pc->timer_on))
			hv_stimer0_isr();
	} else if (type == HVW_MSG_TYPE_VMBUS) {
		hv_vmbus_message(slot);
	}
	hv_message_done(slot, type);
}

/* Claim each word of a bit map the host sets, and serve the channels whose bits were set. */
static void hv_scan_events(unsigned long *words, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		unsigned long bits;

		if (!READ_ONCE(words[i]))
			continue;
		bits = xchg(&words[i], 0);
		while (bits) {
			unsigned int bit = __ffs(bits);

			bits &= bits - 1;
			vmbus_channel_event(i * BITS_PER_LONG + bit);
		}
	}
}

/* Before 2.4 only flag 0 is set, and the host's half of the interrupt page names the channels (wire/02 8.1). */
static void hv_take_events(struct hv_percpu *pc)
{
	unsigned long *words = hv_event_words(pc);

	if (vmbus_proto_version >= VMBUS_VERSION_2_4)
		hv_scan_events(words, EVENT_WORDS);
	else if (xchg(&words[0], 0) & 1)
		hv_scan_events(vmbus_connection.int_page, EVENT_WORDS);
}

static void vmbus_isr(void)
{
	struct hv_percpu *pc = hv_this_cpu();

	if (!pc->message_page || !pc->event_page)
		return;
	hv_take_events(pc);
	hv_take_message(pc);
	kit_add_interrupt_randomness(vmbus_interrupt_vector());
}

static irqreturn_t vmbus_legacy_isr(int irq, void *context)
{
	vmbus_isr();
	return IRQ_HANDLED;
}
KIT_IRQ_HANDLER_ADAPTER(vmbus_legacy_isr);

/* The vector SINT 2 is to raise: the kernel's own callback vector, or that of the ACPI device's IRQ. */
unsigned int vmbus_interrupt_vector(void)
{
	unsigned int vector = kit_hv_callback_vector();

	return vector ? vector : kit_isa_irq_vector(vmbus_legacy_irq);
}

/*
 * The kernel runs the handler of an ordinary IRQ on one CPU at a time, and knows its vector on the boot CPU for certain
 * only. An interrupt on a second CPU would be taken for one more on the first: the second CPU's flags would stay.
 */
bool vmbus_one_cpu_interrupts(void)
{
	return !kit_hv_callback_vector();
}

static void hv_irq_remove(void)
{
	if (kit_hv_callback_vector())
		hv_remove_vmbus_handler();
	else if (hv_legacy_irq_taken)
		free_irq(vmbus_legacy_irq, &hv_cpus);
	hv_legacy_irq_taken = false;
}

static int hv_legacy_irq_install(void)
{
	int ret;

	if (vmbus_legacy_irq <= 0) {
		pr_err("this kernel has no hypervisor vector, and the VMBus ACPI device names no IRQ\n");
		return -ENODEV;
	}
	/* Moved to another CPU, it might get another vector than the SINT was told. */
	ret = request_irq(vmbus_legacy_irq, KIT_IRQ_HANDLER(vmbus_legacy_isr), IRQF_NOBALANCING, "hyperv", &hv_cpus);
	if (ret) {
		pr_err("IRQ %d of the VMBus ACPI device is taken: %d\n", vmbus_legacy_irq, ret);
		return ret;
	}
	hv_legacy_irq_taken = true;
	/* The number is the host's. A SINT told one of the CPU's own vectors would be a general protection fault. */
	if (vmbus_interrupt_vector() >= HVW_SINT_VECTOR_MIN)
		return 0;
	pr_err("IRQ %d of the VMBus ACPI device has no vector that is known\n", vmbus_legacy_irq);
	hv_irq_remove();
	return -ENODEV;
}

static int hv_irq_install(void)
{
	if (!kit_hv_callback_vector())
		return hv_legacy_irq_install();
	hv_setup_vmbus_handler(vmbus_isr);
	return 0;
}

/* Out of line, once for all: every access to such a register is patched when the module loads. */
static noinline void hv_msr_update(u32 msr, u64 keep, u64 set)
{
	u64 reg;

	rdmsrq(msr, reg);
	wrmsrq(msr, (reg & keep) | set);
}

static void hv_page_reg_on(u32 msr, void *page)
{
	hv_msr_update(msr, HVW_PAGE_REG_PRESERVE, virt_to_phys(page) | HVW_PAGE_REG_ENABLE);
}

static void hv_page_reg_off(u32 msr)
{
	hv_msr_update(msr, HVW_PAGE_REG_PRESERVE, 0);
}

/* AutoEOI unless the host advises against it and the kernel's entry code writes the EOI itself (wire/01 6.4). */
static void hv_sint_on(void)
{
	u64 set = vmbus_interrupt_vector();

	if (!(hv_caps.hints & HVW_HINT_NO_AUTO_EOI) || !kit_hv_callback_writes_eoi())
		set |= HVW_SINT_AUTO_EOI;
	hv_msr_update(HVW_MSR_SINT0 + HVW_SINT_VMBUS,
		      ~(u64)(HVW_SINT_VECTOR_MASK | HVW_SINT_MASKED | HVW_SINT_AUTO_EOI | HVW_SINT_POLLING), set);
}

/*
 * What the CPU did not serve before its SynIC went off must not stay: the host waits for a full slot to be emptied, and
 * raises no interrupt for a flag that is already set. The pages are the hypervisor's (an overlay that keeps its content
 * while it is off), so they can be cleared only when they are on. Nothing but a timer message can come at that moment.
 */
static void hv_forget_pending(struct hv_percpu *pc)
{
	struct hvw_message *slot = hv_message_slot(pc);

	memset(hv_event_words(pc), 0, HVW_EVENT_FLAGS / 8);
	WRITE_ONCE(slot->type, HVW_MSG_TYPE_NONE);
	virt_mb();
	wrmsrq(HVW_MSR_EOM, 0);
}

/*
 * The timer may have expired in vain while the SynIC was off, or its message was just forgotten: Linux waits for it and
 * sets no other. One expiry more does no harm.
 */
static void hv_kick_timer(void)
{
	u64 config, now;

	if (!(hv_caps.features & HVW_PRIV_STIMER) || !(hv_caps.features & HVW_PRIV_REF_COUNTER))
		return;
	rdmsrq(HVW_MSR_STIMER0_CONFIG, config);
	if (!(config & HVW_STIMER_AUTO_ENABLE) || (config & HVW_STIMER_DIRECT) ||
	    HVW_STIMER_SINT(config) != HVW_SINT_VMBUS)
		return;
	rdmsrq(HVW_MSR_TIME_REF_COUNT, now);
	wrmsrq(HVW_MSR_STIMER0_COUNT, now + HV_TIMER_KICK);
}

/* Runs on the CPU itself, interrupts off. */
void hv_synic_enable_regs(unsigned int cpu)
{
	struct hv_percpu *pc = hv_cpu(cpu);
	u64 reg;

	hv_page_reg_on(HVW_MSR_SIMP, pc->message_page);
	hv_page_reg_on(HVW_MSR_SIEFP, pc->event_page);
	hv_sint_on();
	hv_msr_update(HVW_MSR_SCONTROL, ~0ULL, HVW_SCONTROL_ENABLE);
	hv_forget_pending(pc);
	hv_kick_timer();
	rdmsrq(HVW_MSR_VP_INDEX, reg);
	pc->vp_index = reg;
	pc->synic_on = true;
}

/* Runs on the CPU itself, interrupts off. */
void hv_synic_disable_regs(unsigned int cpu)
{
	struct hv_percpu *pc = hv_cpu(cpu);

	if (!pc->synic_on)
		return;
	pc->synic_on = false;
	hv_msr_update(HVW_MSR_SINT0 + HVW_SINT_VMBUS, ~0ULL, HVW_SINT_MASKED);
	hv_page_reg_off(HVW_MSR_SIMP);
	hv_page_reg_off(HVW_MSR_SIEFP);
	hv_msr_update(HVW_MSR_SCONTROL, ~(u64)HVW_SCONTROL_ENABLE, 0);
}

static void hv_synic_enable_local(void *unused)
{
	hv_synic_enable_regs(raw_smp_processor_id());
}

static void hv_synic_disable_local(void *unused)
{
	hv_synic_disable_regs(raw_smp_processor_id());
}

static int hv_alloc_cpu(unsigned int cpu)
{
	struct hv_percpu *pc = hv_cpu(cpu);

	if (!pc->message_page)
		pc->message_page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!pc->event_page)
		pc->event_page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!pc->post_page)
		pc->post_page = (void *)get_zeroed_page(GFP_KERNEL);
	return pc->message_page && pc->event_page && pc->post_page ? 0 : -ENOMEM;
}

static int hv_cpu_up(unsigned int cpu)
{
	int ret = hv_alloc_cpu(cpu);

	if (ret)
		return ret;
	smp_call_function_single(cpu, hv_synic_enable_local, NULL, 1);
	WRITE_ONCE(hv_cpu(cpu)->timer_on, true);
	hv_stimer_legacy_init(cpu, HVW_SINT_VMBUS);
	return 0;
}

/* Before the clock event devices of all CPUs are unbound. */
void hv_stop_timer_messages(void)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		WRITE_ONCE(hv_cpu(cpu)->timer_on, false);
}

static int hv_cpu_down(unsigned int cpu)
{
	int ret;

	if (atomic_read(&vmbus_connection.state) == VMBUS_CONNECTED) {
		ret = vmbus_cpu_may_leave(cpu);
		if (ret)
			return ret;
	}
	/* A message of the last expiry may still come when the clock event device has lost its handler. */
	WRITE_ONCE(hv_cpu(cpu)->timer_on, false);
	hv_stimer_legacy_cleanup(cpu);
	smp_call_function_single(cpu, hv_synic_disable_local, NULL, 1);
	return 0;
}

/* Pages of every CPU present now; those of later CPUs come when they do. */
int hv_synic_alloc(void)
{
	unsigned int cpu;

	hv_cpus = kcalloc(nr_cpu_ids, sizeof(*hv_cpus), GFP_KERNEL);
	if (!hv_cpus)
		return -ENOMEM;
	for_each_present_cpu(cpu) {
		if (hv_alloc_cpu(cpu)) {
			hv_synic_free();
			return -ENOMEM;
		}
	}
	return 0;
}

void hv_synic_free(void)
{
	unsigned int cpu;

	for (cpu = 0; hv_cpus && cpu < nr_cpu_ids; cpu++) {
		free_page((unsigned long)hv_cpus[cpu].message_page);
		free_page((unsigned long)hv_cpus[cpu].event_page);
		free_page((unsigned long)hv_cpus[cpu].post_page);
	}
	kfree(hv_cpus);
	hv_cpus = NULL;
}

int hv_synic_init(void)
{
	int ret = hv_irq_install();

	if (ret)
		return ret;
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "hyperv/vmbus:online", hv_cpu_up, hv_cpu_down);
	if (ret < 0) {
		hv_irq_remove();
		return ret;
	}
	hv_cpuhp_state = ret;
	return 0;
}

void hv_synic_exit(void)
{
	if (hv_cpuhp_state < 0)
		return;
	cpuhp_remove_state(hv_cpuhp_state);
	hv_cpuhp_state = -1;
	/* Every SINT is masked by now; the handler may go. */
	hv_irq_remove();
}
