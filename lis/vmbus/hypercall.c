// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the hypercall page and the calls VMBus needs (docs/wire/01-hypervisor.md 4, 5).
 *
 * Kernels from 4.12 on own the guest OS id and the hypercall page; there every call goes through the kernel's helper,
 * and neither register is ever written. On older kernels the page is ours: set up here, given back on unload.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/mshyperv.h>
#include "vmbus.h"
#include "trace.h"

static struct page *hv_page; /* backs our page; NULL: the kernel owns the page */
static void *hv_page_exec; /* its executable mapping */
static bool hv_os_id_set;

bool hv_hypercall_is_ours(void)
{
	return hv_page_exec;
}

static u64 hv_addr(void *p)
{
	return p ? virt_to_phys(p) : 0;
}

/**
 * vmbus_hypercall() - make a slow hypercall
 * @control: hypercall input value (wire/01 5.1), not fast
 * @input: input block in the linear mapping, 8-byte aligned, within one page; or NULL
 * @output: output block under the same rules, or NULL
 *
 * Any context; the caller keeps the blocks from being reused meanwhile (interrupts off for per-CPU pages).
 * Return: the hypercall's result value; ~0 when no hypercall can be made.
 */
u64 vmbus_hypercall(u64 control, void *input, void *output)
{
	if (hv_page_exec)
		return kit_page_hypercall(hv_page_exec, control, hv_addr(input), hv_addr(output));
	return hv_do_hypercall(control, input, output);
}
EXPORT_SYMBOL_GPL(vmbus_hypercall);

/**
 * vmbus_hypercall_rep() - make a rep hypercall, continuing until all reps are done (wire/01 5.6)
 * @code: call code
 * @reps: number of list elements
 * @varhead: size of the variable header in 8-byte units
 * @input: input block in the linear mapping, 8-byte aligned, within one page
 *
 * Any context. The loop ends at the first error or when a call makes no progress.
 * Return: the last result value; its status is HVW_STATUS_SUCCESS only when all reps are done.
 */
u64 vmbus_hypercall_rep(u16 code, u16 reps, u16 varhead, void *input)
{
	u64 control = code | (u64)varhead << 17 | (u64)reps << HVW_HC_REP_COUNT_SHIFT;
	u64 result = ~0ULL;
	u32 done = 0;

	while (done < reps) {
		u32 now;

		result = vmbus_hypercall(control | (u64)done << HVW_HC_REP_START_SHIFT, input, NULL);
		if ((result & HVW_HC_STATUS_MASK) != HVW_STATUS_SUCCESS)
			return result;
		now = HVW_HC_REPS_DONE(result);
		if (now <= done || now > reps)
			return ~0ULL;
		done = now;
	}
	return result;
}
EXPORT_SYMBOL_GPL(vmbus_hypercall_rep);

/**
 * vmbus_ext_capabilities() - the hypervisor's extended capabilities (wire/01 5.8, call 0x8001)
 *
 * May sleep. Return: the capability bits, 0 when the call is not offered.
 */
u64 vmbus_ext_capabilities(void)
{
	u64 *out, caps = 0;

	if (!(hv_caps.privileges & HVW_PRIV_EXT_HYPERCALLS))
		return 0;
	out = (u64 *)get_zeroed_page(GFP_KERNEL);
	if (!out)
		return 0;
	if ((vmbus_hypercall(HVW_CALL_QUERY_EXT_CAPS, NULL, out) & HVW_HC_STATUS_MASK) == HVW_STATUS_SUCCESS)
		caps = *out;
	free_page((unsigned long)out);
	return caps;
}
EXPORT_SYMBOL_GPL(vmbus_ext_capabilities);

