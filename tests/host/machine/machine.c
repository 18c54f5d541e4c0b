// SPDX-License-Identifier: GPL-2.0-only
/* The whole machine: made, started, reset, ended (host.h). */
#include <string.h>

#include "core/exit_codes.h"
#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define PHYS_BITS_MOST 52

/* Everything that lives and dies with a VM of KVM's. */
static int vm_up(void)
{
	int err = kvm_make_vm();

	if (!err)
		err = memory_to_kvm();
	if (!err)
		err = boot_load();
	if (!err)
		err = vcpus_create();
	if (!err && (kvm_set_routing() || synic_init())) {
		complain("the interrupts of the bus cannot be wired", "look at the kernel log of this machine",
			 "KVM_SET_GSI_ROUTING, or KVM_IRQFD with a resample eventfd, was refused");
		err = EXIT_HOST_ERROR;
	}
	return err;
}

static void vm_down(void)
{
	synic_exit();
	vcpus_close();
	kvm_drop_vm();
	hypercall_reset();
	crash_reset();
	machine.crashed = false;
}

static int open_serials(void)
{
	int err = 0;

	for (unsigned int i = 0; i < MACHINE_SERIALS && !err; i++)
		err = serial_open(i, machine.config.serial[i]);
	return err;
}

static int lay_out(unsigned int phys_bits)
{
	const char *why = layout_make(&machine.layout, machine.config.mem, phys_bits);

	if (!why)
		return 0;
	complain("this much memory cannot be had", "choose another --mem", "%llu MiB: %s",
		 (unsigned long long)(machine.config.mem / MIB), why);
	return EXIT_USAGE;
}

/* Mistakes of the user come first: they are told even where there is no KVM. */
int machine_create(const struct machine_config *config, const struct machine_hooks *hooks)
{
	int err;

	machine.config = *config;
	machine.hooks = *hooks;
	machine.vps = config->vps;
	for (unsigned int i = 0; i < MACHINE_VPS_MAX; i++)
		machine.vcpu[i].fd = machine.vcpu[i].stats_fd = -1;
	err = lay_out(PHYS_BITS_MOST);
	if (!err)
		err = boot_files();
	if (!err)
		err = kvm_open();
	if (!err)
		err = lay_out(machine.phys_bits);
	if (err)
		return err;
	io_init();
	err = open_serials();
	if (!err)
		err = memory_init();
	return err ? err : vm_up();
}

int machine_start(void)
{
	return vcpus_start();
}

void machine_halt(void)
{
	vcpus_end();
}

void machine_destroy(void)
{
	if (machine.vm >= 0)
		vm_down();
	serial_close();
	boot_exit();
	memory_exit();
}

/* --- reset --------------------------------------------------------------------------------------------------------------- */

static void begin_anew(void *arg)
{
	int err;

	serial_flush();
	vcpus_end();
	machine.hooks.event("guest-reset", NULL, 0, NULL);
	machine.hooks.reset();
	if (machine_paused())
		machine_resume();
	vm_down();
	memory_clear();
	pm_reset();
	serial_reset();
	err = vm_up();
	machine.resetting = false;
	if (!err)
		err = vcpus_start();
	if (err)
		loop_quit(err);
}

void machine_reset(const char *why)
{
	if (!machine.config.reboot) {
		machine_stop(EXIT_RESET, why);
		return;
	}
	if (atomic_exchange(&machine.resetting, true))
		return;
	log_info("the machine begins anew: %s", why);
	vcpus_still();
	if (loop_post(begin_anew, NULL))
		loop_quit(EXIT_HOST_ERROR);
}

void machine_timed_out(void)
{
	machine_stop(EXIT_TIMEOUT, "the time allowed has passed");
}

bool machine_guest_crashed(void)
{
	return machine.crashed;
}

void machine_get_counters(struct machine_counters *out)
{
	uint64_t exits = 0, halts = 0;

	for (unsigned int i = 0; i < machine.vps; i++) {
		exits += stats_exits(&machine.vcpu[i]);
		halts += stats_halts(&machine.vcpu[i]);
	}
	*out = (struct machine_counters){
		.exits = exits,
		.exits_io = counters.io,
		.exits_mmio = counters.mmio,
		.exits_hypercall = counters.hypercall,
		.exits_msr = counters.msr,
		.exits_synic = counters.synic,
		.exits_halt = halts,
		.sint_raised = counters.sint_raised,
		.messages_posted = counters.posted,
		.messages_to_guest = counters.to_guest,
		.msis = counters.msis,
	};
}
