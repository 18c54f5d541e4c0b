// SPDX-License-Identifier: GPL-2.0-only
/* Messages to stderr (log.h). One write a line, so that lines of several threads never mix. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define LINE_MAX_BYTES 2048

static _Atomic int log_level = LOG_INFO;
static struct timespec started;

static void __attribute__((constructor)) log_begin(void)
{
	clock_gettime(CLOCK_MONOTONIC, &started);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - started.tv_sec) + (double)(now.tv_nsec - started.tv_nsec) / 1e9;
}

void log_set_level(enum log_level level)
{
	log_level = (int)level;
}

/* Guests and clients name things: what they say must not move the cursor of whoever reads the log. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static void put_line(char *line, size_t len)
{
	make_plain(line);
	line[len] = '\n';
	if (write(STDERR_FILENO, line, len + 1) < 0)
		return; /* nobody is left to be told */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const words[] = { "error: ", "warning: ", "", "debug: " };
	char line[LINE_MAX_BYTES + 1];
	va_list ap;
	int n, m;

	if ((int)level > log_level)
		return;
	n = snprintf(line, LINE_MAX_BYTES, "[%9.3f] %s", seconds(), words[level]);
	va_start(ap, fmt);
	m = vsnprintf(line + n, LINE_MAX_BYTES - (size_t)n, fmt, ap);
	va_end(ap);
	if (m < 0)
		return;
	put_line(line, strlen(line));
}

static complain_fn diverted;

void complain_divert(complain_fn fn)
{
	diverted = fn;
}

void complain(const char *what, const char *next, const char *why_fmt, ...)
{
	char why[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, why_fmt);
	vsnprintf(why, sizeof(why), why_fmt, ap);
	va_end(ap);
	make_plain(why);
	if (diverted) {
		diverted(what, why, next);
		return;
	}
	fprintf(stderr, "hvhost: %s\n  why:  %s\n  next: %s\n", what, why, next);
}
