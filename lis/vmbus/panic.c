// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what the host is told when this kernel dies (docs/wire/01-hypervisor.md 10, wire/02 10.3).
 *
 * First UNLOAD, so that the host stops writing into memory a dump kernel is about to use; then one report, in one of
 * two forms: the tail of the kernel log (the host's event log then shows it), or five registers. From 6.5 on the
 * kernel's built-in code sends the report; whether it does cannot be seen from headers or exports, and vendors have
 * moved it to older kernels, but it shows at run time: the switch kernel.hyperv_record_panic_msg exists before we
 * create it. We then only unload.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <linux/gfp.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sysctl.h>
#include <asm/io.h>
#include <asm/msr.h>
#include "vmbus.h"

#define RECORD_PANIC_MSG_PATH "/proc/sys/kernel/hyperv_record_panic_msg"

static int record_panic_msg = 1;
module_param(record_panic_msg, int, 0644);
MODULE_PARM_DESC(record_panic_msg, "On panic send the tail of the kernel log to the host (1) or only registers (0)");

static atomic_t reported = ATOMIC_INIT(0);
static bool may_report; /* crash registers exist and nobody else reports */
static bool text_form; /* the host takes text and the kernel hands us its log */
static char *text_page; /* the host reads it after this kernel is dead: whole pages, physically contiguous */
static struct ctl_table_header *sysctl_header;

/* Registers of the last oops, for the panic that may follow it. */
static struct {
	struct task_struct *task;
	u64 err, ip, ax, sp;
} last_die;

/* At most one report per crash: the host takes the second for another crash. */
static bool claim_report(void)
{
	return may_report && !atomic_xchg(&reported, 1);
}

/* One place for all: every write of such a register is patched when the module loads. */
static noinline void tell_host(const u64 p[5], u64 ctl)
{
	unsigned int i;

	for (i = 0; i < 5; i++)
		wrmsrq(HVW_MSR_CRASH_P0 + i, p[i]);
	wrmsrq(HVW_MSR_CRASH_CTL, ctl);
}

static void report_values(u64 err, u64 ip, u64 ax, u64 sp)
{
	u64 p[5] = { err, 0, ip, ax, sp };

	rdmsrq(HVW_MSR_GUEST_OS_ID, p[1]);
	tell_host(p, HVW_CRASH_CTL_NOTIFY);
}

/**
 * vmbus_report_regs() - report a crash in the register form, unless it has been reported
 * @regs: where it happened, or NULL for where the last oops of this task did
 *
 * Context: panic; any.
 */
void vmbus_report_regs(struct pt_regs *regs)
{
	if (!claim_report())
		return;
	if (regs)
		report_values(0, instruction_pointer(regs), regs_return_value(regs), kernel_stack_pointer(regs));
	else if (last_die.task == current)
		report_values(last_die.err, last_die.ip, last_die.ax, last_die.sp);
	else
		report_values(0, (unsigned long)__builtin_return_address(0), 0, (unsigned long)&regs);
}

static void report_text(u32 len)
{
	u64 p[5] = { 0, 0, 0, virt_to_phys(text_page), len };

	tell_host(p, HVW_CRASH_CTL_NOTIFY | HVW_CRASH_CTL_MSG);
}

/* The kernel hands out its log while it panics; on old kernels before the panic notifiers, so unload here, too. */
static void vmbus_kmsg_dump(struct kit_kmsg *log)
{
	size_t len;

	vmbus_unload_crash();
	if (!record_panic_msg)
		return;
	len = kit_kmsg_tail(log, text_page, HVW_PAGE_SIZE);
	if (len && claim_report())
		report_text(len);
}
KIT_KMSG_DUMPER_ADAPTER(vmbus_kmsg_dump);

static struct kmsg_dumper vmbus_dumper = {
	KIT_KMSG_DUMPER(vmbus_kmsg_dump)
};

static int vmbus_panic_event(struct notifier_block *nb, unsigned long event, void *arg)
{
	vmbus_unload_crash();
	if (!text_form || !record_panic_msg)
		vmbus_report_regs(NULL);
	return NOTIFY_DONE;
}

static struct notifier_block vmbus_panic_nb = {
	.notifier_call = vmbus_panic_event,
	/* The last one: others may still need their VMBus device, a framebuffer to show the last lines. */
	.priority = INT_MIN,
};

/*
 * Whether this oops ends in a panic is not ours to know (panic_on_oops is exported by no kernel), so only note it: the
 * panic notifier or the crash handler comes next if it does.
 */
static int vmbus_die_event(struct notifier_block *nb, unsigned long event, void *arg)
{
	struct die_args *args = arg;

	if (event != DIE_OOPS || !args->regs)
		return NOTIFY_DONE;
	last_die.err = args->err;
	last_die.ip = instruction_pointer(args->regs);
	last_die.ax = regs_return_value(args->regs);
	last_die.sp = kernel_stack_pointer(args->regs);
	last_die.task = current;
	return NOTIFY_DONE;
}

static struct notifier_block vmbus_die_nb = {
	.notifier_call = vmbus_die_event,
};

static struct ctl_table vmbus_ctl_table[] = {
	{
		.procname = "hyperv_record_panic_msg",
		.data = &record_panic_msg,
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_ONE,
	},
	{}
};

static bool kernel_reports(void)
{
	struct path path;

	if (kern_path(RECORD_PANIC_MSG_PATH, 0, &path))
		return false;
	path_put(&path);
	return true;
}

/* Get ready for the text form; without it the register form is used. */
static void text_form_init(void)
{
	u64 ctl;

	rdmsrq(HVW_MSR_CRASH_CTL, ctl);
	if (!(ctl & HVW_CRASH_CTL_MSG))
		return;
	text_page = (char *)get_zeroed_page(GFP_KERNEL);
	if (!text_page)
		return;
	if (kmsg_dump_register(&vmbus_dumper)) {
		free_page((unsigned long)text_page);
		text_page = NULL;
		return;
	}
	text_form = true;
}

/**
 * vmbus_panic_init() - be called when this kernel dies
 *
 * The notifier is registered even without crash registers: UNLOAD is due in any case.
 *
 * Context: sleeps. Return: 0 or -errno.
 */
int vmbus_panic_init(void)
{
	int err;

	may_report = (hv_caps.misc & HVW_FEAT_CRASH_REGS) && !kernel_reports();
	err = atomic_notifier_chain_register(&panic_notifier_list, &vmbus_panic_nb);
	if (err)
		return err;
	if (!may_report)
		return 0;
	err = register_die_notifier(&vmbus_die_nb);
	if (err) {
		atomic_notifier_chain_unregister(&panic_notifier_list, &vmbus_panic_nb);
		return err;
	}
	text_form_init();
	/* Shown even where the host takes no text: tools look for it. Kernels too old for it have the parameter. */
	sysctl_header = register_sysctl_sz("kernel", vmbus_ctl_table, 1);
	return 0;
}

/**
 * vmbus_panic_exit() - undo vmbus_panic_init()
 */
void vmbus_panic_exit(void)
{
	if (sysctl_header)
		unregister_sysctl_table(sysctl_header);
	sysctl_header = NULL;
	if (text_form) {
		kmsg_dump_unregister(&vmbus_dumper);
		free_page((unsigned long)text_page);
		text_form = false;
	}
	if (may_report)
		unregister_die_notifier(&vmbus_die_nb);
	atomic_notifier_chain_unregister(&panic_notifier_list, &vmbus_panic_nb);
	may_report = false;
}
