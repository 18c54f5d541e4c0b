// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole message of the driver's for the KVP daemon, over a store that checks what it is given.
 */
#include <errno.h>
#include "fuzz.h"
#include "kvp/answer.h"
#include "shared/text.h"

static void judge(const char *text, size_t room)
{
	size_t len = strnlen(text, room);
	bool cut;

	PROMISE(len < room);
	PROMISE(utf8_valid(text, len, &cut) == len);
}

static int get(void *ctx, unsigned int pool, const char *key, char *value)
{
	PROMISE(pool < KVP_POOLS && key[0]);
	judge(key, KVP_KEY_ROOM);
	memset(value, 'v', KVP_VALUE_BYTES);
	value[KVP_VALUE_BYTES] = 0;
	return 0;
}

static int set(void *ctx, unsigned int pool, const char *key, const char *value)
{
	PROMISE(pool < KVP_POOLS && pool != KVP_POOL_AUTO && pool != KVP_POOL_AUTO_INTERNAL && key[0]);
	judge(key, KVP_KEY_ROOM);
	judge(value, KVP_VALUE_ROOM);
	return 0;
}

static int del(void *ctx, unsigned int pool, const char *key)
{
	return set(ctx, pool, key, "");
}

static int at(void *ctx, unsigned int pool, __u32 index, char *key, char *value)
{
	if (index % 2)
		return -ENOENT;
	memset(key, 'k', KVP_KEY_BYTES);
	key[KVP_KEY_BYTES] = 0;
	return get(ctx, pool, key, value);
}

static int get_ip(void *ctx, const char *adapter, unsigned int family, struct kvp_daemon_ip *ip)
{
	PROMISE(adapter[0] && family >= 1 && family <= 3);
	judge(adapter, sizeof(ip->adapter) + 1);
	PROMISE(!ip->addresses[0] && !ip->dns[sizeof(ip->dns) - 1]);
	return 0;
}

static int set_ip(void *ctx, const char *adapter, const struct ip_config *c)
{
	unsigned int i;

	PROMISE(adapter[0]);
	for (i = 0; c && i < c->addresses; i++)
		PROMISE(c->address[i].prefix >= 1 && c->address[i].prefix <= (c->address[i].v6 ? 128 : 32));
	PROMISE(!c || c->dhcp4 || c->addresses);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct kvp_store store = { .get = get, .set = set, .del = del, .at = at, .get_ip = get_ip, .set_ip = set_ip };
	struct kvp_daemon_msg *m = malloc(sizeof(*m));
	struct input in = { data, size };
	const int stock = take8(&in) & 1;
	__u8 op;

	take(&in, m, sizeof(*m));
	op = m->h.hdr.op;
	PROMISE(kvp_answer(m, &store, stock) == (__u32)m->h.error);
	if (!m->h.error && op == KVP_GET)
		PROMISE(memchr(stock ? m->u.enumerate.v.value : m->u.get.value, 0, KVP_VALUE_BYTES));
	if (!m->h.error && op == KVP_ENUMERATE)
		PROMISE(memchr(m->u.enumerate.v.value, 0, KVP_VALUE_BYTES) && memchr(m->u.enumerate.v.key, 0, KVP_KEY_BYTES));
	free(m);
	return 0;
}
