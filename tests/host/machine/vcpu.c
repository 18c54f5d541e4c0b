// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual processors: a thread each, its exits, and how all of them are made to stand still.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/exit_codes.h"
#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define KICK_SIGNAL SIGUSR1

static pthread_mutex_t park_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t park_change = PTHREAD_COND_INITIALIZER;
/* Under park_lock: why virtual processors stay outside KVM_RUN, and how many do. */
static bool want_pause, want_still, want_end;
static unsigned int parked;
static bool paused;

/* --- standing still -------------------------------------------------------------------------------------------------- */

void vcpu_kick(struct vcpu *v)
{
	v->kick = true;
	if (!v->started)
		return;
	__atomic_store_n(&v->run->immediate_exit, 1, __ATOMIC_SEQ_CST);
	if (!pthread_equal(v->thread, pthread_self()))
		pthread_kill(v->thread, KICK_SIGNAL);
}

static void kick_all(void)
{
	for (unsigned int i = 0; i < machine.vps; i++)
		vcpu_kick(&machine.vcpu[i]);
}

/* False when the thread is to end. */
static void log_state(const struct vcpu *v, enum log_level level);

static bool park(struct vcpu *v)
{
	bool go_on;

	log_state(v, LOG_DEBUG);

	pthread_mutex_lock(&park_lock);
	parked++;
	v->stopped = true;
	pthread_cond_broadcast(&park_change);
	while ((want_pause || want_still) && !want_end)
		pthread_cond_wait(&park_change, &park_lock);
	parked--;
	v->stopped = false;
	go_on = !want_end;
	pthread_mutex_unlock(&park_lock);
	return go_on;
}

/* The big lock is let go meanwhile: a virtual processor may be waiting for it. */
static void wait_parked(void)
{
	unsigned int depth = big_lock_release(), running = 0;

	for (unsigned int i = 0; i < machine.vps; i++)
		running += machine.vcpu[i].started;
	pthread_mutex_lock(&park_lock);
	while (parked < running)
		pthread_cond_wait(&park_change, &park_lock);
	pthread_mutex_unlock(&park_lock);
	big_lock_restore(depth);
}

static void want(bool *what, bool value)
{
	pthread_mutex_lock(&park_lock);
	*what = value;
	pthread_cond_broadcast(&park_change);
	pthread_mutex_unlock(&park_lock);
	if (value)
		kick_all();
}

void machine_pause(void)
{
	if (paused)
		return;
	paused = true;
	want(&want_pause, true);
	wait_parked();
	clock_pause();
}

void machine_resume(void)
{
	if (!paused)
		return;
	clock_resume();
	paused = false;
	want(&want_pause, false);
}

bool machine_paused(void)
{
	return paused;
}

void vcpus_still(void)
{
	want(&want_still, true);
}

/* --- exits ------------------------------------------------------------------------------------------------------------- */

static void on_io(struct vcpu *v)
{
	struct kvm_run *r = v->run;
	uint8_t *data = (uint8_t *)r + r->io.data_offset;

	counters.io++;
	big_lock();
	for (uint32_t i = 0; i < r->io.count; i++, data += r->io.size)
		io_port(v, r->io.port, r->io.direction == KVM_EXIT_IO_OUT, r->io.size, data);
	big_unlock();
}

static void on_hypercall_port(struct vcpu *v)
{
	big_lock();
	hypercall_from_port(v);
	big_unlock();
}

static void on_mmio(struct vcpu *v)
{
	counters.mmio++;
	big_lock();
	mmio_access(v->run->mmio.phys_addr, v->run->mmio.is_write, v->run->mmio.len, v->run->mmio.data);
	big_unlock();
}

static void on_hyperv(struct vcpu *v)
{
	struct kvm_hyperv_exit *h = &v->run->hyperv;

	if (h->type == KVM_EXIT_HYPERV_SYNIC) {
		counters.synic++;
		big_lock();
		synic_changed(v, h->u.synic.msr, h->u.synic.control, h->u.synic.evt_page, h->u.synic.msg_page);
		big_unlock();
	} else if (h->type == KVM_EXIT_HYPERV_HCALL) {
		big_lock();
		h->u.hcall.result = hypercall_from_kvm(v, h->u.hcall.input, h->u.hcall.params[0], h->u.hcall.params[1]);
		big_unlock();
	}
}

