// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: syslog, stderr, and lines that have to wait (log.h).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "shared/log.h"
#include "shared/text.h"

#define LINE 240
#define HELD 128
#define LINES_MAX 200 /* in this time */
#define LINES_SECONDS 10

static struct {
	const char *name;
	bool to_stderr;
	bool debug;
	bool journal;
	bool hold;
	unsigned int held; /* all that came while held; the last HELD are kept */
	int level[HELD];
	char line[HELD][LINE];
	time_t since; /* when counting of lines began */
	unsigned int lines;
} state = { .name = "lis", .to_stderr = true };

void log_open(const char *name, bool to_stderr, bool debug)
{
	state.name = name;
	state.to_stderr = to_stderr;
	state.debug = debug;
	state.journal = getenv("JOURNAL_STREAM") != NULL;
	if (!to_stderr)
		openlog(name, LOG_NDELAY | LOG_PID, LOG_DAEMON);
}

static void write_line(int level, const char *line)
{
	char out[LINE + 64];
	int len;

	if (!state.to_stderr) {
		syslog(level, "%s", line);
		return;
	}
	if (state.journal)
		len = snprintf(out, sizeof(out), "<%d>%s\n", level, line);
	else
		len = snprintf(out, sizeof(out), "%s: %s\n", state.name, line);
	/* A line that cannot be written has nobody to be told to. */
	if (write(STDERR_FILENO, out, (size_t)len) < 0)
		return;
}

void log_hold(bool on)
{
	unsigned int i;

	state.hold = on;
	if (on)
		return;
	if (state.held > HELD)
		log_at(LOG_WARNING, "%u lines were lost while file systems were frozen", state.held - HELD);
	for (i = state.held > HELD ? state.held - HELD : 0; i < state.held; i++)
		write_line(state.level[i % HELD], state.line[i % HELD]);
	state.held = 0;
}

/* What the host does is told, but a host that does it all the time does not fill the disk with it. */
static bool too_many(void)
{
	unsigned int more = state.lines > LINES_MAX ? state.lines - LINES_MAX : 0;
	struct timespec now;
	char line[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - state.since < LINES_SECONDS)
		return ++state.lines > LINES_MAX;
	state.since = now.tv_sec;
	state.lines = 1;
	snprintf(line, sizeof(line), "%u lines were left out: there were too many", more);
	if (more && !state.hold)
		write_line(LOG_WARNING, line);
	return false;
}

void log_at(int level, const char *format, ...)
{
	char line[LINE];
	va_list args;

	if (level == LOG_DEBUG ? !state.debug : too_many())
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_printable(line);
	if (!state.hold) {
		write_line(level, line);
		return;
	}
	state.level[state.held % HELD] = level;
	memcpy(state.line[state.held % HELD], line, sizeof(line));
	state.held++;
}
