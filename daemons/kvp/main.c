// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_kvp_daemon: key-value pairs and addresses between the host and this guest.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include "kvp/answer.h"
#include "kvp/auto.h"
#include "kvp/inject/apply.h"
#include "kvp/network.h"
#include "kvp/pool.h"
#include "shared/log.h"
#include "shared/privileges.h"
#include "shared/service.h"
#include "shared/text.h"

enum { OPT_POOLS = 256 };

struct daemon {
	const char *folder;
	struct pools pools;
	bool stock_get;
};

static int store_get(void *ctx, unsigned int pool, const char *key, char *value)
{
	struct daemon *d = ctx;

	return pool == KVP_POOL_AUTO ? auto_get(key, value) : pool_get(&d->pools, pool, key, value);
}

static int store_set(void *ctx, unsigned int pool, const char *key, const char *value)
{
	struct daemon *d = ctx;

	return pool_set(&d->pools, pool, key, value);
}

static int store_del(void *ctx, unsigned int pool, const char *key)
{
	struct daemon *d = ctx;

	return pool_delete(&d->pools, pool, key);
}

static int store_at(void *ctx, unsigned int pool, __u32 index, char *key, char *value)
{
	struct daemon *d = ctx;

	return pool == KVP_POOL_AUTO ? auto_at(index, key, value) : pool_at(&d->pools, pool, index, key, value);
}

static int store_get_ip(void *ctx, const char *adapter, unsigned int family, struct kvp_daemon_ip *ip)
{
	char name[IF_NAMESIZE];
	int err = network_by_mac(adapter, name);

	(void)ctx;
	return err ? err : network_describe(name, family, ip);
}

static int store_set_ip(void *ctx, const char *adapter, const struct ip_config *c)
{
	static const struct apply real = { .root = "", .there = network_wait, .runs = process_runs };
	char name[IF_NAMESIZE], mac[32];
	int err = network_by_device(adapter, name);

	(void)ctx;
	if (err || !c)
		return err ? err : -EINVAL;
	network_mac(name, mac);
	network_remember(name);
	return apply_addresses(&real, name, mac, c);
}

static bool take_option(void *ctx, int val, const char *arg)
{
	struct daemon *d = ctx;

	d->folder = arg;
	return val == OPT_POOLS && arg[0] == '/';
}

static int start(void *ctx)
{
	struct daemon *d = ctx;
	int err = pools_open(&d->pools, d->folder, true);

	if (err) {
		log_error("the pools in %s cannot be opened: %s", d->folder, strerror(-err));
		return err;
	}
	auto_start();
	return 0;
}

static void stop(void *ctx)
{
	struct daemon *d = ctx;

	pools_close(&d->pools);
}

static size_t hello(void *ctx, uint8_t *message)
{
	struct kvp_daemon_msg *m = (void *)message;

	(void)ctx;
	memset(m, 0, sizeof(*m));
	m->h.hdr.op = KVP_DAEMON_REGISTER;
	return sizeof(*m);
}

static int welcome(void *ctx, const uint8_t *message, size_t len)
{
	const struct kvp_daemon_msg *m = (const void *)message;
	char version[sizeof(m->u.version) + 1];
	struct daemon *d = ctx;

	if (len != sizeof(*m) || m->h.hdr.op != KVP_DAEMON_REGISTER)
		return -EPROTO;
	text_repaired(version, (const uint8_t *)m->u.version, sizeof(m->u.version));
	auto_driver_version(version);
	/*
	 * The stock driver has said this since it exists; it takes the value of a GET from 4 bytes further
	 * (docs/wire/03 7.1).
	 */
	d->stock_get = !strcmp(version, "3.1");
	log_info("registered with the driver, version %s", version);
	return 0;
}

static ssize_t serve(void *ctx, uint8_t *message, size_t len)
{
	struct kvp_daemon_msg *m = (void *)message;
	struct daemon *d = ctx;
	const struct kvp_store store = {
		.ctx = d, .get = store_get, .set = store_set, .del = store_del, .at = store_at, .get_ip = store_get_ip,
		.set_ip = store_set_ip,
	};
	unsigned int op = m->h.hdr.op, pool = m->h.hdr.pool;
	__u32 status;

	if (len != sizeof(*m)) {
		log_error("a message of %zu bytes, not %zu", len, sizeof(*m));
		return -EPROTO;
	}
	status = kvp_answer(m, &store, d->stock_get);
	log_debug("operation %u, pool %u: 0x%x", op, pool, status);
	return sizeof(*m);
}

static void lost(void *ctx)
{
	(void)ctx;
}

static int watched(void *ctx)
{
	(void)ctx;
	return auto_name_fd();
}

static void ready(void *ctx)
{
	(void)ctx;
	auto_name_ready();
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "pools", required_argument, NULL, OPT_POOLS },
						 { NULL, 0, NULL, 0 } };
	static struct daemon d = { .folder = POOL_FOLDER };
	static const struct service s = {
		.name = "hv_kvp_daemon",
		.about = "Exchanges key-value pairs and network addresses with the Hyper-V host.",
		.device = "/dev/vmbus/hv_kvp",
		/* All files are root's, whom nobody has to let in; the rest is for network tools it starts. */
		.capabilities = CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_NET_ADMIN) | CAP_BIT(CAP_NET_RAW) |
				CAP_BIT(CAP_NET_BIND_SERVICE),
		.ctx = &d,
		.options = options,
		.help = "      --pools FOLDER                 where the pool files are (" POOL_FOLDER ")\n",
		.option = take_option,
		.start = start,
		.stop = stop,
		.hello = hello,
		.welcome = welcome,
		.serve = serve,
		.lost = lost,
		.watched = watched,
		.ready = ready,
	};

	return service_main(argc, argv, &s);
}
