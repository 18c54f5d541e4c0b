// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest OS id, hypercall page and hypercalls (docs/wire/01 3, 4, 5).
 *
 * KVM's own page sends every call to KVM, which knows some and fails the others without asking us. So the HYPERCALL
 * register comes to us by an MSR filter, and we write a page that sorts the calls: those KVM answers go on to it, the
 * others leave by a write to a port of ours. GUEST_OS_ID comes to us, too, and goes on to KVM, which answers no hypercall
 * before it is set.
 */
#include <errno.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define CALLS_MAX 16
#define STATUS_ALIGNMENT 4
#define CONTROL_RESERVED 0xF000F00078000000ULL /* 30:27, 47:44, 63:60 */

/* Written under the big lock; GUEST_OS_ID and HYPERCALL are the partition's, not a VP's. */
static uint64_t os_id, page_msr;
static uint8_t hidden[HVW_PAGE_SIZE]; /* what the page overlays */
static uint8_t *page;

static struct {
	uint16_t code;
	hypercall_fn fn;
} calls[CALLS_MAX];
static unsigned int call_count;

/* Those KVM knows: flushes, spin wait, IPIs, their Ex forms; 0x5C and 0x5D come back to us when it has to ask. */
static const uint16_t kvm_calls[] = { 0x5D, 0x02, 0x03, 0x08, 0x0B, 0x13, 0x14, 0x15, 0x5C };

int hypercall_filter(void)
{
	static uint8_t deny[1]; /* no bit set: every access of the range comes to us */
	struct kvm_enable_cap to_user = { .cap = KVM_CAP_X86_USER_SPACE_MSR, .args = { KVM_MSR_EXIT_REASON_FILTER } };
	struct kvm_msr_filter filter = {
		.flags = KVM_MSR_FILTER_DEFAULT_ALLOW,
		.ranges = {
			{ .flags = KVM_MSR_FILTER_WRITE, .base = HVW_MSR_GUEST_OS_ID, .nmsrs = 2, .bitmap = deny },
			{ .flags = KVM_MSR_FILTER_READ, .base = HVW_MSR_HYPERCALL, .nmsrs = 1, .bitmap = deny },
			{ .flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE, .base = HVW_MSR_CRASH_P0, .nmsrs = 6,
			  .bitmap = deny },
		},
	};
	int err = vm_ioctl(KVM_ENABLE_CAP, &to_user);

	return err ? err : vm_ioctl(KVM_X86_SET_MSR_FILTER, &filter);
}

void hypercall_reset(void)
{
	os_id = page_msr = 0;
	page = NULL;
}

/* --- the page ------------------------------------------------------------------------------------------------------ */

static bool long_mode(const struct vcpu *v)
{
	struct kvm_sregs s;

	return !vcpu_ioctl(v, KVM_GET_SREGS, &s) && (s.efer & 1 << 10) && s.cs.l;
}

/*
 * 64-bit: movzx %cx,%eax (RAX is the result, so it is free); 32-bit: the input value is in EDX:EAX already.
 * Then for each call of KVM's: cmp $code,%ax; je kvm. Last: out %al,$port; ret; kvm: vmcall or vmmcall; ret.
 */
static void write_page(uint8_t *to, bool is_64)
{
	static const uint8_t movzx[] = { 0x0F, 0xB7, 0xC1 };
	unsigned int n = 0, count = sizeof(kvm_calls) / sizeof(kvm_calls[0]);

	memset(to, 0xCC, HVW_PAGE_SIZE);
	if (is_64) {
		memcpy(to, movzx, sizeof(movzx));
		n = sizeof(movzx);
	}
	for (unsigned int i = 0; i < count; i++) {
		to[n++] = 0x66;
		to[n++] = 0x3D;
		to[n++] = (uint8_t)kvm_calls[i];
		to[n++] = (uint8_t)(kvm_calls[i] >> 8);
		to[n++] = 0x74;
		to[n++] = (uint8_t)((count - 1 - i) * 6 + 3);
	}
	to[n++] = 0xE6;
	to[n++] = HYPERCALL_PORT;
	to[n++] = 0xC3;
	to[n++] = 0x0F;
	to[n++] = 0x01;
	to[n++] = machine.amd ? 0xD9 : 0xC1;
	to[n++] = 0xC3;
}

