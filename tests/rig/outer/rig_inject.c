// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the outer machine, and nothing else: QEMU's emulated SVM delivers an interrupt that KVM injects (EVENTINJ) at
 * once, and keeps its vector as a pending exception, too, until the guest's next exit. If the processor's loop ends
 * before that, by a kick that brings no interrupt, the vector is delivered again, whether the guest's interrupts are on
 * or off. So there is an exit at once: an interrupt of the machine itself waits when a guest is entered with an
 * injected one, as when KVM asks for an immediate exit.
 */
#include <linux/kprobes.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <asm/svm.h>

/* How kvm_amd's own view of a virtual processor begins. */
struct rig_vcpu {
	struct kvm_vcpu vcpu;
	struct vmcb *vmcb;
};

static unsigned long exits;
module_param(exits, ulong, 0444);
MODULE_PARM_DESC(exits, "Entries that were made to end at once");

/* Interrupts are off until the guest is entered. */
static int rig_before_entry(struct kprobe *p, struct pt_regs *regs)
{
	struct vmcb_control_area *c = &((struct rig_vcpu *)regs->di)->vmcb->control;
	const u32 mask = SVM_EVTINJ_VALID | SVM_EVTINJ_TYPE_MASK;

	if ((c->event_inj & mask) == (SVM_EVTINJ_VALID | SVM_EVTINJ_TYPE_INTR)) {
		smp_send_reschedule(raw_smp_processor_id());
		exits++;
	}
	return 0;
}

static struct kprobe rig_probe = {
	.symbol_name = "svm_vcpu_run",
	.pre_handler = rig_before_entry,
};

static int __init rig_inject_init(void)
{
	return register_kprobe(&rig_probe);
}

static void __exit rig_inject_exit(void)
{
	unregister_kprobe(&rig_probe);
}

module_init(rig_inject_init);
module_exit(rig_inject_exit);
MODULE_DESCRIPTION("An exit behind each injected interrupt, for an emulated SVM");
MODULE_LICENSE("GPL v2");
