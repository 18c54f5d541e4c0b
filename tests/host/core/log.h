/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages to stderr, one line each, with the seconds since start. Any thread. */
#ifndef HOST_LOG_H
#define HOST_LOG_H

#include <stdarg.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

/*
 * A mistake of the user: what, why, and what to do next, on stderr in three lines. Returns so that the caller can clean
 * up; the caller ends with an exit code of exit_codes.h.
 */
void complain(const char *what, const char *next, const char *why_fmt, ...) __attribute__((format(printf, 3, 4)));

/* Complaints go to fn instead, until it is NULL again: those of a device that a client asks for are the client's. Loop thread. */
typedef void (*complain_fn)(const char *what, const char *why, const char *next);
void complain_divert(complain_fn fn);

#endif