u16 hv_post_message(u32 conn_id, const void *payload, u32 len)
{
	struct hvw_post_message *msg;
	unsigned long flags;
	u64 result;

	local_irq_save(flags);
	msg = hv_this_cpu()->post_page;
	msg->connection_id = conn_id;
	msg->reserved = 0;
	msg->message_type = HVW_MSG_TYPE_VMBUS;
	msg->payload_size = len;
	memcpy(msg->payload, payload, len);
	result = vmbus_hypercall(HVW_CALL_POST_MESSAGE, msg, NULL);
	local_irq_restore(flags);
	return result & HVW_HC_STATUS_MASK;
}

u16 hv_signal_event(u32 conn_id, u16 flag)
{
	u64 input = conn_id | (u64)flag << 32;

	trace_vmbus_signal(conn_id);
	if (hv_page_exec)
		return kit_page_hypercall(hv_page_exec, HVW_CALL_SIGNAL_EVENT | HVW_HC_FAST, input, 0) &
		       HVW_HC_STATUS_MASK;
	return hv_do_fast_hypercall8(HVW_CALL_SIGNAL_EVENT, input) & HVW_HC_STATUS_MASK;
}

/* major << 16 | minor << 8 | patch of the running kernel: told to the host, never tested. */
static u64 hv_release_number(void)
{
	char *at = init_utsname()->release;
	unsigned int shift;
	u64 number = 0;

	for (shift = 24; shift && *at;) {
		shift -= 8;
		number |= (u64)(simple_strtoul(at, &at, 10) & 0xFF) << shift;
		if (*at != '.')
			break;
		at++;
	}
	return number;
}

static void hv_set_os_id(void)
{
	u64 id;

	rdmsrq(HVW_MSR_GUEST_OS_ID, id);
	if (id)
		return;
	wrmsrq(HVW_MSR_GUEST_OS_ID, HVW_OS_ID_LINUX | hv_release_number() << 16);
	hv_os_id_set = true;
}

static int hv_page_enable(void)
{
	u64 reg;

	hv_page = alloc_page(GFP_KERNEL);
	if (!hv_page)
		return -ENOMEM;
	hv_page_exec = vmap(&hv_page, 1, VM_MAP, PAGE_KERNEL_EXEC);
	if (!hv_page_exec)
		return -ENOMEM;
	hv_set_os_id();
	rdmsrq(HVW_MSR_HYPERCALL, reg);
	reg &= HVW_PAGE_REG_PRESERVE;
	wrmsrq(HVW_MSR_HYPERCALL, reg | (u64)page_to_pfn(hv_page) << HVW_PAGE_SHIFT | HVW_PAGE_REG_ENABLE);
	rdmsrq(HVW_MSR_HYPERCALL, reg);
	if (reg & HVW_PAGE_REG_ENABLE)
		return 0;
	pr_err("the hypervisor refused the hypercall page\n");
	return -EIO;
}

int hv_hypercall_init(void)
{
	u64 reg;
	int ret;

	rdmsrq(HVW_MSR_HYPERCALL, reg);
	if (kit_kernel_hypercalls()) {
		if (reg & HVW_PAGE_REG_ENABLE)
			return 0;
		pr_err("the kernel set up no hypercall page\n");
		return -ENODEV;
	}
	/* A page enabled here belongs to nobody alive (firmware, a kernel before kexec), but cannot move if locked. */
	if (reg & HVW_PAGE_REG_LOCKED) {
		pr_err("the hypercall page is locked by an earlier owner\n");
		return -EBUSY;
	}
	ret = hv_page_enable();
	if (ret)
		hv_hypercall_exit();
	return ret;
}

void hv_hypercall_shutdown(void)
{
	if (!hv_page_exec)
		return;
	hv_page_exec = NULL;
	if (hv_os_id_set)
		wrmsrq(HVW_MSR_GUEST_OS_ID, 0);
	wrmsrq(HVW_MSR_HYPERCALL, 0);
}

void hv_hypercall_exit(void)
{
	void *mapping = hv_page_exec;

	hv_hypercall_shutdown();
	if (mapping)
		vunmap(mapping);
	if (hv_page)
		__free_page(hv_page);
	hv_page = NULL;
}
