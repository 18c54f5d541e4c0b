/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: the child that thaws file systems when nobody else does.
 */
#ifndef _VSS_WATCHDOG_H
#define _VSS_WATCHDOG_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Starts it with the folders it is to thaw, in this order. line: its other end; closing it, by death too, makes it
 * thaw. Returns its pid or -errno.
 */
pid_t watchdog_start(const int *fds, unsigned int count, unsigned int seconds, int *line);

/* All is thawed: it has nothing to do and ends. True when it had thawed by itself. */
bool watchdog_end(pid_t pid, int line);

/* Whether it ended without being told to, that is, thawed or died; if so, *thawed says which. */
bool watchdog_ended(pid_t pid, bool *thawed);

#endif
