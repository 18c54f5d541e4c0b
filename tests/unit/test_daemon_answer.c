// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of the driver and what the daemon answers (docs/wire/03 6.4, 7.1), over a store of one pair.
 */
#include <errno.h>
#include "unit.h"
#include "kvp/answer.h"

static struct {
	char key[KVP_KEY_ROOM], value[KVP_VALUE_ROOM];
	unsigned int pool, calls;
	char adapter[257];
	bool set_ip;
} seen;

static int get(void *ctx, unsigned int pool, const char *key, char *value)
{
	(void)ctx;
	seen.calls++;
	if (pool != seen.pool || strcmp(key, seen.key))
		return -ENOENT;
	strcpy(value, seen.value);
	return 0;
}

static int set(void *ctx, unsigned int pool, const char *key, const char *value)
{
	(void)ctx;
	seen.calls++;
	seen.pool = pool;
	strcpy(seen.key, key);
	strcpy(seen.value, value);
	return 0;
}

static int del(void *ctx, unsigned int pool, const char *key)
{
	(void)ctx;
	(void)pool;
	seen.calls++;
	return strcmp(key, seen.key) ? -ENOENT : 0;
}

static int at(void *ctx, unsigned int pool, __u32 index, char *key, char *value)
{
	(void)ctx;
	(void)pool;
	seen.calls++;
	if (index)
		return -ENOENT;
	strcpy(key, seen.key);
	strcpy(value, seen.value);
	return 0;
}

static int get_ip(void *ctx, const char *adapter, unsigned int family, struct kvp_daemon_ip *ip)
{
	(void)ctx;
	seen.calls++;
	strcpy(seen.adapter, adapter);
	if (!strcmp(adapter, "none"))
		return -ENODEV;
	ip->family = (__u8)family;
	strcpy((char *)ip->addresses, "10.0.0.2");
	return 0;
}

static int set_ip(void *ctx, const char *adapter, const struct ip_config *c)
{
	(void)ctx;
	seen.calls++;
	strcpy(seen.adapter, adapter);
	seen.set_ip = c != NULL;
	return strcmp(adapter, "none") ? 0 : -ENODEV;
}

static const struct kvp_store store = { .get = get, .set = set, .del = del, .at = at, .get_ip = get_ip, .set_ip = set_ip };
static struct kvp_daemon_msg m;

static int fresh(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	memset(&m, 0xee, sizeof(m));
	return 0;
}

static void request(unsigned int op, unsigned int pool, const char *key, const char *value)
{
	m.h.hdr.op = (__u8)op;
	m.h.hdr.pool = (__u8)pool;
	m.u.get.key_size = (__u32)strlen(key) + 1;
	m.u.get.value_size = (__u32)strlen(value) + 1;
	strcpy((char *)m.u.get.key, key);
	strcpy((char *)m.u.get.value, value);
}

static void sizes_of_messages_are_the_abis(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct kvp_daemon_msg), 7432);
	assert_int_equal(offsetof(struct kvp_daemon_msg, u.get.value), 528);
	assert_int_equal(offsetof(struct kvp_daemon_msg, u.enumerate.v.value), 532);
	assert_int_equal(offsetof(struct kvp_daemon_msg, u.del.key), 8);
}

static void a_value_is_set_and_read(void **state)
{
	(void)state;
	request(KVP_SET, 0, "colour", "green");
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_int_equal(m.h.error, 0);
	assert_string_equal(seen.key, "colour");
	assert_string_equal(seen.value, "green");
	/* The stock driver's size of a value to read is 0; it must not matter. */
	request(KVP_GET, 0, "colour", "");
	m.u.get.value_size = 0;
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_string_equal((char *)m.u.get.value, "green");
	assert_int_equal(m.u.get.value_size, 6);
	request(KVP_GET, 0, "colour", "");
	assert_int_equal(kvp_answer(&m, &store, true), 0);
	assert_string_equal((char *)m.u.enumerate.v.value, "green");
	request(KVP_GET, 0, "other", "");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_NO_MORE_ITEMS);
	assert_int_equal((__u32)m.h.error, IC_E_NO_MORE_ITEMS);
}

static void a_number_the_driver_did_not_know_is_empty(void **state)
{
	(void)state;
	request(KVP_SET, 0, "k", "stale");
	m.u.get.value_size = 0;
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_string_equal(seen.value, "");
}