/* The page is an overlay: what it hid comes back. */
static void page_off(void)
{
	if (page)
		memcpy(page, hidden, sizeof(hidden));
	page = NULL;
	page_msr &= ~HVW_PAGE_REG_ENABLE;
}

static bool page_on(const struct vcpu *v, uint64_t value)
{
	uint8_t *to = mem_ptr(value & ~0xFFFULL, HVW_PAGE_SIZE);

	if (!to)
		return false;
	memcpy(hidden, to, sizeof(hidden));
	write_page(to, long_mode(v));
	page = to;
	return true;
}

/* false: #GP */
static bool write_hypercall(const struct vcpu *v, uint64_t value)
{
	if (page_msr & HVW_PAGE_REG_LOCKED)
		return false;
	if (page && (value & HVW_PAGE_REG_ENABLE) && (value ^ page_msr) >> HVW_PAGE_SHIFT == 0) {
		page_msr = value;
		return true;
	}
	page_off();
	if (!os_id)
		value &= ~HVW_PAGE_REG_ENABLE;
	if ((value & HVW_PAGE_REG_ENABLE) && !page_on(v, value))
		return false;
	page_msr = value;
	log_debug("hypercall page: 0x%llx", (unsigned long long)value);
	return true;
}

static bool write_os_id(const struct vcpu *v, uint64_t value)
{
	if (kvm_set_msr(v, HVW_MSR_GUEST_OS_ID, value))
		return false;
	if (!value)
		page_off();
	os_id = value;
	log_info("guest OS id: 0x%016llx", (unsigned long long)value);
	return true;
}

bool hypercall_wrmsr(struct vcpu *v, uint32_t index, uint64_t value)
{
	switch (index) {
	case HVW_MSR_GUEST_OS_ID:
		return write_os_id(v, value);
	case HVW_MSR_HYPERCALL:
		return write_hypercall(v, value);
	}
	return crash_wrmsr(index, value);
}

bool hypercall_rdmsr(struct vcpu *v, uint32_t index, uint64_t *value)
{
	if (index != HVW_MSR_HYPERCALL)
		return crash_rdmsr(index, value);
	*value = page_msr;
	return true;
}

/* --- calls that leave by our port --------------------------------------------------------------------------------- */

void hypercall_register(uint16_t code, hypercall_fn fn)
{
	if (call_count == CALLS_MAX) {
		log_error("hypercall 0x%x cannot be registered: the table is full", code);
		return;
	}
	calls[call_count].code = code;
	calls[call_count++].fn = fn;
}

/* 0x8001 while no device has an extended capability to tell of: there are none. */
static uint16_t no_capabilities(uint64_t control, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len,
				unsigned int *reps_done)
{
	*out_len = sizeof(uint64_t);
	return HVW_STATUS_SUCCESS;
}

static hypercall_fn find_call(uint16_t code)
{
	for (unsigned int i = 0; i < call_count; i++)
		if (calls[i].code == code)
			return calls[i].fn;
	return code == HVW_CALL_QUERY_EXT_CAPS ? no_capabilities : NULL;
}

static uint64_t result(uint16_t status, unsigned int reps)
{
	return status | (uint64_t)(reps & 0xFFF) << HVW_HC_REP_COUNT_SHIFT;
}

/* The output block: all of it or nothing. */
static uint16_t put_output(uint64_t gpa, const uint8_t *out, size_t len)
{
	if (!len)
		return HVW_STATUS_SUCCESS;
	if (gpa & 7)
		return STATUS_ALIGNMENT;
	if ((gpa & 0xFFF) + len > HVW_PAGE_SIZE)
		return HVW_STATUS_INVALID_INPUT;
	return mem_write(gpa, out, len) ? HVW_STATUS_SUCCESS : HVW_STATUS_INVALID_PARAMETER;
}

static uint64_t run_call(hypercall_fn fn, uint64_t control, const uint8_t *in, size_t in_len, uint64_t out_gpa)
{
	uint8_t out[HVW_PAGE_SIZE];
	size_t out_len = 0;
	unsigned int reps = 0;
	uint16_t status;

	memset(out, 0, sizeof(out));
	status = fn(control, in, in_len, out, &out_len, &reps);
	if (status == HVW_STATUS_SUCCESS && !(control & HVW_HC_FAST) && out_len <= sizeof(out))
		status = put_output(out_gpa, out, out_len);
	return result(status, reps);
}

