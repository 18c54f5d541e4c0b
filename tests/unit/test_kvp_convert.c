// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/kvp_convert.c: key-value pairs to the daemon and back (docs/wire/03-integration-components.md 6, 7.1).
 */
#include "unit.h"
#include "../../lis/utils/kvp_convert.h"

static u8 body[KVP_IP_BODY];
static struct kvp_daemon_msg msg;
static struct kvp_request req;

static void put32(u32 at, u32 v)
{
	memcpy(body + at, &v, 4);
}

static u32 get32(u32 at)
{
	u32 v;

	memcpy(&v, body + at, 4);
	return v;
}

/* ASCII as UTF-16; returns its bytes, the end counted. */
static u32 wide(u32 at, const char *text)
{
	u32 n = 0;

	do {
		body[at + n] = (u8)*text;
		body[at + n + 1] = 0;
		n += 2;
	} while (*text++);
	return n;
}

static bool is_wide(u32 at, const char *text)
{
	do {
		if (body[at] != (u8)*text || body[at + 1])
			return false;
		at += 2;
	} while (*text++);
	return true;
}

static u32 convert(u32 op, u32 pool, u32 len)
{
	u8 *exact = malloc(len ? len : 1);
	u32 status;

	body[0] = (u8)op;
	body[1] = (u8)pool;
	memcpy(exact, body, len);
	memset(&msg, 0xEE, sizeof(msg));
	status = kvp_to_daemon(exact, len, &req, &msg);
	free(exact);
	return status;
}

static void set_text(const char *key, const char *value, u32 type)
{
	memset(body, 0, sizeof(body));
	put32(4, type);
	put32(8, wide(16, key));
	put32(12, wide(528, value));
}

static void set(void **state)
{
	(void)state;
	set_text("colour", "green", KVP_REG_SZ);
	assert_int_equal(convert(KVP_SET, 3, KVP_BODY), IC_S_OK);
	assert_int_equal(msg.h.hdr.op, KVP_SET);
	assert_int_equal(msg.h.hdr.pool, 3);
	assert_int_equal(msg.u.get.type, KVP_REG_SZ);
	assert_int_equal(msg.u.get.key_size, 7);
	assert_int_equal(msg.u.get.value_size, 6);
	assert_string_equal((char *)msg.u.get.key, "colour");
	assert_string_equal((char *)msg.u.get.value, "green");
	assert_int_equal(req.answer_size, 0);
	assert_int_equal(convert(KVP_SET, 3, 2576), IC_S_OK);
	assert_int_equal(convert(KVP_SET, 3, 2575), IC_E_INVALID_ARG);
	set_text("colour", "%PATH%", KVP_REG_EXPAND_SZ);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_S_OK);
	assert_string_equal((char *)msg.u.get.value, "%PATH%");
	set_text("colour", "", KVP_REG_SZ);
	put32(12, 0);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_S_OK);
	assert_int_equal(msg.u.get.value_size, 1);
}

static void set_numbers(void **state)
{
	static const struct {
		u32 type, size;
		u64 value;
		const char *want;
	} t[] = {
		{ KVP_REG_DWORD, 4, 4294967295ULL, "4294967295" }, { KVP_REG_DWORD, 4, 0, "0" },
		{ KVP_REG_DWORD, 8, 0x100000007ULL, "7" },	   { KVP_REG_QWORD, 8, ~0ULL, "18446744073709551615" },
		{ KVP_REG_QWORD_LINUX, 8, 0x100000000ULL, "4294967296" }, { KVP_REG_QWORD, 8, 0, "0" },
		{ KVP_REG_DWORD, 3, 1, NULL },			   { KVP_REG_QWORD, 4, 1, NULL },
		{ KVP_REG_QWORD_LINUX, 7, 1, NULL },		   { 0, 8, 1, NULL },
		{ 3, 8, 1, NULL },				   { 12, 8, 1, NULL },
		{ 0xFFFFFFFF, 8, 1, NULL },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		set_text("n", "", t[i].type);
		put32(12, t[i].size);
		memcpy(body + 528, &t[i].value, 8);
		row_equal(i, convert(KVP_SET, 0, KVP_BODY), t[i].want ? IC_S_OK : IC_E_INVALID_ARG);
		if (!t[i].want)
			continue;
		assert_string_equal((char *)msg.u.get.value, t[i].want);
		row_equal(i, msg.u.get.value_size, strlen(t[i].want) + 1);
		row_equal(i, msg.u.get.type, KVP_REG_SZ);
	}
}

static void decimals(void **state)
{
	char want[24], got[21];
	u64 seed = 1, v;
	u32 i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		v = ((u64)rnd(&seed) << 33 ^ rnd(&seed)) >> (rnd(&seed) % 64);
		snprintf(want, sizeof(want), "%llu", (unsigned long long)v);
		assert_int_equal(kvp_decimal(v, got), strlen(want));
		assert_string_equal(got, want);
	}
}