static void enumeration_ends(void **state)
{
	(void)state;
	strcpy(seen.key, "k");
	strcpy(seen.value, "v");
	m.h.hdr.op = KVP_ENUMERATE;
	m.h.hdr.pool = 2;
	m.u.enumerate.index = 0;
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_string_equal((char *)m.u.enumerate.v.key, "k");
	assert_string_equal((char *)m.u.enumerate.v.value, "v");
	m.h.hdr.op = KVP_ENUMERATE;
	m.h.hdr.pool = 2;
	m.u.enumerate.index = 1;
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_NO_MORE_ITEMS);
}

static void what_a_host_must_not_send(void **state)
{
	(void)state;
	request(KVP_SET, KVP_POOL_AUTO, "OSName", "x");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_SET, KVP_POOL_AUTO_INTERNAL, "k", "x");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_SET, KVP_POOLS, "k", "x");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_SET, 0, "", "x");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_SET, 0, "k", "x");
	m.u.get.key_size = KVP_KEY_BYTES + 1;
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_SET, 0, "k", "x");
	m.u.get.value_size = KVP_VALUE_BYTES + 1;
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_SET, 0, "k\xff", "x");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(KVP_DELETE, KVP_POOL_AUTO, "k", "");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_INVALID_ARG);
	request(77, 0, "k", "x");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_FAIL);
	assert_int_equal(seen.calls, 0);
}

static void a_value_without_an_end_is_bounded(void **state)
{
	(void)state;
	request(KVP_SET, 0, "k", "");
	memset(m.u.get.value, 'v', KVP_VALUE_BYTES);
	m.u.get.value_size = KVP_VALUE_BYTES;
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_int_equal(strlen(seen.value), KVP_VALUE_BYTES);
	/* On its way out the last byte is the end's, whatever the pool holds. */
	request(KVP_GET, 0, "k", "");
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_int_equal(strlen((char *)m.u.get.value), KVP_VALUE_BYTES - 1);
}

static void addresses(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	m.h.hdr.op = KVP_GET_IP;
	strcpy((char *)m.u.ip.adapter, "00:15:5D:00:00:01");
	memset(m.u.ip.subnets, 'x', sizeof(m.u.ip.subnets));
	assert_int_equal(kvp_answer(&m, &store, false), 0);
	assert_string_equal(seen.adapter, "00:15:5D:00:00:01");
	assert_int_equal(m.u.ip.family, 3);
	/* Nothing of the request comes back as an answer. */
	assert_int_equal(m.u.ip.subnets[0], 0);
	m.h.hdr.op = KVP_GET_IP;
	m.h.hdr.pool = 0;
	strcpy((char *)m.u.ip.adapter, "none");
	assert_int_equal(kvp_answer(&m, &store, false), IC_E_FAIL);
}

static void set_addresses(const char *adapter, const char *address, __u32 want)
{
	memset(&m, 0, sizeof(m));
	m.h.hdr.op = KVP_SET_IP;
	strcpy((char *)m.u.ip.adapter, adapter);
	strcpy((char *)m.u.ip.addresses, address);
	strcpy((char *)m.u.ip.subnets, "255.0.0.0");
	assert_int_equal(kvp_answer(&m, &store, false), want);
}

static void addresses_are_set(void **state)
{
	(void)state;
	set_addresses("{x}", "10.0.0.2", 0);
	assert_true(seen.set_ip);
	set_addresses("none", "10.0.0.2", IC_E_GUID_NOT_FOUND);
	set_addresses("{x}", "10.0.0.256", IC_E_INVALID_ARG);
	assert_false(seen.set_ip);
	set_addresses("none", "10.0.0.256", IC_E_GUID_NOT_FOUND);
	set_addresses("", "10.0.0.2", IC_E_INVALID_ARG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_of_messages_are_the_abis),
		cmocka_unit_test_setup(a_value_is_set_and_read, fresh),
		cmocka_unit_test_setup(a_number_the_driver_did_not_know_is_empty, fresh),
		cmocka_unit_test_setup(enumeration_ends, fresh),
		cmocka_unit_test_setup(what_a_host_must_not_send, fresh),
		cmocka_unit_test_setup(a_value_without_an_end_is_bounded, fresh),
		cmocka_unit_test_setup(addresses, fresh),
		cmocka_unit_test_setup(addresses_are_set, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
