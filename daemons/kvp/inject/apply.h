/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: addresses are handed to the network stack of the machine: its file is written, it is told, the result
 * looked at, and all is put back as it was when the addresses do not come.
 */
#ifndef _INJECT_APPLY_H
#define _INJECT_APPLY_H

#include <stdbool.h>
#include "kvp/inject/stack.h"
#include "kvp/ip.h"

struct apply {
	const char *root; /* in front of every path; empty on a machine, a folder in tests */
	/* Whether the interface has these addresses before that many seconds are over. */
	bool (*there)(const char *interface, const struct ip_config *c, unsigned int seconds);
	/* Whether a process of this name (/proc/PID/comm) runs. */
	bool (*runs)(const char *comm);
};

void apply_look(const struct apply *a, const char *interface, struct stack_facts *f);

/*
 * Takes at most 28 s, within the 30 s the driver waits. 0; -ENOSYS: no stack it knows; -EIO: the addresses did not
 * come and the former configuration is back; another -errno: nothing was changed.
 */
int apply_addresses(const struct apply *a, const char *interface, const char *mac, const struct ip_config *c);

/* What struct apply's `runs` is on a machine. */
bool process_runs(const char *comm);

#endif