static void on_msr(struct vcpu *v, bool write)
{
	struct kvm_run *r = v->run;
	uint64_t value = 0;

	counters.msr++;
	big_lock();
	if (write)
		r->msr.error = !hypercall_wrmsr(v, r->msr.index, r->msr.data);
	else
		r->msr.error = !hypercall_rdmsr(v, r->msr.index, &value);
	big_unlock();
	if (!write)
		r->msr.data = value;
}

/* The vectors of a bitmap of the local APIC, in eight registers 16 bytes apart. */
static void vectors(const struct kvm_lapic_state *apic, unsigned int base, char *to, size_t len)
{
	size_t used = 0;

	to[0] = 0;
	for (unsigned int i = 0; i < 256; i++)
		if ((apic->regs[base + i / 32 * 16 + i % 32 / 8] & 1 << i % 8) && used < len)
			used += (size_t)snprintf(to + used, len - used, " %02x", i);
}

static uint32_t apic_reg(const struct kvm_lapic_state *apic, unsigned int at)
{
	uint32_t value;

	memcpy(&value, apic->regs + at, sizeof(value));
	return value;
}

static void log_apic(const struct vcpu *v, enum log_level level)
{
	struct kvm_lapic_state apic;
	char irr[64], isr[64];

	if (vcpu_ioctl(v, KVM_GET_LAPIC, &apic))
		return;
	vectors(&apic, 0x200, irr, sizeof(irr));
	vectors(&apic, 0x100, isr, sizeof(isr));
	log_line(level, "vp %u: local APIC: tpr 0x%x, spurious 0x%x, timer 0x%x (%u of %u), requested:%s, in service:%s", v->index,
		 apic_reg(&apic, 0x80), apic_reg(&apic, 0xF0), apic_reg(&apic, 0x320), apic_reg(&apic, 0x390),
		 apic_reg(&apic, 0x380), irr, isr);
}

/* For whoever looks into why a guest stands still or died. The virtual processor must not be in KVM_RUN. */
static void log_state(const struct vcpu *v, enum log_level level)
{
	struct kvm_mp_state mp = { 0 };
	struct kvm_regs r;
	struct kvm_sregs s;

	if (vcpu_ioctl(v, KVM_GET_REGS, &r) || vcpu_ioctl(v, KVM_GET_SREGS, &s))
		return;
	vcpu_ioctl(v, KVM_GET_MP_STATE, &mp);
	log_line(level, "vp %u: rip 0x%llx rsp 0x%llx rflags 0x%llx cr0 0x%llx cr2 0x%llx cr3 0x%llx cr4 0x%llx efer 0x%llx, %s", v->index,
		 r.rip, r.rsp, r.rflags, s.cr0, s.cr2, s.cr3, s.cr4, s.efer,
		 mp.mp_state == KVM_MP_STATE_HALTED ? "halted" : mp.mp_state == KVM_MP_STATE_RUNNABLE ? "runs" : "waits to be started");
	log_apic(v, level);
}

static void on_internal_error(struct vcpu *v)
{
	const struct kvm_run *r = v->run;
	char why[160];

	log_state(v, LOG_INFO);
	if (r->exit_reason == KVM_EXIT_FAIL_ENTRY)
		snprintf(why, sizeof(why), "virtual processor %u could not be entered: hardware reason 0x%llx", v->index,
			 (unsigned long long)r->fail_entry.hardware_entry_failure_reason);
	else
		snprintf(why, sizeof(why), "KVM could not go on with virtual processor %u: internal error %u", v->index,
			 r->internal.suberror);
	machine_stop(EXIT_KVM_FAIL, why);
}

static void on_system_event(struct vcpu *v)
{
	switch (v->run->system_event.type) {
	case KVM_SYSTEM_EVENT_RESET:
		machine_reset("the guest wrote the reset register");
		break;
	case KVM_SYSTEM_EVENT_SHUTDOWN:
		machine_stop(EXIT_POWEROFF, "the guest shut down");
		break;
	default:
		log_warn("vp %u: system event %u", v->index, v->run->system_event.type);
	}
}

