// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a hostile guest writes to the registers and calls of the test host's own hypercall page: MSRs, crash reports, input
 * and output addresses. The guest's memory is a small one with a hole; KVM is not there.
 */
#include "core/log.h"
#include "core/loop.h"
#include "fuzz.h"
#include "machine/internal.h"

#define RAM (64 * 1024)
#define HIGH 0x100000000ULL

struct machine machine;
struct counters counters;
static uint8_t *low, *high; /* each of its own: what runs over an end is seen */
static struct kvm_regs regs;
static struct kvm_sregs sregs;
static uint64_t rip_gpa;

void *mem_ptr(uint64_t gpa, size_t len)
{
	if (gpa < RAM && len <= RAM - gpa)
		return low + gpa;
	if (gpa >= HIGH && gpa - HIGH < RAM && len <= RAM - (gpa - HIGH))
		return high + (gpa - HIGH);
	return NULL;
}

bool mem_read(uint64_t gpa, void *buf, size_t len)
{
	void *p = mem_ptr(gpa, len);

	return p ? memcpy(buf, p, len), true : false;
}

bool mem_write(uint64_t gpa, const void *buf, size_t len)
{
	void *p = mem_ptr(gpa, len);

	return p ? memcpy(p, buf, len), true : false;
}

int vm_ioctl(unsigned long request, void *arg)
{
	return 0;
}

int vcpu_ioctl(const struct vcpu *v, unsigned long request, void *arg)
{
	switch (request) {
	case KVM_GET_REGS:
		*(struct kvm_regs *)arg = regs;
		return 0;
	case KVM_SET_REGS:
		regs = *(struct kvm_regs *)arg;
		return 0;
	case KVM_GET_SREGS:
		*(struct kvm_sregs *)arg = sregs;
		return 0;
	case KVM_TRANSLATE:
		((struct kvm_translation *)arg)->physical_address = rip_gpa;
		((struct kvm_translation *)arg)->valid = 1;
		return 0;
	}
	return -1;
}

int kvm_set_msr(const struct vcpu *v, uint32_t index, uint64_t value)
{
	return 0;
}

void log_line(enum log_level level, const char *fmt, ...)
{
}

int loop_post(loop_fn fn, void *arg)
{
	fn(arg);
	return 0;
}

static uint16_t post(uint32_t connection_id, uint32_t type, const void *payload, size_t len)
{
	uint8_t copy[HVW_MSG_PAYLOAD_MAX];

	PROMISE(len <= HVW_MSG_PAYLOAD_MAX && type && !(type >> 31) && !(connection_id >> 24));
	memcpy(copy, payload, len);
	return HVW_STATUS_SUCCESS;
}

static uint16_t signal_event(uint32_t connection_id, uint16_t flag)
{
	PROMISE(!(connection_id >> 24));
	return HVW_STATUS_SUCCESS;
}

static void event(const char *name, const uint64_t *r, unsigned int count, const char *text)
{
	PROMISE(count == 5);
	for (; text && *text; text++)
		PROMISE((*text >= ' ' && *text <= '~') || *text == '\n' || *text == '\t');
}

/* Uses all it is given, and gives as much as it may. */
static uint16_t call(uint64_t control, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len, unsigned int *reps_done)
{
	PROMISE(in_len <= HVW_PAGE_SIZE && (!(control & HVW_HC_FAST) || in_len == 16));
	for (size_t i = 0; i < in_len; i++)
		out[i] = (uint8_t)(in[i] ^ 1);
	*out_len = in_len;
	*reps_done = 0xFFFF;
	return HVW_STATUS_SUCCESS;
}

static void msr(struct vcpu *v, struct input *in)
{
	static const uint32_t indexes[] = { HVW_MSR_GUEST_OS_ID, HVW_MSR_HYPERCALL, HVW_MSR_CRASH_P0, HVW_MSR_CRASH_P3,
					    HVW_MSR_CRASH_P4, HVW_MSR_CRASH_CTL, HVW_MSR_CRASH_CTL + 1 };
	uint32_t index = indexes[take8(in) % 7];
	uint64_t value = take64(in), got = 0;

	if (hypercall_wrmsr(v, index, value) && index == HVW_MSR_HYPERCALL) {
		PROMISE(hypercall_rdmsr(v, index, &got));
		PROMISE(!(got & 1) || mem_ptr(got & ~0xFFFULL, HVW_PAGE_SIZE));
	}
}

static void port(struct vcpu *v, struct input *in)
{
	uint64_t page = 0;

	hypercall_rdmsr(v, HVW_MSR_HYPERCALL, &page);
	rip_gpa = take8(in) & 1 ? take64(in) : page & ~0xFFFULL;
	sregs.cs.l = take8(in) & 1;
	sregs.efer = 1 << 10;
	sregs.cs.dpl = take8(in) & 3;
	regs.rcx = take64(in);
	regs.rdx = take64(in);
	regs.r8 = take64(in);
	regs.rax = take64(in);
	regs.rbx = take64(in);
	hypercall_from_port(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct vcpu v = { 0 };
	uint64_t control, a, b;

	if (!low) {
		low = malloc(RAM);
		high = malloc(RAM);
		hypercall_register(0x7E, call);
		hypercall_register(0x8003, call);
	}
	if (!low || !high)
		return 0;
	machine.hooks = (struct machine_hooks){ .post = post, .signal = signal_event, .event = event };
	memset(high, 0, RAM);
	take(&in, low, size / 2 < RAM ? size / 2 : RAM);
	hypercall_reset();
	crash_reset();
	while (in.left) {
		switch (take8(&in) % 3) {
		case 0:
			msr(&v, &in);
			break;
		case 1:
			port(&v, &in);
			break;
		case 2:
			control = take64(&in);
			a = take64(&in);
			b = take64(&in);
			hypercall_from_kvm(&v, control, a, b);
		}
	}
	return 0;
}
