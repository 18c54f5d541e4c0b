/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share. */
#ifndef HOST_MACHINE_INTERNAL_H
#define HOST_MACHINE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <linux/kvm.h>
#include <wire/hypervisor.h>

#include "host.h"
#include "layout.h"
#include "machine.h"

/* A port only the code in our hypercall page writes to (hypercall.c). */
#define HYPERCALL_PORT 0xE2

struct vcpu {
	unsigned int index;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
	bool started;
	atomic_bool kick;	/* something waits for this vCPU outside KVM_RUN */
	atomic_bool nmi;	/* one is to be injected */
	atomic_bool stopped;	/* it is outside KVM_RUN and stays there until the pause ends */
	_Atomic uint64_t exits;	/* those that reached us */
	int stats_fd;
	uint32_t exits_at, halts_at;
	/* SynIC, as KVM tells (exit HYPERV_SYNIC). Written by the vCPU's thread. */
	_Atomic uint64_t scontrol, simp, siefp;
};

struct machine {
	struct machine_config config;
	struct machine_hooks hooks;
	struct layout layout;
	int kvm, vm;
	size_t run_size;
	struct vcpu vcpu[MACHINE_VPS_MAX];
	unsigned int vps;
	bool amd;		/* vmmcall instead of vmcall */
	unsigned int phys_bits;
	atomic_bool crashed;	/* the guest reported a crash */
	atomic_bool resetting;
};

extern struct machine machine;

struct counters {
	_Atomic uint64_t io, mmio, hypercall, msr, synic;
	_Atomic uint64_t sint_raised, posted, to_guest, msis;
};
extern struct counters counters;

/* kvm.c: 0 or an exit code after a complaint; -errno for the ioctl forms */
int kvm_open(void);
int kvm_make_vm(void);
void kvm_drop_vm(void);
int kvm_set_routing(void);
int kvm_irq_line(unsigned int gsi, bool level);
int vm_ioctl(unsigned long request, void *arg);
int vcpu_ioctl(const struct vcpu *v, unsigned long request, void *arg);
int kvm_get_msr(const struct vcpu *v, uint32_t index, uint64_t *value);
int kvm_set_msr(const struct vcpu *v, uint32_t index, uint64_t value);
#define SINT_GSI(vp, sint) (24 + (vp) * HVW_SINT_COUNT + (sint))

/* cpuid.c */
int cpuid_set(const struct vcpu *v);
unsigned int cpuid_phys_bits(void);

/* memory.c */
int memory_init(void);
void memory_exit(void);
int memory_to_kvm(void);	/* all blocks into a new VM */
void memory_clear(void);	/* RAM reads as zero */

/* boot.c, acpi.c */
int boot_files(void);
int boot_load(void);
int boot_vcpu(const struct vcpu *v);
void boot_exit(void);
int acpi_build(void);

/* vcpu.c */
int vcpus_create(void);
int vcpus_start(void);
void vcpus_end(void);
void vcpus_close(void);
/* Nothing more happens in the guest: it is over, or about to begin anew. Any thread; does not wait. */
void vcpus_still(void);
/* Makes the vCPU come out of KVM_RUN once: queued messages are looked at. Any thread. */
void vcpu_kick(struct vcpu *v);

/* stats.c: KVM's own counts, those that never reach us included */
void stats_open(struct vcpu *v);
void stats_close(struct vcpu *v);
uint64_t stats_exits(const struct vcpu *v);
uint64_t stats_halts(const struct vcpu *v);

/* io.c: ports; with the big lock held */
void io_init(void);
void io_port(const struct vcpu *v, uint16_t port, bool out, unsigned int size, uint8_t *data);

/* mmio.c */
void mmio_access(uint64_t gpa, bool write, unsigned int size, uint8_t *data);

/* serial.c: "stdio", "pty", "file:PATH" or a PATH, "unix:PATH" (connects), "listen:PATH". 0 or an exit code. */
int serial_open(unsigned int port, const char *where);
void serial_flush(void);
void serial_close(void);
void serial_reset(void);

/* rtc.c, pm.c */
void rtc_init(void);
void pm_init(void);
void pm_reset(void);

/* hypercall.c */
int hypercall_filter(void);
void hypercall_reset(void);
bool hypercall_wrmsr(struct vcpu *v, uint32_t index, uint64_t value);
bool hypercall_rdmsr(struct vcpu *v, uint32_t index, uint64_t *value);
void hypercall_from_port(struct vcpu *v);
uint64_t hypercall_from_kvm(struct vcpu *v, uint64_t control, uint64_t in, uint64_t out);

/* crash.c */
bool crash_wrmsr(uint32_t index, uint64_t value);
bool crash_rdmsr(uint32_t index, uint64_t *value);
void crash_reset(void);

/* synic.c */
int synic_init(void);
void synic_exit(void);
void synic_changed(struct vcpu *v, uint32_t msr, uint64_t control, uint64_t evt_page, uint64_t msg_page);
void synic_deliver(struct vcpu *v);
unsigned int synic_queued(unsigned int vp);

/* clock.c: the guest's reference clock, which stands still in a pause */
int clock_pause(void);
void clock_resume(void);
uint64_t clock_ns(void);

#endif
