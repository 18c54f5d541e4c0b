// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what hv_kvp_daemon does with addresses the host sets, and with its question for them, as a program: the network stack,
 * the files and the privileges are the real ones; only the host is missing.
 *
 *   inject set INTERFACE [dhcp=1] [addresses=...] [subnets=...] [gateways=...] [dns=...]
 *   inject get INTERFACE
 */
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "kvp/inject/apply.h"
#include "kvp/network.h"
#include "shared/log.h"
#include "shared/privileges.h"

static struct kvp_daemon_ip record;

static const struct {
	const char *name;
	__u8 *field;
	size_t size;
} fields[] = {
	{ "addresses=", record.addresses, sizeof(record.addresses) },
	{ "subnets=", record.subnets, sizeof(record.subnets) },
	{ "gateways=", record.gateways, sizeof(record.gateways) },
	{ "dns=", record.dns, sizeof(record.dns) },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static int take(const char *arg)
{
	size_t i;

	if (!strncmp(arg, "dhcp=", 5)) {
		record.dhcp = arg[5] == '1';
		return 0;
	}
	for (i = 0; i < FIELDS; i++) {
		size_t len = strlen(fields[i].name);

		if (strncmp(arg, fields[i].name, len) || strlen(arg) - len >= fields[i].size)
			continue;
		memcpy(fields[i].field, arg + len, strlen(arg) - len);
		return 0;
	}
	fprintf(stderr, "inject: %s is nothing to set\n", arg);
	return 2;
}

static int set(const char *name)
{
	static const struct apply real = { .root = "", .there = network_wait, .runs = process_runs };
	struct ip_config c;
	char mac[32];
	int err = ip_config_parse(&c, &record);

	if (!err) {
		network_mac(name, mac);
		network_remember(name);
		err = apply_addresses(&real, name, mac, &c);
	}
	if (err)
		fprintf(stderr, "inject: %s\n", strerror(-err));
	return err ? 1 : 0;
}

static int get(const char *name)
{
	size_t i;

	if (network_describe(name, KVP_FAMILY_IPV4 | KVP_FAMILY_IPV6, &record))
		return 1;
	for (i = 0; i < FIELDS; i++)
		printf("%s%s\n", fields[i].name, (const char *)fields[i].field);
	printf("dhcp=%u\n", record.dhcp);
	return 0;
}

int main(int argc, char **argv)
{
	sigset_t chld;
	int i, err;

	if (argc < 3 || (strcmp(argv[1], "set") && strcmp(argv[1], "get"))) {
		fprintf(stderr, "usage: inject set|get INTERFACE [NAME=VALUE...]\n");
		return 2;
	}
	log_open("inject", true, true);
	umask(022);
	/* Those of hv_kvp_daemon. */
	err = privileges_limit(CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_NET_ADMIN) | CAP_BIT(CAP_NET_RAW) | CAP_BIT(CAP_NET_BIND_SERVICE));
	if (err) {
		fprintf(stderr, "inject: privileges: %s\n", strerror(-err));
		return 1;
	}
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	if (!strcmp(argv[1], "get"))
		return get(argv[2]);
	for (i = 3; i < argc; i++)
		if (take(argv[i]))
			return 2;
	return set(argv[2]);
}
