/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what a daemon has to say: to syslog, or to stderr (a terminal, or the journal, which is told the level).
 */
#ifndef _DAEMONS_LOG_H
#define _DAEMONS_LOG_H

#include <stdbool.h>
#include <syslog.h>

void log_open(const char *name, bool to_stderr, bool debug);

/*
 * While file systems are frozen nothing may be written, as whoever takes the line may wait for a disk: with hold
 * on, lines are kept in memory (the last 128 of them); with hold off they are written.
 */
void log_hold(bool on);

/*
 * One line; control characters in it become '?', as part of it may be the host's. No more than 200 lines in 10 s are
 * written; how many were left out is said later. Lines of --debug do not count.
 */
void log_at(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_at(LOG_ERR, __VA_ARGS__)
#define log_warn(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

#endif
