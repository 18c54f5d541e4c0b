// SPDX-License-Identifier: GPL-2.0-only
/* The doors to KVM: what it must be able to do, the VM, interrupt routes. */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/exit_codes.h"
#include "core/log.h"
#include "internal.h"

#define NEST "run it in the rig's outer machine, whose KVM has it (tests/rig/README.md says how the rig nests)"

struct machine machine = { .kvm = -1, .vm = -1 };
struct counters counters;

static const struct {
	int cap;
	const char *name;
} needed[] = {
	{ KVM_CAP_HYPERV, "KVM_CAP_HYPERV" },
	{ KVM_CAP_HYPERV_TIME, "KVM_CAP_HYPERV_TIME" },
	{ KVM_CAP_HYPERV_SYNIC2, "KVM_CAP_HYPERV_SYNIC2" },
	{ KVM_CAP_HYPERV_VP_INDEX, "KVM_CAP_HYPERV_VP_INDEX" },
	{ KVM_CAP_HYPERV_EVENTFD, "KVM_CAP_HYPERV_EVENTFD" },
	{ KVM_CAP_SYS_HYPERV_CPUID, "KVM_CAP_SYS_HYPERV_CPUID" },
	{ KVM_CAP_X86_USER_SPACE_MSR, "KVM_CAP_X86_USER_SPACE_MSR" },
	{ KVM_CAP_X86_MSR_FILTER, "KVM_CAP_X86_MSR_FILTER" },
	{ KVM_CAP_IRQCHIP, "KVM_CAP_IRQCHIP" },
	{ KVM_CAP_PIT2, "KVM_CAP_PIT2" },
	{ KVM_CAP_IRQ_ROUTING, "KVM_CAP_IRQ_ROUTING" },
	{ KVM_CAP_IRQFD, "KVM_CAP_IRQFD" },
	{ KVM_CAP_IRQFD_RESAMPLE, "KVM_CAP_IRQFD_RESAMPLE" },
	{ KVM_CAP_SIGNAL_MSI, "KVM_CAP_SIGNAL_MSI" },
	{ KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT" },
	{ KVM_CAP_ADJUST_CLOCK, "KVM_CAP_ADJUST_CLOCK" },
};

int vm_ioctl(unsigned long request, void *arg)
{
	int r = ioctl(machine.vm, request, arg);

	return r < 0 ? -errno : r;
}

int vcpu_ioctl(const struct vcpu *v, unsigned long request, void *arg)
{
	int r = ioctl(v->fd, request, arg);

	return r < 0 ? -errno : r;
}

int kvm_open(void)
{
	unsigned int a, b, c, d;

	machine.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (machine.kvm < 0) {
		complain("there is no usable KVM", NEST, "/dev/kvm: %s", strerror(errno));
		return EXIT_NO_KVM;
	}
	if (ioctl(machine.kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION) {
		complain("there is no usable KVM", NEST, "/dev/kvm speaks another API version than %d", KVM_API_VERSION);
		return EXIT_NO_KVM;
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (ioctl(machine.kvm, KVM_CHECK_EXTENSION, needed[i].cap) > 0)
			continue;
		complain("this KVM cannot play Hyper-V", NEST, "/dev/kvm lacks %s", needed[i].name);
		return EXIT_NO_KVM;
	}
	/* kvm-amd takes vmmcall. Bit 2 of ECX: SVM. */
	machine.amd = __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & 4);
	machine.run_size = (size_t)ioctl(machine.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	machine.phys_bits = cpuid_phys_bits();
	return 0;
}

static int failed(const char *what, int err)
{
	complain("the virtual machine cannot be made", "look at the kernel log of this machine", "%s: %s", what, strerror(-err));
	return EXIT_HOST_ERROR;
}

/* Intel processors without unrestricted guest need three pages of their own. */
static int set_intel_pages(void)
{
	uint64_t map = LAYOUT_IDENTITY_MAP;
	int err = vm_ioctl(KVM_SET_IDENTITY_MAP_ADDR, &map);

	if (!err && ioctl(machine.vm, KVM_SET_TSS_ADDR, LAYOUT_TSS))
		err = -errno;
	return err;
}

static int make_chips(void)
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };
	int err = vm_ioctl(KVM_CREATE_IRQCHIP, NULL);

	return err ? err : vm_ioctl(KVM_CREATE_PIT2, &pit);
}