static void handle_exit(struct vcpu *v)
{
	char why[96];

	switch (v->run->exit_reason) {
	case KVM_EXIT_IO:
		if (v->run->io.port == HYPERCALL_PORT && v->run->io.direction == KVM_EXIT_IO_OUT && v->run->io.size == 1)
			on_hypercall_port(v);
		else
			on_io(v);
		break;
	case KVM_EXIT_MMIO:
		on_mmio(v);
		break;
	case KVM_EXIT_HYPERV:
		on_hyperv(v);
		break;
	case KVM_EXIT_X86_RDMSR:
	case KVM_EXIT_X86_WRMSR:
		on_msr(v, v->run->exit_reason == KVM_EXIT_X86_WRMSR);
		break;
	case KVM_EXIT_HLT:
	case KVM_EXIT_INTR:
	case KVM_EXIT_IRQ_WINDOW_OPEN:
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		on_system_event(v);
		break;
	case KVM_EXIT_SHUTDOWN:
		log_state(v, LOG_INFO);
		snprintf(why, sizeof(why), "triple fault on virtual processor %u", v->index);
		machine_stop(EXIT_TRIPLE_FAULT, why);
		break;
	case KVM_EXIT_FAIL_ENTRY:
	case KVM_EXIT_INTERNAL_ERROR:
		on_internal_error(v);
		break;
	default:
		snprintf(why, sizeof(why), "virtual processor %u left KVM for reason %u, which nobody here knows", v->index,
			 v->run->exit_reason);
		machine_stop(EXIT_KVM_FAIL, why);
	}
}

/* False when the thread is to end. */
static bool serve_kick(struct vcpu *v)
{
	bool still;

	pthread_mutex_lock(&park_lock);
	still = want_pause || want_still || want_end;
	pthread_mutex_unlock(&park_lock);
	if (still && !park(v))
		return false;
	synic_deliver(v);
	/* An ioctl of another thread would wait until this one leaves KVM_RUN. */
	if (atomic_exchange(&v->nmi, false) && vcpu_ioctl(v, KVM_NMI, NULL))
		log_warn("vp %u: KVM took no NMI", v->index);
	return true;
}

int machine_nmi(unsigned int vp)
{
	if (vp >= machine.vps)
		return -EINVAL;
	machine.vcpu[vp].nmi = true;
	vcpu_kick(&machine.vcpu[vp]);
	return 0;
}

