/* SPDX-License-Identifier: GPL-2.0-only */
/* What main() is made of. These files alone know every room. */
#ifndef HOST_MAIN_H
#define HOST_MAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/host.h"
#include "vmbus/vmbus.h"

#define DEVICES_MAX 256

struct settings {
	struct machine_config machine;
	struct vmb_config bus;
	const char *devices[DEVICES_MAX];
	unsigned int device_count;
	unsigned int serial_count;
	const char *control, *trace, *fault;
	uint64_t timeout_s; /* 0: none */
	bool paused;
};

/* False: end with *code now (help was given, or a complaint made). */
bool settings_read(struct settings *s, int argc, char **argv, int *code);

/* quit, pause, resume, reset, nmi, status on the control socket. */
void host_verbs_register(const struct settings *s);

#endif
