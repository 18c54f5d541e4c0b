// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: is this a Hyper-V guest, and what does the hypervisor offer (docs/wire/01-hypervisor.md 1)?
 *
 * Everything is read from CPUID here rather than from the kernel's ms_hyperv, whose layout and very existence differ
 * from kernel to kernel.
 */
#define pr_fmt(fmt) "hv_vmbus: " fmt

#include <asm/processor.h>
#include <asm/hypervisor.h>
#include "vmbus.h"

struct hv_caps hv_caps;

static bool hv_signature_present(void)
{
	u32 eax, ebx, ecx, edx;

	if (!(cpuid_ecx(1) & (1U << 31)))
		return false;
	cpuid(HVW_CPUID_VENDOR, &eax, &ebx, &ecx, &edx);
	hv_caps.max_leaf = eax;
	return eax >= HVW_CPUID_MAX_LEAF_LOW && eax <= HVW_CPUID_MAX_LEAF_HIGH && ebx == HVW_VENDOR_EBX &&
	       ecx == HVW_VENDOR_ECX && edx == HVW_VENDOR_EDX;
}

static void hv_read_caps(void)
{
	u32 eax, ebx, ecx, edx;

	cpuid(HVW_CPUID_FEATURES, &hv_caps.features, &hv_caps.privileges, &ecx, &hv_caps.misc);
	cpuid(HVW_CPUID_HINTS, &hv_caps.hints, &ebx, &ecx, &edx);
	cpuid(HVW_CPUID_VERSION, &hv_caps.version[0], &hv_caps.version[1], &hv_caps.version[2],
	      &hv_caps.version[3]);
	if (hv_caps.privileges & HVW_PRIV_ISOLATION && hv_caps.max_leaf >= HVW_CPUID_ISOLATION) {
		cpuid(HVW_CPUID_ISOLATION, &eax, &ebx, &ecx, &edx);
		hv_caps.isolation = ebx & HVW_ISOLATION_TYPE_MASK;
	}
}

/* Why this guest cannot be served, or NULL. */
static const char *hv_refusal(void)
{
	const u32 need_features = HVW_PRIV_SYNIC | HVW_PRIV_HYPERCALL;
	const u32 need_privileges = HVW_PRIV_POST_MESSAGES | HVW_PRIV_SIGNAL_EVENTS;

	if (!hypervisor_is_type(X86_HYPER_MS_HYPERV))
		return "the kernel runs as a guest of another hypervisor";
	if (hv_caps.privileges & HVW_PRIV_CPU_MANAGEMENT)
		return "this is the root partition";
	if (hv_caps.isolation)
		return "confidential VMs are served by the in-box drivers only";
	if ((hv_caps.features & need_features) != need_features)
		return "the hypervisor offers no SynIC or no hypercalls";
	if ((hv_caps.privileges & need_privileges) != need_privileges)
		return "the hypervisor does not let this guest post messages and signal events";
	return NULL;
}

int hv_detect(void)
{
	const char *why;

	if (!hv_signature_present())
		return -ENODEV;
	hv_read_caps();
	why = hv_refusal();
	if (why) {
		pr_info("not loading: %s\n", why);
		return -ENODEV;
	}
	pr_info("Hyper-V %u.%u build %u, features 0x%x, privileges 0x%x, hints 0x%x, misc 0x%x\n",
		hv_caps.version[1] >> 16, hv_caps.version[1] & 0xFFFF, hv_caps.version[0], hv_caps.features,
		hv_caps.privileges, hv_caps.hints, hv_caps.misc);
	return 0;
}