/* What does not fit is refused; a key that is cut would name another value. */
static void too_long(void **state)
{
	u32 i;

	(void)state;
	set_text("k", "v", KVP_REG_SZ);
	for (i = 0; i < 255; i++)
		body[16 + 2 * i] = 'k';
	put32(8, 512);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_S_OK);
	assert_int_equal(msg.u.get.key_size, 256);
	body[16] = 0;
	body[17] = 1; /* two bytes in UTF-8 */
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_S_OK);
	for (i = 0; i < 256; i++) {
		body[16 + 2 * i] = 0;
		body[17 + 2 * i] = 1;
	}
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_E_INVALID_ARG); /* 512 bytes and an end */
	put32(8, 510);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_S_OK);
	put32(8, 513);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_E_INVALID_ARG);
	put32(8, 0xFFFFFFFF);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_E_INVALID_ARG);
	put32(8, 0);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_E_INVALID_ARG);
	set_text("k", "v", KVP_REG_SZ);
	put32(12, 2049);
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_E_INVALID_ARG);
	put32(12, 2048);
	for (i = 0; i < 1024; i++)
		body[528 + 2 * i] = 'v';
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_S_OK);
	for (i = 0; i < 1024; i++)
		body[529 + 2 * i] = 8; /* three bytes each */
	assert_int_equal(convert(KVP_SET, 0, KVP_BODY), IC_E_INVALID_ARG);
}

/* 7.1, the first fault of the stock pair: the daemon must be told that it has room. */
static void get(void **state)
{
	(void)state;
	memset(body, 0, sizeof(body));
	put32(8, wide(16, "colour"));
	assert_int_equal(convert(KVP_GET, 1, KVP_BODY), IC_S_OK);
	assert_int_equal(msg.u.get.value_size, 2048);
	assert_int_equal(msg.u.get.key_size, 7);
	assert_string_equal((char *)msg.u.get.key, "colour");
	assert_int_equal(req.answer_size, 2576);
	/* The second fault: the value is where a GET has it, not where an ENUMERATE has. */
	memset(&msg, 0, sizeof(msg));
	memcpy((u8 *)&msg + 528, "ABCDEFGHIJKL", 13);
	assert_int_equal(kvp_from_daemon(&req, false, &msg, body), IC_S_OK);
	assert_true(is_wide(528, "ABCDEFGHIJKL"));
	assert_int_equal(get32(12), 26);
	assert_int_equal(get32(4), KVP_REG_SZ);
	assert_true(is_wide(16, "colour"));
	assert_int_equal(convert(KVP_GET, 1, 527), IC_E_INVALID_ARG);
}

static void enumerate(void **state)
{
	u32 i;

	(void)state;
	memset(body, 0xEE, sizeof(body));
	put32(4, 7);
	assert_int_equal(convert(KVP_ENUMERATE, 2, 8), IC_S_OK);
	assert_int_equal(msg.u.enumerate.index, 7);
	assert_int_equal(req.answer_size, 2580);
	assert_int_equal(convert(KVP_ENUMERATE, 2, 7), IC_E_INVALID_ARG);
	memset(&msg, 0, sizeof(msg));
	strcpy((char *)msg.u.enumerate.v.key, "OSName");
	strcpy((char *)msg.u.enumerate.v.value, "Rig");
	msg.u.enumerate.v.key_size = 0xFFFFFFFF; /* measured, not believed */
	msg.u.enumerate.v.value_size = 0xFFFFFFFF;
	assert_int_equal(kvp_from_daemon(&req, false, &msg, body), IC_S_OK);
	assert_true(is_wide(20, "OSName") && is_wide(532, "Rig"));
	assert_int_equal(get32(8), KVP_REG_SZ);
	assert_int_equal(get32(12), 14);
	assert_int_equal(get32(16), 8);
	/* Texts without an end fill their fields and no more. */
	memset(msg.u.enumerate.v.key, 'k', 512);
	memset(msg.u.enumerate.v.value, 'v', 2048);
	assert_int_equal(kvp_from_daemon(&req, false, &msg, body), IC_S_OK);
	assert_int_equal(get32(12), 512);
	assert_int_equal(get32(16), 2048);
	for (i = 2580; i < sizeof(body); i++)
		assert_int_equal(body[i], 0xEE);
}

static void statuses(void **state)
{
	(void)state;
	memset(body, 0xEE, sizeof(body));
	put32(4, 0);
	convert(KVP_ENUMERATE, 2, 8);
	memset(&msg, 0, sizeof(msg));
	msg.h.error = (__s32)IC_E_NO_MORE_ITEMS;
	assert_int_equal(kvp_from_daemon(&req, false, &msg, body), IC_E_NO_MORE_ITEMS);
	assert_int_equal(body[20], 0xEE);
	/* The first daemons left the operation there and said it with an empty key. */
	msg.h.error = 3;
	assert_int_equal(kvp_from_daemon(&req, true, &msg, body), IC_E_NO_MORE_ITEMS);
	msg.u.enumerate.v.key[0] = 'k';
	assert_int_equal(kvp_from_daemon(&req, true, &msg, body), IC_S_OK);
	assert_true(is_wide(20, "k"));
}