int kvm_make_vm(void)
{
	int err;

	machine.vm = ioctl(machine.kvm, KVM_CREATE_VM, 0);
	if (machine.vm < 0)
		return failed("KVM_CREATE_VM", -errno);
	err = set_intel_pages();
	if (err)
		return failed("KVM_SET_TSS_ADDR", err);
	err = make_chips();
	if (err)
		return failed("interrupt controllers and timer", err);
	err = hypercall_filter();
	return err ? failed("the filter of synthetic registers", err) : 0;
}

void kvm_drop_vm(void)
{
	if (machine.vm >= 0)
		close(machine.vm);
	machine.vm = -1;
}

static void route_chip(struct kvm_irq_routing *r, unsigned int gsi, unsigned int chip, unsigned int pin)
{
	r->entries[r->nr++] = (struct kvm_irq_routing_entry){
		.gsi = gsi, .type = KVM_IRQ_ROUTING_IRQCHIP, .u.irqchip = { .irqchip = chip, .pin = pin },
	};
}

/* The wiring of a PC: the timer is on pin 2 of the IO-APIC, as the MADT says; nothing is on pin 0. */
static void route_pc(struct kvm_irq_routing *r)
{
	for (unsigned int gsi = 0; gsi < 24; gsi++) {
		if (gsi < 16 && gsi != 2)
			route_chip(r, gsi, gsi < 8 ? KVM_IRQCHIP_PIC_MASTER : KVM_IRQCHIP_PIC_SLAVE, gsi % 8);
		if (gsi == 0)
			route_chip(r, gsi, KVM_IRQCHIP_IOAPIC, 2);
		else if (gsi != 2)
			route_chip(r, gsi, KVM_IRQCHIP_IOAPIC, gsi);
	}
}

/* After the virtual processors have their SynIC: KVM notes only then which line a SINT's acknowledgement belongs to. */
/* After the virtual processors: KVM then notes for each SynIC whom to tell of an acknowledgement. */
int kvm_set_routing(void)
{
	unsigned int sints = machine.vps * HVW_SINT_COUNT;
	struct kvm_irq_routing *r = calloc(1, sizeof(*r) + (64 + sints) * sizeof(r->entries[0]));
	int err;

	if (!r)
		return -ENOMEM;
	route_pc(r);
	for (unsigned int i = 0; i < sints; i++)
		r->entries[r->nr++] = (struct kvm_irq_routing_entry){
			.gsi = SINT_GSI(0, i), .type = KVM_IRQ_ROUTING_HV_SINT,
			.u.hv_sint = { .vcpu = i / HVW_SINT_COUNT, .sint = i % HVW_SINT_COUNT },
		};
	err = vm_ioctl(KVM_SET_GSI_ROUTING, r);
	free(r);
	return err;
}

int kvm_irq_line(unsigned int gsi, bool level)
{
	struct kvm_irq_level line = { .irq = gsi, .level = level };

	return vm_ioctl(KVM_IRQ_LINE, &line);
}

struct one_msr {
	struct kvm_msrs head;
	struct kvm_msr_entry entry;
};

int kvm_get_msr(const struct vcpu *v, uint32_t index, uint64_t *value)
{
	struct one_msr m = { .head.nmsrs = 1, .entry.index = index };
	int r = vcpu_ioctl(v, KVM_GET_MSRS, &m);

	if (r != 1)
		return r < 0 ? r : -EIO;
	*value = m.entry.data;
	return 0;
}

int kvm_set_msr(const struct vcpu *v, uint32_t index, uint64_t value)
{
	struct one_msr m = { .head.nmsrs = 1, .entry = { .index = index, .data = value } };
	int r = vcpu_ioctl(v, KVM_SET_MSRS, &m);

	return r == 1 ? 0 : r < 0 ? r : -EIO;
}

int msi_send(uint64_t address, uint32_t data)
{
	struct kvm_msi msi = { .address_lo = (uint32_t)address, .address_hi = (uint32_t)(address >> 32), .data = data };
	int r = vm_ioctl(KVM_SIGNAL_MSI, &msi);

	counters.msis++;
	return r < 0 ? r : 0;
}

unsigned int machine_vps(void)
{
	return machine.vps;
}
