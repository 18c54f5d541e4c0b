// SPDX-License-Identifier: GPL-2.0-only
/* hvhosttrace: a trace of hvhost --trace as text. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmbus/explain.h"
#include "vmbus/tracefmt.h"

static const char usage[] =
	"hvhosttrace [OPTION...] FILE: what a trace of hvhost holds, a line for each message, packet, signal, interrupt\n"
	"\n"
	"  -c, --channel NAME   only this channel's (\"\": only the bus's own messages)\n"
	"  -k, --kind KIND      only: message, packet, signal, interrupt, fault, refused, note; may be repeated\n"
	"  -x, --hex [N]        the first N bytes of messages and packets, too (default 64)\n"
	"  -t, --totals         a table by channel at the end\n"
	"\n"
	"  ->  from the guest   <-  to the guest   --  the host itself. Times are seconds since the first record.\n"
	"Exit: 0 all was read, 1 the file ends in the middle of a record, 2 wrong use or not a trace\n";

static const char *const kinds[] = { NULL,    "message", "packet",  "signal", "interrupt",
				     "fault", "refused", "note" };

static int fail(const char *what, const char *why, const char *next)
{
	fprintf(stderr, "hvhosttrace: %s\n  why:  %s\n  next: %s\n", what, why, next);
	return 2;
}

static unsigned int kind_bit(const char *name)
{
	unsigned int i;

	for (i = 1; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i], name))
			return 1U << i;
	return 0;
}

/* 0, or an exit code; *file is what is left. */
static int options(int argc, char **argv, struct explain_options *o, const char **file)
{
	static const struct option table[] = {
		{ "channel", required_argument, NULL, 'c' }, { "kind", required_argument, NULL, 'k' },
		{ "hex", optional_argument, NULL, 'x' },     { "totals", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },	     { NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:k:x::th", table, NULL)) != -1)
		switch (c) {
		case 'c': o->channel = optarg; break;
		case 'k':
			if (!kind_bit(optarg))
				return fail("there is no such kind", optarg, "see hvhosttrace --help");
			o->kinds |= kind_bit(optarg);
			break;
		case 'x': o->hex = optarg ? (unsigned int)strtoul(optarg, NULL, 0) : 64; break;
		case 't': o->totals = true; break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default: return fail("wrong use", "an option it does not know", "see hvhosttrace --help");
		}
	if (optind + 1 != argc)
		return fail("wrong use", "one file is read at a time", "see hvhosttrace --help");
	*file = argv[optind];
	return 0;
}

static int tell_end(enum explain_end end, size_t at, const char *file)
{
	char where[80];

	snprintf(where, sizeof(where), "at byte %zu", at);
	switch (end) {
	case EXPLAIN_WHOLE: return 0;
	case EXPLAIN_CUT:
		fprintf(stderr, "hvhosttrace: %s ends in the middle of a record (%s): the host still writes, or was killed\n",
			file, where);
		return 1;
	case EXPLAIN_NOT_PCAPNG: return fail("not a trace", "the file is not pcapng", "name a file that hvhost --trace wrote");
	case EXPLAIN_NOT_OURS:
		return fail("not a trace of hvhost", "pcapng of another link type", "name a file that hvhost --trace wrote");
	case EXPLAIN_BAD_BLOCK: break;
	}
	return fail("the trace is damaged", where, "what was read before that is right");
}

static int explain_fd(int fd, const char *file, const struct explain_options *o)
{
	enum explain_end end;
	struct stat st;
	size_t at = 0;
	void *map;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return fail("the trace cannot be read", "not a regular file", "copy it to a file first");
	if (!st.st_size)
		return fail("not a trace", "the file is empty", "name a file that hvhost --trace wrote");
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return fail("the trace cannot be read", strerror(errno), "try a machine with more memory");
	end = explain(map, (size_t)st.st_size, o, stdout, &at);
	fflush(stdout);
	munmap(map, (size_t)st.st_size);
	return tell_end(end, at, file);
}

int main(int argc, char **argv)
{
	struct explain_options o = { 0 };
	const char *file;
	int fd, code = options(argc, argv, &o, &file);

	if (code)
		return code;
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail("the trace cannot be read", strerror(errno), file);
	code = explain_fd(fd, file, &o);
	close(fd);
	return code;
}
