// SPDX-License-Identifier: GPL-2.0-only
/* The guest's reference counter as the host reads it: KVM derives the guest's MSR 0x40000020 from the same clock. */
#include "internal.h"

uint64_t machine_reference_time(void)
{
	struct kvm_clock_data now = { 0 };

	return vm_ioctl(KVM_GET_CLOCK, &now) ? 0 : now.clock / 100;
}
