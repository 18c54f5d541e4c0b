/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: other programs, started without a shell: their arguments are theirs, whatever is in them.
 */
#ifndef _DAEMONS_SPAWN_H
#define _DAEMONS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

/* The full path of a program of the system's folders; false when there is none. */
bool program_path(char *path, size_t size, const char *name);

/*
 * Runs argv[0] (a full path) to its end with nothing open, a clean environment and a process group of its own.
 * Needs SIGCHLD blocked. Returns the exit code, -ETIMEDOUT (it and its group were killed), -ECHILD when a signal
 * ended it, or -errno.
 */
int run_program(char *const argv[], unsigned int seconds);

/* Undoes for a child what the daemon did to its signals. */
void child_signals(void);

/* Closes all descriptors of a child but these and one more (-1: none). It asks for no memory. */
void close_all_but(const int *fds, unsigned int count, int more);

/* Milliseconds of a clock that nobody sets. */
long long now_ms(void);

#endif
