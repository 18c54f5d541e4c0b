// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PTP clock: what time it shows, and whether it lets itself be set.
 *   ptpclock DEVICE        prints "SECONDS AHEAD": its seconds since 1970, and microseconds it is ahead of this clock
 *   ptpclock DEVICE set    tries to set and to slew it; prints "refused" when neither is possible
 * Exit 0: it could be read (or refused); else the error's text is printed: ESTALE is "Stale file handle".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

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

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDWR) : -1;

	if (fd < 0)
		return fail(argc > 1 ? argv[1] : "usage: ptpclock DEVICE [set]");
	return argc > 2 && !strcmp(argv[2], "set") ? set(CLOCK_OF(fd)) : show(CLOCK_OF(fd));
}
