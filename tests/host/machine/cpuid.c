// SPDX-License-Identifier: GPL-2.0-only
/*
 * What CPUID says: the processor as KVM can give it, in a topology of one thread a core, and Hyper-V's leaves
 * (docs/wire/01 1) as far as KVM can keep their promises.
 */
#include <cpuid.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "core/log.h"
#include "internal.h"

#define ENTRIES_MAX 256
#define HV_MAX_LEAF 0x40000006U

enum reg { EAX, EBX, ECX, EDX };

struct feature {
	const char *name;
	uint32_t leaf;
	enum reg reg;
	unsigned int bit;
	bool ours;	/* this host answers for it, not KVM */
	bool out;	/* left out unless asked for */
	const char *help;
};

static struct feature features[] = {
	{ "vp-runtime", HVW_CPUID_FEATURES, EAX, 0, false, false, "VP run time register" },
	{ "ref-counter", HVW_CPUID_FEATURES, EAX, 1, false, false, "partition reference counter" },
	{ "synic", HVW_CPUID_FEATURES, EAX, 2, false, false, "SynIC registers" },
	{ "stimer", HVW_CPUID_FEATURES, EAX, 3, false, false, "synthetic timers" },
	{ "apic-msrs", HVW_CPUID_FEATURES, EAX, 4, false, false, "EOI, ICR and TPR registers, VP assist page" },
	{ "hypercall", HVW_CPUID_FEATURES, EAX, 5, false, false, "guest OS id and hypercall page" },
	{ "vp-index", HVW_CPUID_FEATURES, EAX, 6, false, false, "VP index register" },
	{ "reset", HVW_CPUID_FEATURES, EAX, 7, false, false, "reset register" },
	{ "ref-tsc", HVW_CPUID_FEATURES, EAX, 9, false, false, "reference TSC page" },
	{ "frequencies", HVW_CPUID_FEATURES, EAX, 11, false, false, "TSC and APIC frequency registers" },
	{ "reenlightenment", HVW_CPUID_FEATURES, EAX, 13, false, true, "reenlightenment controls" },
	{ "tsc-invariant", HVW_CPUID_FEATURES, EAX, 15, false, true, "invariant TSC control" },
	{ "post-messages", HVW_CPUID_FEATURES, EBX, 4, false, false, "may post messages" },
	{ "signal-events", HVW_CPUID_FEATURES, EBX, 5, false, false, "may signal events" },
	{ "cpu-management", HVW_CPUID_FEATURES, EBX, 12, true, true, "a root partition: guests refuse their VMBus driver" },
	{ "ext-hypercalls", HVW_CPUID_FEATURES, EBX, 20, true, false, "extended hypercalls 0x8001 and on" },
	{ "crash", HVW_CPUID_FEATURES, EDX, 10, true, false, "crash registers" },
	{ "stimer-direct", HVW_CPUID_FEATURES, EDX, 19, false, false, "timers that interrupt directly" },
	{ "tlb-flush", HVW_CPUID_HINTS, EAX, 2, false, false, "recommends hypercalls to flush remote TLBs" },
	{ "apic-hint", HVW_CPUID_HINTS, EAX, 3, false, false, "recommends the EOI, ICR and TPR registers" },
	{ "reset-hint", HVW_CPUID_HINTS, EAX, 4, true, true, "recommends the reset register" },
	{ "relaxed", HVW_CPUID_HINTS, EAX, 5, true, false, "recommends relaxed timing" },
	{ "no-auto-eoi", HVW_CPUID_HINTS, EAX, 9, true, true, "recommends not to use AutoEOI" },
	{ "ipi", HVW_CPUID_HINTS, EAX, 10, false, false, "recommends hypercalls to send IPIs" },
	{ "ex-masks", HVW_CPUID_HINTS, EAX, 11, false, false, "recommends sparse processor sets" },
};

#define FEATURES (sizeof(features) / sizeof(features[0]))
#define FREQUENCY_BIT (1U << 8) /* 0x40000003 EDX: belongs to EAX bit 11 */

static unsigned int version[3] = { 10, 0, 20348 };
static bool hide;

void hv_help(void)
{
	printf("--hv -NAME leaves a feature out, --hv NAME puts one in (* in by default), --hv none hides Hyper-V,\n"
	       "--hv version=MAJOR.MINOR.BUILD is what the host calls itself (%u.%u.%u)\n", version[0], version[1], version[2]);
	for (size_t i = 0; i < FEATURES; i++)
		printf("%c %-16s %s\n", features[i].out ? ' ' : '*', features[i].name, features[i].help);
}

