// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's clocks. In a pause the reference clock (docs/wire/01 8) stands still: KVM's clock is set back on resume,
 * and the TSC with it where KVM lets us move its offset; the PM timer follows clock_ns().
 */
#include <errno.h>
#include <x86intrin.h>

#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

static struct kvm_clock_data kept;
static uint64_t kept_tsc, paused_at, lost_ns;

uint64_t clock_ns(void)
{
	return (paused_at ? paused_at : loop_now_ns()) - lost_ns;
}

int clock_pause(void)
{
	kept = (struct kvm_clock_data){ 0 };
	paused_at = loop_now_ns();
	kept_tsc = __rdtsc();
	return vm_ioctl(KVM_GET_CLOCK, &kept);
}

/* All by the same amount: TSCs that ran together go on together. */
static void move_tsc(uint64_t back)
{
	uint64_t offset;
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET, .addr = (uintptr_t)&offset,
	};

	for (unsigned int i = 0; i < machine.vps; i++) {
		if (vcpu_ioctl(&machine.vcpu[i], KVM_GET_DEVICE_ATTR, &attr) < 0) {
			log_debug("the guest's TSC ran on while it was paused: this KVM cannot move it");
			return;
		}
		offset -= back;
		if (vcpu_ioctl(&machine.vcpu[i], KVM_SET_DEVICE_ATTR, &attr) < 0)
			log_warn("the TSC of virtual processor %u could not be set back", i);
	}
}

void clock_resume(void)
{
	int err;

	move_tsc(__rdtsc() - kept_tsc);
	kept.flags = 0;
	err = vm_ioctl(KVM_SET_CLOCK, &kept);
	if (err)
		log_warn("the guest's reference clock ran on while it was paused: KVM_SET_CLOCK: errno %d", -err);
	lost_ns += loop_now_ns() - paused_at;
	paused_at = 0;
}
