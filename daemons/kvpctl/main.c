// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: kvpctl: lists, reads and writes the key-value pools this guest shares with its host.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "kvp/pool.h"
#include "kvpctl/json.h"
#include "shared/text.h"

#ifndef LIS_VERSION
#define LIS_VERSION "unknown"
#endif

enum { EXIT_OK, EXIT_FAILED, EXIT_USE, EXIT_NO_KEY };

struct run {
	const char *folder;
	bool json;
	struct pools pools;
	unsigned int pool;
	unsigned int printed;
};

static const char *const pool_names[KVP_POOLS] = { "external", "guest", "auto", "host", "internal" };

static int usage(const char *why)
{
	fprintf(stderr,
		"kvpctl: %s\n"
		"usage: kvpctl [--json] [--folder FOLDER] COMMAND\n"
		"  list [POOL]             all keys and values\n"
		"  get POOL KEY            one value\n"
		"  set POOL KEY VALUE      adds or replaces\n"
		"  delete POOL KEY         removes\n"
		"  clear POOL              removes all\n"
		"POOL: external (0, set by the host's admin), guest (1, for the host to read), auto (2), host (3, what the host\n"
		"tells of itself), internal (4)\n",
		why);
	return EXIT_USE;
}

static const char *error_text(int err)
{
	switch (err) {
	case -EINVAL:
		return "a key must not be empty, and both must be UTF-8";
	case -E2BIG:
		return "a key has at most 511 bytes, a value 2047";
	case -ENOSPC:
		return "the pool or the disk is full";
	case -ETIMEDOUT:
		return "another program keeps the pool locked";
	default:
		return strerror(-err);
	}
}

static int failed(const struct run *r, const char *what, int err)
{
	if (err == -ENOENT) {
		fprintf(stderr, "kvpctl: no such key in pool %s\n", pool_names[r->pool]);
		return EXIT_NO_KEY;
	}
	fprintf(stderr, "kvpctl: cannot %s pool %s in %s: %s\n", what, pool_names[r->pool], r->folder, error_text(err));
	if (err == -EACCES || err == -EPERM)
		fprintf(stderr, "  next: run it as root\n");
	return EXIT_FAILED;
}

static bool parse_pool(const char *text, unsigned int *pool)
{
	unsigned int i;

	for (i = 0; i < KVP_POOLS; i++)
		if (!strcmp(text, pool_names[i]) || (text[0] == (char)('0' + i) && !text[1])) {
			*pool = i;
			return true;
		}
	return false;
}

static int print_pair(void *ctx, const char *key, const char *value)
{
	static char a[6 * KVP_KEY_BYTES + 3], b[6 * KVP_VALUE_BYTES + 3];
	struct run *r = ctx;

	if (r->json) {
		json_string(a, key);
		json_string(b, value);
		printf("%s\n    { \"key\": %s, \"value\": %s }", r->printed ? "," : "", a, b);
	} else {
		plain_string(a, key);
		plain_string(b, value);
		printf("%s\t%s\t%s\n", pool_names[r->pool], a, b);
	}
	r->printed++;
	return 0;
}

static int list_pool(struct run *r, bool first)
{
	int err;

	r->printed = 0;
	if (r->json)
		printf("%s\n  \"%s\": [", first ? "" : ",", pool_names[r->pool]);
	err = pool_each(&r->pools, r->pool, print_pair, r);
	/* A pool whose file is not there has no keys. */
	if (err && err != -ENOENT)
		return failed(r, "list", err);
	if (r->json)
		printf("%s]", r->printed ? "\n  " : "");
	return EXIT_OK;
}

static int do_list(struct run *r, int argc, char **argv)
{
	int code = EXIT_OK;

	if (argc > 1 || (argc && !parse_pool(argv[0], &r->pool)))
		return usage("list takes one pool at most");
	if (r->json)
		printf("{");
	if (argc)
		code = list_pool(r, true);
	else
		for (r->pool = 0; r->pool < KVP_POOLS && !code; r->pool++)
			code = list_pool(r, r->pool == 0);
	if (r->json && !code)
		printf("\n}\n");
	return code;
}

