/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Doubles of what lies under the VMBus server (machine, event loop, log) and beside it (control socket, devices), for tests
 * and fuzzing of the real server: the test plays the guest. Time stands still but for dbl_advance().
 */
#ifndef HOST_MACHINE_DOUBLE_H
#define HOST_MACHINE_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/machine.h"

#define DBL_RAM (16UL << 20) /* from GPA 0, with a hole of a page at DBL_HOLE */
#define DBL_HOLE 0x3000UL
#define DBL_VPS 4

struct dbl_message {
	uint32_t vp;
	unsigned int sint;
	size_t len;
	uint8_t bytes[256];
	bool raw;
};

/* RAM zero, nothing posted, no timers, no watches. */
void dbl_reset(void);
uint8_t *dbl_ram(uint64_t gpa);

/* The oldest message not yet taken; false: none. */
bool dbl_take(struct dbl_message *m);
unsigned int dbl_waiting(void);
/* How often (vp, sint, flag) was set; dbl_flags(): any flag. */
unsigned int dbl_flag(uint32_t vp, unsigned int sint, unsigned int flag);
unsigned int dbl_flags(void);

/* The guest's hypercall 0x5D, the kernel's way by eventfd: false when the connection is not bound. */
bool dbl_signal(uint32_t connection_id);
unsigned int dbl_bound(void);

/* Runs what is posted and whose descriptors are ready until nothing is. */
void dbl_run(void);
/* Time passes: timers due run in their order, and dbl_run() after each. */
void dbl_advance(uint64_t ns);
void dbl_pause(bool on);

/* Last event of the control socket, last warning, how often devices were reset. */
const char *dbl_event(void);
unsigned int dbl_warnings(void);
unsigned int dbl_resets(void);
int dbl_verb(const char *name, const char *json_args, char *reply, size_t len);

#endif
