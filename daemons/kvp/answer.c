// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: requests and answers of the key-value service (answer.h).
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include "kvp/answer.h"
#include "shared/text.h"

__u32 kvp_status(int err)
{
	switch (err) {
	case 0:
		return IC_S_OK;
	case -ENOENT:
		return IC_E_NO_MORE_ITEMS;
	case -EINVAL:
	case -E2BIG:
		return IC_E_INVALID_ARG;
	case -ENODEV:
		return IC_E_GUID_NOT_FOUND;
	case -ENOSPC:
		return IC_E_DISK_FULL;
	default:
		return IC_E_FAIL;
	}
}

/* A key of the host's; its size is what the driver converted, and a field of its own has to bound it. */
static int take_key(char *key, const __u8 *field, __u32 size)
{
	int len;

	if (size > KVP_KEY_BYTES)
		return -EINVAL;
	len = text_of_field(key, field, KVP_KEY_BYTES);
	return len > 0 ? 0 : -EINVAL;
}

static int take_value(char *value, const struct kvp_value *v)
{
	value[0] = 0;
	if (v->value_size > KVP_VALUE_BYTES)
		return -EINVAL;
	/* A size of 0: the driver did not know the type, and there is no value. */
	if (v->value_size && text_of_field(value, v->value, v->value_size) < 0)
		return -EINVAL;
	return 0;
}

static void put_value(struct kvp_value *v, const char *key, const char *value)
{
	v->type = KVP_REG_SZ;
	text_to_field(v->key, sizeof(v->key), key);
	text_to_field(v->value, sizeof(v->value), value);
	v->key_size = (__u32)strlen(key) + 1;
	v->value_size = (__u32)strlen(value) + 1;
}

static int answer_get(struct kvp_daemon_msg *m, const struct kvp_store *s, unsigned int pool, bool stock_get)
{
	char key[KVP_KEY_ROOM], value[KVP_VALUE_ROOM];
	int err = take_key(key, m->u.get.key, m->u.get.key_size);

	if (!err)
		err = s->get(s->ctx, pool, key, value);
	if (err)
		return err;
	/* How much there is to give is not for the driver to say: the stock one says 0. */
	value[KVP_VALUE_BYTES - 1] = 0;
	put_value(&m->u.get, key, value);
	if (stock_get)
		text_to_field(m->u.enumerate.v.value, sizeof(m->u.enumerate.v.value), value);
	return 0;
}

static int answer_set(struct kvp_daemon_msg *m, const struct kvp_store *s, unsigned int pool)
{
	char key[KVP_KEY_ROOM], value[KVP_VALUE_ROOM];
	int err = take_key(key, m->u.get.key, m->u.get.key_size);

	if (!err)
		err = take_value(value, &m->u.get);
	/* What the guest says of itself is not the host's to change. */
	if (!err && (pool == KVP_POOL_AUTO || pool == KVP_POOL_AUTO_INTERNAL))
		err = -EINVAL;
	return err ? err : s->set(s->ctx, pool, key, value);
}

static int answer_delete(struct kvp_daemon_msg *m, const struct kvp_store *s, unsigned int pool)
{
	char key[KVP_KEY_ROOM];
	int err = take_key(key, m->u.del.key, m->u.del.key_size);

	if (!err && (pool == KVP_POOL_AUTO || pool == KVP_POOL_AUTO_INTERNAL))
		err = -EINVAL;
	return err ? err : s->del(s->ctx, pool, key);
}

static int answer_enumerate(struct kvp_daemon_msg *m, const struct kvp_store *s, unsigned int pool)
{
	char key[KVP_KEY_ROOM], value[KVP_VALUE_ROOM];
	int err = s->at(s->ctx, pool, m->u.enumerate.index, key, value);

	if (err)
		return err;
	key[KVP_KEY_BYTES - 1] = 0;
	value[KVP_VALUE_BYTES - 1] = 0;
	put_value(&m->u.enumerate.v, key, value);
	return 0;
}

static int answer_get_ip(struct kvp_daemon_msg *m, const struct kvp_store *s)
{
	char adapter[sizeof(m->u.ip.adapter) + 1];
	unsigned int family = m->u.ip.family & (KVP_FAMILY_IPV4 | KVP_FAMILY_IPV6);
	int err;

	if (text_of_field(adapter, m->u.ip.adapter, sizeof(m->u.ip.adapter)) <= 0)
		return -EINVAL;
	/* Of both when none is asked for. */
	if (!family)
		family = KVP_FAMILY_IPV4 | KVP_FAMILY_IPV6;
	memset((__u8 *)&m->u.ip + offsetof(struct kvp_daemon_ip, family), 0,
	       sizeof(m->u.ip) - offsetof(struct kvp_daemon_ip, family));
	err = s->get_ip(s->ctx, adapter, family, &m->u.ip);
	/* A GET of an adapter that is not there is a failure like others (6.5). */
	return err == -ENODEV || err == -ENOENT ? -EIO : err;
}

static int answer_set_ip(struct kvp_daemon_msg *m, const struct kvp_store *s)
{
	char adapter[sizeof(m->u.ip.adapter) + 1];
	struct ip_config c;
	int err;

	if (text_of_field(adapter, m->u.ip.adapter, sizeof(m->u.ip.adapter)) <= 0)
		return -EINVAL;
	err = ip_config_parse(&c, &m->u.ip);
	if (!err)
		return s->set_ip(s->ctx, adapter, &c);
	/* An adapter that is not there is the first thing to say, whatever the rest looks like. */
	return s->set_ip(s->ctx, adapter, NULL) == -ENODEV ? -ENODEV : err;
}

__u32 kvp_answer(struct kvp_daemon_msg *m, const struct kvp_store *store, bool stock_get)
{
	unsigned int op = m->h.hdr.op, pool = m->h.hdr.pool;
	__u32 status;
	int err;

	if (op <= KVP_ENUMERATE && pool >= KVP_POOLS)
		err = -EINVAL;
	else if (op == KVP_GET)
		err = answer_get(m, store, pool, stock_get);
	else if (op == KVP_SET)
		err = answer_set(m, store, pool);
	else if (op == KVP_DELETE)
		err = answer_delete(m, store, pool);
	else if (op == KVP_ENUMERATE)
		err = answer_enumerate(m, store, pool);
	else if (op == KVP_GET_IP)
		err = answer_get_ip(m, store);
	else if (op == KVP_SET_IP)
		err = answer_set_ip(m, store);
	else
		err = -EPROTO;
	status = kvp_status(err);
	m->h.error = (__s32)status;
	return status;
}