static uint64_t do_call(uint64_t control, uint64_t in_gpa, uint64_t out_gpa)
{
	hypercall_fn fn = find_call((uint16_t)control);
	uint8_t in[HVW_PAGE_SIZE];
	size_t len;

	if (!fn)
		return result(HVW_STATUS_INVALID_CODE, 0);
	if (control & CONTROL_RESERVED)
		return result(HVW_STATUS_INVALID_INPUT, 0);
	if (control & HVW_HC_FAST) {
		memcpy(in, &in_gpa, 8);
		memcpy(in + 8, &out_gpa, 8);
		return run_call(fn, control, in, 16, 0);
	}
	if (in_gpa & 7)
		return result(STATUS_ALIGNMENT, 0);
	len = HVW_PAGE_SIZE - (in_gpa & 0xFFF);
	if (!mem_read(in_gpa, in, len))
		len = 0; /* a call without input may be given any address */
	return run_call(fn, control, in, len, out_gpa);
}

/* Only our page may use the port, and only the kernel: others are a stray write to a port where nothing is. */
static bool from_our_page(const struct vcpu *v, const struct kvm_regs *r, const struct kvm_sregs *s)
{
	struct kvm_translation t = { .linear_address = r->rip };

	if (!page || s->cs.dpl != 0 || vcpu_ioctl(v, KVM_TRANSLATE, &t) || !t.valid)
		return false;
	return (t.physical_address ^ page_msr) >> HVW_PAGE_SHIFT == 0;
}

void hypercall_from_port(struct vcpu *v)
{
	struct kvm_regs r;
	struct kvm_sregs s;
	uint64_t done;

	if (vcpu_ioctl(v, KVM_GET_REGS, &r) || vcpu_ioctl(v, KVM_GET_SREGS, &s) || !from_our_page(v, &r, &s))
		return;
	counters.hypercall++;
	if ((s.efer & 1 << 10) && s.cs.l) {
		r.rax = do_call(r.rcx, r.rdx, r.r8);
	} else {
		done = do_call(r.rdx << 32 | (uint32_t)r.rax, r.rbx << 32 | (uint32_t)r.rcx, r.rdi << 32 | (uint32_t)r.rsi);
		r.rax = (uint32_t)done;
		r.rdx = done >> 32;
	}
	if (vcpu_ioctl(v, KVM_SET_REGS, &r))
		log_error("the result of a hypercall could not be given to virtual processor %u", v->index);
}

/* --- calls KVM hands to us ----------------------------------------------------------------------------------------- */

static uint16_t post_message(uint64_t control, uint64_t in)
{
	struct hvw_post_message m;

	if (control & HVW_HC_FAST)
		return HVW_STATUS_INVALID_CODE;
	if (control >> 32)
		return HVW_STATUS_INVALID_INPUT;
	if (in & 7)
		return STATUS_ALIGNMENT;
	if ((in & 0xFFF) + sizeof(m) > HVW_PAGE_SIZE || !mem_read(in, &m, sizeof(m)))
		return HVW_STATUS_INVALID_INPUT;
	if (m.connection_id >> 24 || m.reserved || !m.message_type || m.message_type >> 31 ||
	    m.payload_size > HVW_MSG_PAYLOAD_MAX)
		return HVW_STATUS_INVALID_PARAMETER;
	counters.posted++;
	return machine.hooks.post(m.connection_id, m.message_type, m.payload, m.payload_size);
}

static uint16_t signal_event(uint64_t control, uint64_t in)
{
	uint64_t arg = in;

	if (!(control & HVW_HC_FAST)) {
		if (in & 7)
			return STATUS_ALIGNMENT;
		if (!mem_read(in, &arg, sizeof(arg)))
			return HVW_STATUS_INVALID_INPUT;
	}
	if (arg >> 48 || (uint32_t)arg >> 24)
		return HVW_STATUS_INVALID_INPUT;
	return machine.hooks.signal((uint32_t)arg, (uint16_t)(arg >> 32));
}

uint64_t hypercall_from_kvm(struct vcpu *v, uint64_t control, uint64_t in, uint64_t out)
{
	counters.hypercall++;
	switch ((uint16_t)control) {
	case HVW_CALL_POST_MESSAGE:
		return result(post_message(control, in), 0);
	case HVW_CALL_SIGNAL_EVENT:
		return result(signal_event(control, in), 0);
	}
	return do_call(control, in, out);
}