bool hv_option(const char *word)
{
	bool out = *word == '-';
	const char *name = *word == '-' || *word == '+' ? word + 1 : word;
	char rest;

	if (!strcmp(word, "none")) {
		hide = true;
		return true;
	}
	if (sscanf(word, "version=%u.%u.%u%c", &version[0], &version[1], &version[2], &rest) == 3)
		return true;
	for (size_t i = 0; i < FEATURES; i++)
		if (!strcmp(features[i].name, name)) {
			features[i].out = out;
			return true;
		}
	complain("a Hyper-V feature is unknown", "see --hv help", "'%s' is none of them", word);
	return false;
}

static struct kvm_cpuid2 *ask_kvm(unsigned long request)
{
	struct kvm_cpuid2 *c = calloc(1, sizeof(*c) + ENTRIES_MAX * sizeof(c->entries[0]));

	if (!c)
		return NULL;
	c->nent = ENTRIES_MAX;
	if (ioctl(machine.kvm, request, c)) {
		free(c);
		return NULL;
	}
	return c;
}

unsigned int cpuid_phys_bits(void)
{
	struct kvm_cpuid2 *c = ask_kvm(KVM_GET_SUPPORTED_CPUID);
	unsigned int bits = 36;

	for (unsigned int i = 0; c && i < c->nent; i++)
		if (c->entries[i].function == 0x80000008)
			bits = c->entries[i].eax & 0xFF;
	free(c);
	return bits;
}

/* --- Hyper-V's leaves -------------------------------------------------------------------------------------------- */

static uint32_t *reg_of(struct kvm_cpuid_entry2 *e, enum reg r)
{
	uint32_t *regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

	return regs[r];
}

/* Only what is in the table, may be had, and is asked for: debug registers, XMM input and nested features never are. */
static void set_features(struct kvm_cpuid_entry2 *e, const struct kvm_cpuid_entry2 *kvm)
{
	struct kvm_cpuid_entry2 have = *kvm;

	for (size_t i = 0; i < FEATURES; i++) {
		const struct feature *f = &features[i];

		if (f->leaf != e->function || f->out)
			continue;
		if (f->ours || (*reg_of(&have, f->reg) & 1U << f->bit))
			*reg_of(e, f->reg) |= 1U << f->bit;
		else
			log_debug("this KVM has no Hyper-V feature '%s'", f->name);
	}
	if (e->function == HVW_CPUID_FEATURES && (e->eax & 1U << 11))
		e->edx |= FREQUENCY_BIT;
	if (e->function == HVW_CPUID_HINTS)
		e->ebx = 0xFFF; /* spins before the guest says that it spins */
}

static void hv_leaf(struct kvm_cpuid_entry2 *e, const struct kvm_cpuid_entry2 *kvm)
{
	*e = (struct kvm_cpuid_entry2){ .function = kvm->function };
	switch (e->function) {
	case HVW_CPUID_VENDOR:
		e->eax = HV_MAX_LEAF;
		e->ebx = HVW_VENDOR_EBX;
		e->ecx = HVW_VENDOR_ECX;
		e->edx = HVW_VENDOR_EDX;
		break;
	case HVW_CPUID_INTERFACE:
		e->eax = HVW_INTERFACE_EAX;
		break;
	case HVW_CPUID_VERSION:
		e->eax = version[2];
		e->ebx = version[0] << 16 | (version[1] & 0xFFFF);
		break;
	case HVW_CPUID_LIMITS:
		e->eax = 64;
		e->ebx = 64;
		break;
	default:
		set_features(e, kvm);
	}
}

static unsigned int add_hv_leaves(struct kvm_cpuid2 *to, const struct kvm_cpuid2 *kvm)
{
	struct kvm_cpuid_entry2 none = { 0 };

	for (uint32_t leaf = HVW_CPUID_VENDOR; leaf <= HV_MAX_LEAF; leaf++) {
		const struct kvm_cpuid_entry2 *from = &none;

		for (unsigned int i = 0; i < kvm->nent; i++)
			if (kvm->entries[i].function == leaf)
				from = &kvm->entries[i];
		none.function = leaf;
		hv_leaf(&to->entries[to->nent++], from);
	}
	return to->nent;
}

/* --- topology ------------------------------------------------------------------------------------------------------ */

/* Bits an APIC id needs for the cores of the one package. */
static unsigned int core_bits(void)
{
	unsigned int bits = 0;

	while (1U << bits < machine.vps)
		bits++;
	return bits;
}

static void extended_topology(struct kvm_cpuid_entry2 *e, unsigned int apic_id)
{
	e->edx = apic_id;
	e->ecx = e->index;
	e->eax = e->ebx = 0;
	if (e->index == 0) {
		e->ebx = 1;
		e->ecx |= 1 << 8; /* threads */
	} else if (e->index == 1) {
		e->eax = core_bits();
		e->ebx = machine.vps;
		e->ecx |= 2 << 8; /* cores */
	}
}

