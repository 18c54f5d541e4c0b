/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine as hvhost's main() sees it: how it is set up, started and ended. Loop thread only, unless said otherwise.
 */
#ifndef HOST_MACHINE_HOST_H
#define HOST_MACHINE_HOST_H

#include <stdbool.h>
#include <stdint.h>

#define MACHINE_VPS_MAX 16
#define MACHINE_SERIALS 2

struct machine_config {
	const char *kernel;
	const char *initrd;		/* NULL: none */
	const char *append;		/* NULL: empty */
	uint64_t mem;
	unsigned int vps;
	const char *serial[MACHINE_SERIALS]; /* see serial_open(); NULL: a port with nobody at its other end */
	bool acpi_s4;			/* an _S4 object: the guest may think that it can hibernate */
	bool reboot;			/* --reset=reboot */
};

/* What the machine tells upwards: it knows nobody above it. */
struct machine_hooks {
	/* POST_MESSAGE and SIGNAL_EVENT (01 5.8); on a vCPU thread. They return a status. */
	uint16_t (*post)(uint32_t connection_id, uint32_t type, const void *payload, size_t len);
	uint16_t (*signal)(uint32_t connection_id, uint16_t flag);
	/* Loop thread: vCPUs are gone, RAM still holds what the guest left. All that was bound to the guest is to go. */
	void (*reset)(void);
	/* Loop thread; text may be NULL. "guest-crash", "guest-reset", "guest-poweroff" ... */
	void (*event)(const char *name, const uint64_t *regs, unsigned int count, const char *text);
};

/*
 * --hv WORD: "-stimer-direct" leaves a feature out of CPUID, "+NAME" or "NAME" puts one in that is out by default;
 * "version=MAJOR.MINOR.BUILD". false after a complaint. Before machine_create().
 */
bool hv_option(const char *word);
void hv_help(void);

/* Opens KVM, makes memory and virtual processors, loads the kernel. An exit code of exit_codes.h after a complaint, or 0. */
int machine_create(const struct machine_config *config, const struct machine_hooks *hooks);
/* Lets the guest run. An exit code as above, or 0. */
int machine_start(void);
/* Ends all virtual processors and waits for them. */
void machine_halt(void);
/* Frees all. After machine_halt(). */
void machine_destroy(void);

/* As if the guest had asked for it; honours config.reboot. Any thread. */
void machine_reset(const char *why);
/* A non-maskable interrupt to virtual processor vp. 0 or -errno. */
int machine_nmi(unsigned int vp);
/* --timeout passed: EXIT_PANIC when the guest had reported a crash before, else EXIT_TIMEOUT. */
void machine_timed_out(void);

/* Per VP, for the status verb. */
struct machine_vp_state {
	bool halted_by_us;
	bool synic, simp, siefp;
	uint64_t exits;
	uint64_t rip;	/* 0 while it runs */
	unsigned int queued;
};
bool machine_vp_state(unsigned int vp, struct machine_vp_state *out);
bool machine_guest_crashed(void);

#endif
