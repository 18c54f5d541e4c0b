// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PTP clock: what time it shows, and whether it lets itself be set.
 *   ptpclock DEVICE        prints "SECONDS AHEAD": its seconds since 1970, and microseconds it is ahead of this clock
 *   ptpclock DEVICE host N DISK
 *                          sends a command to DISK N times and asks the rig (descriptor 3) at what time the host saw it come; prints
 *                          "BEHIND TRIP" of the quickest: how many microseconds the clock is behind the host's, give or take half of
 *                          TRIP, the time between sending and the answer
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
#include <scsi/sg.h>
#include <sys/ioctl.h>

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

/* TEST UNIT READY: nothing the host has to work on. Its bytes that mean nothing hold a number. */
static int send_command(int disk, uint32_t number)
{
	unsigned char cdb[6] = { 0, number >> 24, number >> 16, number >> 8, number }, sense[32];
	sg_io_hdr_t h = { .interface_id = 'S', .dxfer_direction = SG_DXFER_NONE, .cmdp = cdb, .cmd_len = sizeof(cdb), .sbp = sense,
			  .mx_sb_len = sizeof(sense), .timeout = 60000 };

	return ioctl(disk, SG_IO, &h) < 0 ? -1 : 0;
}

/* When the host saw the command of this number. 0; the rig's other codes when it did not so far. */
static int ask_host(uint32_t number, long long *us)
{
	char line[256], ask[96];
	uint32_t who;
	int len = snprintf(ask, sizeof(ask), "#host ptp.%u trace-stamp cdb 00%08x00\n", number, number), code;

	if (write(3, ask, len) != len)
		return -1;
	while (!read_line(line, sizeof(line)))
		if (sscanf(line, "#reply ptp.%u %d %lld", &who, &code, us) >= 2 && who == number)
			return code;
	return -1;
}

/* The trace may be written later than the answer is there. */
static int ask_until_there(uint32_t number, long long *us)
{
	int i, code = -1;

	for (i = 0; i < 50; i++) {
		code = ask_host(number, us);
		if (code <= 0)
			break;
		usleep(20000);
	}
	return code;
}

static int compare(clockid_t clock, int rounds, int disk)
{
	int64_t best = INT64_MAX, behind = 0, before, after;
	uint32_t number = (uint32_t)now_us(clock);
	long long host;
	int i;

	for (i = 0; i < rounds; i++) {
		before = now_us(clock);
		if (send_command(disk, ++number))
			return fail("a command to the disk");
		after = now_us(clock);
		if (ask_until_there(number, &host))
			return fail("the time the host saw it");
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
	int fd = argc > 1 ? open(argv[1], O_RDWR) : -1, disk;

	if (fd < 0)
		return fail(argc > 1 ? argv[1] : "usage: ptpclock DEVICE [set]");
	if (argc > 4 && !strcmp(argv[2], "host")) {
		disk = open(argv[4], O_RDWR);
		return disk < 0 ? fail(argv[4]) : compare(CLOCK_OF(fd), atoi(argv[3]), disk);
	}
	return argc > 2 && !strcmp(argv[2], "set") ? set(CLOCK_OF(fd)) : show(CLOCK_OF(fd));
}
