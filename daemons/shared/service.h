/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what the three daemons have in common: options, background, signals, the driver's device and its registration.
 * docs/wire/03-integration-components.md 7.
 */
#ifndef _DAEMONS_SERVICE_H
#define _DAEMONS_SERVICE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SERVICE_MESSAGE_MAX 8192

/* Exit codes of the daemons. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USE = 2, EXIT_TAKEN = 4 };

struct service {
	const char *name;
	const char *about; /* one line for --help */
	const char *device;
	uint64_t capabilities; /* kept, of all (privileges.h) */
	void *ctx;

	/*
	 * Options of its own, beside those all have; option() takes one by its val (256 and up), false: its
	 * value is none.
	 */
	const struct option *options;
	const char *help;
	bool (*option)(void *ctx, int val, const char *arg);

	/* May be missing: what options asked for instead of a daemon's life: the exit code, or -1 when nothing was. */
	int (*once)(void *ctx);

	/* Once, before the driver is talked to: 0 or -errno (which was told). Privileges are gone by then. */
	int (*start)(void *ctx);
	void (*stop)(void *ctx);

	/*
	 * May be missing: a transport other than the device's. other_open() is asked where there is no device: a
	 * descriptor to wait on, or -ENOENT. other_read(): the next request's length, 0: none, -errno.
	 * other_answer(): 0 or -errno. Such a transport has no registration.
	 */
	int (*other_open)(void *ctx);
	ssize_t (*other_read)(void *ctx, uint8_t *message);
	int (*other_answer)(void *ctx, const uint8_t *message, size_t len);
	void (*other_close)(void *ctx);

	/* Registration: the message to write (its length), and the driver's answer: 0 or -errno. */
	size_t (*hello)(void *ctx, uint8_t *message);
	int (*welcome)(void *ctx, const uint8_t *message, size_t len);

	/* A request, answered in place: the answer's length, or -errno for none. room is SERVICE_MESSAGE_MAX. */
	ssize_t (*serve)(void *ctx, uint8_t *message, size_t len);

	/* May be missing: an answer is with the driver; what may take longer than it would wait is done now. */
	void (*answered)(void *ctx);

	/* The driver is gone, or did not take an answer: whatever is under way ends. */
	void (*lost)(void *ctx);

	/* May be missing: a child ended; and one more descriptor to watch (-1: none just now). */
	void (*child)(void *ctx);
	int (*watched)(void *ctx);
	void (*ready)(void *ctx);
};

/* A driver's answer to a registration that is one number: 0 when it is this one, or -EPROTO. */
int service_word(const uint8_t *message, size_t len, uint32_t word);

/* The whole life of a daemon; the exit code. */
int service_main(int argc, char **argv, const struct service *s);

#endif