static void *vcpu_main(void *arg)
{
	struct vcpu *v = arg;
	char name[16];
	int err;

	snprintf(name, sizeof(name), "vp%u", v->index);
	pthread_setname_np(pthread_self(), name);
	for (;;) {
		/* In this order: a kick after the exchange makes KVM_RUN return at once. */
		__atomic_store_n(&v->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
		if (atomic_exchange(&v->kick, false) && !serve_kick(v))
			break;
		err = vcpu_ioctl(v, KVM_RUN, NULL);
		v->exits++;
		if (err == -EINTR || err == -EAGAIN)
			continue;
		if (err < 0) {
			log_error("vp %u: KVM_RUN: %s", v->index, strerror(-err));
			log_state(v, LOG_INFO);
			machine_stop(EXIT_KVM_FAIL, "KVM_RUN failed");
			continue;
		}
		handle_exit(v);
	}
	return NULL;
}

/* --- life ----------------------------------------------------------------------------------------------------------------- */

static void on_signal(int signal)
{
}

static int vcpu_create(struct vcpu *v, unsigned int index)
{
	struct kvm_enable_cap synic = { .cap = KVM_CAP_HYPERV_SYNIC2 };
	int err;

	v->index = index;
	v->run = NULL;
	v->started = v->kick = v->nmi = v->stopped = false;
	v->scontrol = v->simp = v->siefp = 0;
	v->fd = ioctl(machine.vm, KVM_CREATE_VCPU, (unsigned long)index);
	if (v->fd < 0)
		return -errno;
	v->run = mmap(NULL, machine.run_size, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED) {
		v->run = NULL;
		return -errno;
	}
	stats_open(v);
	err = cpuid_set(v);
	return err ? err : vcpu_ioctl(v, KVM_ENABLE_CAP, &synic);
}

int vcpus_create(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	int err;

	sigaction(KICK_SIGNAL, &sa, NULL);
	for (unsigned int i = 0; i < machine.vps; i++) {
		err = vcpu_create(&machine.vcpu[i], i);
		if (!err && i == 0)
			err = boot_vcpu(&machine.vcpu[i]);
		if (err) {
			complain("a virtual processor cannot be made", "look at the kernel log of this machine",
				 "number %u: %s", i, strerror(-err));
			return EXIT_HOST_ERROR;
		}
	}
	return 0;
}

int vcpus_start(void)
{
	int err;

	want_end = want_still = false;
	for (unsigned int i = 0; i < machine.vps; i++) {
		struct vcpu *v = &machine.vcpu[i];

		v->kick = true; /* a pause may be on */
		err = pthread_create(&v->thread, NULL, vcpu_main, v);
		if (err) {
			complain("a virtual processor cannot be started", "free memory or processes", "%s", strerror(err));
			return EXIT_HOST_ERROR;
		}
		v->started = true;
	}
	return 0;
}

void vcpus_end(void)
{
	unsigned int depth;

	want(&want_end, true);
	depth = big_lock_release();
	for (unsigned int i = 0; i < machine.vps; i++) {
		if (machine.vcpu[i].started)
			pthread_join(machine.vcpu[i].thread, NULL);
		machine.vcpu[i].started = false;
	}
	big_lock_restore(depth);
}

void vcpus_close(void)
{
	for (unsigned int i = 0; i < machine.vps; i++) {
		struct vcpu *v = &machine.vcpu[i];

		stats_close(v);
		if (v->run)
			munmap(v->run, machine.run_size);
		if (v->fd >= 0)
			close(v->fd);
		v->run = NULL;
		v->fd = -1;
	}
}

/* --- ends ----------------------------------------------------------------------------------------------------------------- */

struct ending {
	int code;
	const char *event;
	char why[200];
};

static void end(void *arg)
{
	struct ending *e = arg;

	serial_flush();
	machine.hooks.event(e->event, NULL, 0, e->why);
	loop_quit(e->code);
	free(e);
}

static const char *event_of(int code)
{
	switch (code) {
	case EXIT_POWEROFF:
		return "guest-poweroff";
	case EXIT_RESET:
		return "guest-reset";
	case EXIT_TRIPLE_FAULT:
		return "guest-triple-fault";
	case EXIT_TIMEOUT:
		return "timeout";
	}
	return "machine-failed";
}

void machine_stop(int exit_code, const char *why)
{
	struct ending *e = calloc(1, sizeof(*e));
	bool guest = exit_code == EXIT_POWEROFF || exit_code == EXIT_RESET || exit_code == EXIT_TIMEOUT;

	log_info("the machine stops: %s", why);
	if (e) {
		e->event = event_of(exit_code);
		e->code = guest && machine.crashed ? EXIT_PANIC : exit_code;
		snprintf(e->why, sizeof(e->why), "%s", why);
	}
	vcpus_still();
	if (!e || loop_post(end, e)) {
		free(e);
		loop_quit(exit_code);
	}
}

bool machine_vp_state(unsigned int vp, struct machine_vp_state *out)
{
	struct vcpu *v = &machine.vcpu[vp];
	struct kvm_regs r;

	if (vp >= machine.vps)
		return false;
	*out = (struct machine_vp_state){
		.halted_by_us = v->stopped,
		.synic = v->scontrol & HVW_SCONTROL_ENABLE,
		.simp = v->simp & HVW_PAGE_REG_ENABLE,
		.siefp = v->siefp & HVW_PAGE_REG_ENABLE,
		.exits = stats_exits(v),
		.queued = synic_queued(vp),
	};
	/* The vCPU's ioctls wait for KVM_RUN to return, so only a stopped one is asked. */
	if (v->stopped && !vcpu_ioctl(v, KVM_GET_REGS, &r))
		out->rip = r.rip;
	return true;
}