static void delete(void **state)
{
	(void)state;
	memset(body, 0, sizeof(body));
	put32(4, wide(8, "colour"));
	assert_int_equal(convert(KVP_DELETE, 0, 520), IC_S_OK);
	assert_string_equal((char *)msg.u.del.key, "colour");
	assert_int_equal(msg.u.del.key_size, 7);
	assert_int_equal(convert(KVP_DELETE, 0, 519), IC_E_INVALID_ARG);
	put32(4, 513);
	assert_int_equal(convert(KVP_DELETE, 0, 520), IC_E_INVALID_ARG);
	put32(4, 0);
	assert_int_equal(convert(KVP_DELETE, 0, 520), IC_E_INVALID_ARG);
}

static void pools_and_ops(void **state)
{
	u32 op, pool;

	(void)state;
	set_text("k", "v", KVP_REG_SZ);
	put32(4, 1);
	for (op = 0; op < 4; op++)
		for (pool = 0; pool < 256; pool++)
			if (op != KVP_DELETE)
				row_equal(op * 1000 + pool, convert(op, pool, KVP_BODY), pool < 5 ? IC_S_OK : IC_E_INVALID_ARG);
	for (op = 6; op < 256; op++)
		row_equal(op, convert(op, 0, sizeof(body)), IC_E_NOT_SUPPORTED);
	assert_int_equal(convert(0, 0, 3), IC_E_INVALID_ARG);
	assert_int_equal(convert(0, 0, 0), IC_E_INVALID_ARG);
}

static void set_ip(void **state)
{
	(void)state;
	memset(body, 0, sizeof(body));
	wide(2, "{1234}");
	body[258] = 3;
	body[259] = 1;
	wide(260, "10.0.0.2;fe80::1");
	wide(2308, "255.0.0.0;64");
	wide(4356, "10.0.0.1");
	wide(5380, "10.0.0.3");
	assert_int_equal(convert(KVP_SET_IP, 200, sizeof(body)), IC_S_OK);
	assert_int_equal(msg.h.hdr.op, KVP_SET_IP);
	assert_string_equal((char *)msg.u.ip.adapter, "{1234}");
	assert_int_equal(msg.u.ip.family, 3);
	assert_int_equal(msg.u.ip.dhcp, 1);
	assert_string_equal((char *)msg.u.ip.addresses, "10.0.0.2;fe80::1");
	assert_string_equal((char *)msg.u.ip.subnets, "255.0.0.0;64");
	assert_string_equal((char *)msg.u.ip.gateways, "10.0.0.1");
	assert_string_equal((char *)msg.u.ip.dns, "10.0.0.3");
	assert_int_equal(convert(KVP_SET_IP, 1, sizeof(body) - 1), IC_E_INVALID_ARG);
	memset(body + 4356, 8, 1024); /* 512 units of three bytes each */
	assert_int_equal(convert(KVP_SET_IP, 1, sizeof(body)), IC_E_INVALID_ARG);
}

static void get_ip(void **state)
{
	u32 i;

	(void)state;
	memset(body, 0, sizeof(body));
	wide(2, "00:15:5D:00:00:01");
	memset(body + 260, 8, 7168); /* not looked at */
	assert_int_equal(convert(KVP_GET_IP, 1, sizeof(body)), IC_S_OK);
	assert_string_equal((char *)msg.u.ip.adapter, "00:15:5D:00:00:01");
	assert_int_equal(msg.u.ip.addresses[0], 0);
	assert_int_equal(req.answer_size, KVP_IP_BODY);
	memset(&msg, 0, sizeof(msg));
	msg.u.ip.family = 3;
	msg.u.ip.dhcp = 1;
	strcpy((char *)msg.u.ip.adapter, "{5}");
	strcpy((char *)msg.u.ip.dns, "10.0.0.3");
	/* A list longer than its field ends with a whole address. */
	for (i = 0; i + 8 < 2048; i += 8)
		memcpy(msg.u.ip.addresses + i, "10.0.0.2;", 9);
	for (i = 0; i < 2040; i += 9)
		memcpy(msg.u.ip.addresses + i, "10.0.0.2;", 9);
	assert_int_equal(kvp_from_daemon(&req, false, &msg, body), IC_S_OK);
	assert_int_equal(body[0], KVP_GET_IP);
	assert_int_equal(body[258], 3);
	assert_int_equal(body[259], 1);
	assert_true(is_wide(2, "{5}") && is_wide(5380, "10.0.0.3"));
	assert_int_equal(body[260 + 2 * (113 * 9 - 2)], '2');
	assert_int_equal(body[260 + 2 * (113 * 9 - 1)], 0);
	assert_int_equal(body[2306] | body[2307], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set),	     cmocka_unit_test(set_numbers),   cmocka_unit_test(decimals), cmocka_unit_test(too_long),
		cmocka_unit_test(get),	     cmocka_unit_test(enumerate),     cmocka_unit_test(statuses), cmocka_unit_test(delete),
		cmocka_unit_test(pools_and_ops), cmocka_unit_test(set_ip), cmocka_unit_test(get_ip),
	};

	return cmocka_run_group_tests_name("kvp_convert", tests, NULL, NULL);
}
