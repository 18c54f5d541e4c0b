// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PTP clock: what time it shows, and whether it lets itself be set.
 *   ptpclock DEVICE        prints "SECONDS AHEAD": its seconds since 1970, and microseconds it is ahead of this clock
 *   ptpclock DEVICE host N asks the rig (descriptor 3) N times for the host's time; prints "BEHIND TRIP" of the quickest answer: how many
 *                          microseconds the clock is behind the host's, give or take half of TRIP, the time that answer took
 *   ptpclock DEVICE set    tries to set and to slew it; prints "refused" when neither is possible
 * Exit 0: it could be read (or refused); else the error's text is printed: ESTALE is "Stale file handle".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define CLOCK_OF(fd) ((~(clockid_t)(fd) << 3) | 3)

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

static int show(clockid_t clock)
{
	struct timespec theirs, ours;

	if (clock_gettime(clock, &theirs) || clock_gettime(CLOCK_REALTIME, &ours))
		return fail("clock_gettime");
	printf("%lld %lld\n", (long long)theirs.tv_sec,
	       (long long)(theirs.tv_sec - ours.tv_sec) * 1000000 + (theirs.tv_nsec - ours.tv_nsec) / 1000);
	return 0;
}

static int set(clockid_t clock)
{
	struct timespec now = { 1000000000, 0 };
	struct timex slew = { .modes = ADJ_FREQUENCY, .freq = 65536 };

	if (!clock_settime(clock, &now) || clock_adjtime(clock, &slew) >= 0) {
		puts("taken");
		return 1;
	}
	puts("refused");
	return 0;
}

/* A line of the rig's, byte by byte: what follows it is the shell's to read. */
static int read_line(char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size) {
		if (read(3, line + n, 1) != 1)
			return -1;
		if (line[n++] == '\n')
			break;
	}
	line[n] = 0;
	return 0;
}

static int64_t now_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int ask_host(int n, long long *us)
{
	char line[256], ask[64];
	int len = snprintf(ask, sizeof(ask), "#host ptp.%d clock\n", n), who, code;

	if (write(3, ask, len) != len)
		return -1;
	while (!read_line(line, sizeof(line)))
		if (sscanf(line, "#reply ptp.%d %d %lld", &who, &code, us) == 3 && who == n)
			return code;
	return -1;
}

static int compare(clockid_t clock, int rounds)
{
	int64_t best = INT64_MAX, behind = 0, before, after;
	long long host;
	int i;

	for (i = 0; i < rounds; i++) {
		before = now_us(clock);
		if (ask_host(i, &host))
			return fail("the host's time");
		after = now_us(clock);
		if (after - before >= best)
			continue;
		best = after - before;
		behind = host - (before + best / 2);
	}
	printf("%lld %lld\n", (long long)behind, (long long)best);
	return 0;
}

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDWR) : -1;

	if (fd < 0)
		return fail(argc > 1 ? argv[1] : "usage: ptpclock DEVICE [set]");
	if (argc > 3 && !strcmp(argv[2], "host"))
		return compare(CLOCK_OF(fd), atoi(argv[3]));
	return argc > 2 && !strcmp(argv[2], "set") ? set(CLOCK_OF(fd)) : show(CLOCK_OF(fd));
}