static void basic_leaf(struct kvm_cpuid_entry2 *e, unsigned int id)
{
	switch (e->function) {
	case 1:
		e->ebx = (e->ebx & 0xFFFF) | (1U << core_bits()) << 16 | id << 24;
		e->ecx |= 1U << 31;
		e->edx = machine.vps > 1 ? e->edx | 1U << 28 : e->edx & ~(1U << 28);
		break;
	case 4: /* caches: each core has its own, but for the last level's */
		e->eax = (e->eax & 0x3FFF) | ((1U << core_bits()) - 1) << 26;
		if (((e->eax >> 5) & 7) == 3)
			e->eax |= ((1U << core_bits()) - 1) << 14;
		break;
	case 6: /* power management: nothing of it is emulated but the always running timer */
		e->eax &= 1U << 2;
		e->ebx = e->ecx = e->edx = 0;
		break;
	case 0xA: /* no performance counters, as in a default Hyper-V guest */
		e->eax = e->ebx = e->ecx = e->edx = 0;
		break;
	case 0xB:
	case 0x1F:
		extended_topology(e, id);
		break;
	}
}

static void amd_leaf(struct kvm_cpuid_entry2 *e, unsigned int id)
{
	switch (e->function) {
	case 0x80000001:
		if (machine.vps > 1 && machine.amd)
			e->ecx |= 1U << 1; /* the logical processors of a package are cores */
		e->ecx &= ~(1U << 2); /* no nested machines: their features of Hyper-V are not told either */
		break;
	case 0x80000008:
		e->ecx = machine.amd ? (machine.vps - 1) | core_bits() << 12 : 0;
		break;
	case 0x8000000A:
		e->eax = e->ebx = e->ecx = e->edx = 0;
		break;
	case 0x8000001D:
		e->eax &= 0x3FFF;
		if (((e->eax >> 5) & 7) == 3)
			e->eax |= (machine.vps - 1) << 14;
		break;
	case 0x8000001E:
		e->eax = id;
		e->ebx = id & 0xFF;
		e->ecx = 0;
		break;
	}
}

/* Leaves with a subleaf a level: KVM tells one, we need the levels of our topology and the end of the list. */
static bool is_topology(uint32_t leaf)
{
	return leaf == 0xB || leaf == 0x1F;
}

static void add_topology(struct kvm_cpuid2 *to, uint32_t leaf, unsigned int id)
{
	for (unsigned int level = 0; level < 3; level++) {
		struct kvm_cpuid_entry2 *e = &to->entries[to->nent++];

		*e = (struct kvm_cpuid_entry2){
			.function = leaf, .index = level, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		};
		extended_topology(e, id);
	}
}

static bool has_leaf(const struct kvm_cpuid2 *c, uint32_t leaf)
{
	for (unsigned int i = 0; i < c->nent; i++)
		if (c->entries[i].function == leaf)
			return true;
	return false;
}

static void fill(struct kvm_cpuid2 *to, const struct kvm_cpuid2 *cpu, const struct kvm_cpuid2 *hv, unsigned int id)
{
	for (unsigned int i = 0; i < cpu->nent && to->nent < ENTRIES_MAX; i++) {
		struct kvm_cpuid_entry2 e = cpu->entries[i];

		if ((e.function >> 28) == 4 || is_topology(e.function))
			continue;
		if (e.function == 1)
			e.ecx &= ~(1U << 5); /* VMX: as SVM above */
		basic_leaf(&e, id);
		amd_leaf(&e, id);
		to->entries[to->nent++] = e;
	}
	if (has_leaf(cpu, 0xB))
		add_topology(to, 0xB, id);
	if (has_leaf(cpu, 0x1F))
		add_topology(to, 0x1F, id);
	if (!hide)
		add_hv_leaves(to, hv);
}

int cpuid_set(const struct vcpu *v)
{
	struct kvm_cpuid2 *cpu = ask_kvm(KVM_GET_SUPPORTED_CPUID), *hv = ask_kvm(KVM_GET_SUPPORTED_HV_CPUID);
	struct kvm_cpuid2 *to = calloc(1, sizeof(*to) + 2 * ENTRIES_MAX * sizeof(to->entries[0]));
	int err = -ENOMEM;

	if (cpu && hv && to) {
		fill(to, cpu, hv, v->index);
		err = vcpu_ioctl(v, KVM_SET_CPUID2, to);
	}
	free(cpu);
	free(hv);
	free(to);
	return err;
}