static int do_get(struct run *r, int argc, char **argv)
{
	static char value[KVP_VALUE_ROOM], quoted[6 * KVP_VALUE_BYTES + 3];
	int err;

	if (argc != 2 || !parse_pool(argv[0], &r->pool))
		return usage("get takes a pool and a key");
	err = pool_get(&r->pools, r->pool, argv[1], value);
	if (err)
		return failed(r, "read", err);
	/* The host has written some of them: a terminal is not to obey it. Programs get what is there. */
	if (r->json)
		json_string(quoted, value);
	else if (isatty(STDOUT_FILENO))
		plain_string(quoted, value);
	else
		memcpy(quoted, value, strlen(value) + 1);
	puts(quoted);
	return EXIT_OK;
}

static int do_set(struct run *r, int argc, char **argv)
{
	int err;

	if (argc != 3 || !parse_pool(argv[0], &r->pool))
		return usage("set takes a pool, a key and a value");
	/* The host's side counts otherwise: longer ones arrive cut. */
	if (utf16_units(argv[1]) > 254 || utf16_units(argv[2]) > 1022)
		fprintf(stderr, "kvpctl: note: the host sees 254 characters of a key and 1022 of a value\n");
	err = pool_set(&r->pools, r->pool, argv[1], argv[2]);
	return err ? failed(r, "write", err) : EXIT_OK;
}

static int do_delete(struct run *r, int argc, char **argv)
{
	int err;

	if (argc != 2 || !parse_pool(argv[0], &r->pool))
		return usage("delete takes a pool and a key");
	err = pool_delete(&r->pools, r->pool, argv[1]);
	return err ? failed(r, "write", err) : EXIT_OK;
}

static int do_clear(struct run *r, int argc, char **argv)
{
	int err;

	if (argc != 1 || !parse_pool(argv[0], &r->pool))
		return usage("clear takes a pool");
	err = pool_clear(&r->pools, r->pool);
	return err ? failed(r, "write", err) : EXIT_OK;
}

static const struct {
	const char *name;
	bool writes;
	int (*run)(struct run *r, int argc, char **argv);
} commands[] = {
	{ "list", false, do_list }, { "get", false, do_get },	  { "set", true, do_set },
	{ "delete", true, do_delete }, { "clear", true, do_clear },
};

static int run_command(struct run *r, int argc, char **argv)
{
	size_t i;
	int code, err;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[0], commands[i].name))
			continue;
		err = pools_open(&r->pools, r->folder, commands[i].writes);
		if (err) {
			fprintf(stderr, "kvpctl: %s: %s\n  next: %s\n", r->folder, strerror(-err),
				err == -ENOENT ? "start hv_kvp_daemon, which makes it" : "run it as root");
			return EXIT_FAILED;
		}
		code = commands[i].run(r, argc - 1, argv + 1);
		pools_close(&r->pools);
		return code;
	}
	return usage("there is no such command");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },    { "folder", required_argument, NULL, 'F' },
		{ "version", no_argument, NULL, 'V' }, { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct run r = { .folder = POOL_FOLDER };
	int c, code;

	/* '+': what comes after the command is the command's, a value that begins with a dash too. */
	while ((c = getopt_long(argc, argv, "+jF:Vh", options, NULL)) != -1) {
		if (c == 'j')
			r.json = true;
		else if (c == 'F')
			r.folder = optarg;
		else if (c == 'V')
			return printf("kvpctl " LIS_VERSION "\n") < 0 ? EXIT_FAILED : EXIT_OK;
		else if (c == 'h')
			return usage("lists, reads and writes the key-value pools shared with the Hyper-V host") == EXIT_USE ? EXIT_OK : EXIT_FAILED;
		else
			return usage("there is no such option");
	}
	if (optind == argc)
		return usage("a command is missing");
	code = run_command(&r, argc - optind, argv + optind);
	if (fflush(stdout) && !code) {
		fprintf(stderr, "kvpctl: the output cannot be written: %s\n", strerror(errno));
		return EXIT_FAILED;
	}
	return code;
}
