// SPDX-License-Identifier: GPL-2.0-only
/*
 * What guests answer on channels of integration components (docs/wire/03-integration-components.md 2, 3, 6, 8), and text
 * between UTF-16 and UTF-8.
 */
#include "unit.h"
#include <errno.h>
#include <wire/vss.h>
#include "dev/ic_parse.h"
#include "dev/kvp_parse.h"
#include "dev/text.h"

/* A heartbeat's answer that is right in every field; tests then break one. */
struct packet {
	struct ic_packet_hdr h;
	uint8_t body[64];
} __attribute__((packed));

static struct packet good(void)
{
	struct packet p = {
		.h.pipe = { 1, sizeof(struct ic_hdr) + 40 },
		.h.ic = { .framework = { 3, 0 }, .message = { 3, 0 }, .type = IC_MSG_HEARTBEAT, .size = 40, .flags = 5 },
		.body = { 0x39, 0x30 },
	};

	return p;
}

static int parse(const struct packet *p, size_t len, struct ic_answer *a)
{
	const char *what = NULL;
	int err = ic_parse_answer((const uint8_t *)p, len, a, &what);

	assert_true(err ? what != NULL : what == NULL);
	return err;
}

static void answer_that_is_right(void **state)
{
	struct packet p = good();
	struct ic_answer a;
	uint64_t seq;
	uint32_t st;

	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	assert_int_equal(a.type, IC_MSG_HEARTBEAT);
	assert_int_equal(a.framework, IC_VERSION(3, 0));
	assert_int_equal(a.message, IC_VERSION(3, 0));
	assert_int_equal(a.len, 40);
	assert_ptr_equal(a.body, p.body);
	assert_int_equal(ic_parse_heartbeat(&a, &seq, &st), 0);
	assert_int_equal(seq, 12345);
	assert_int_equal(st, IC_HEARTBEAT_UNKNOWN);
}

/* 2.3: guests return the whole buffer, with a shorter size in the header or the same. */
static void body_is_as_long_as_the_header_says(void **state)
{
	struct packet p = good();
	struct ic_answer a;
	uint64_t seq;
	uint32_t st;

	p.h.ic.size = 8;
	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	assert_int_equal(a.len, 8);
	assert_int_equal(a.room, 40);
	assert_int_equal(ic_parse_heartbeat(&a, &seq, &st), 0);
	p.h.ic.size = 7;
	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	assert_int_equal(ic_parse_heartbeat(&a, &seq, &st), -EPROTO);
	p.h.ic.size = 16;
	p.body[8] = 2;
	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	assert_int_equal(ic_parse_heartbeat(&a, &seq, &st), 0);
	assert_int_equal(st, IC_HEARTBEAT_CRITICAL);
}

static void answers_that_are_wrong(void **state)
{
	struct packet p = good();
	struct ic_answer a;

	for (size_t len = 0; len < 28; len++)
		assert_int_equal(parse(&p, len, &a), -EPROTO);
	assert_int_equal(parse(&p, 67, &a), -EPROTO);
#define WRONG(field, value)                                          \
	do {                                                         \
		p = good();                                          \
		p.h.field = value;                                   \
		assert_int_equal(parse(&p, 28 + 40, &a), -EPROTO);   \
	} while (0)
	WRONG(pipe.type, 2);
	WRONG(pipe.len, 19);
	WRONG(pipe.len, 61);
	WRONG(pipe.len, 0xFFFFFFFFU);
	WRONG(ic.size, 41);
	WRONG(ic.size, 0xFFFF);
	WRONG(ic.flags, 3);
	WRONG(ic.flags, 4);
	WRONG(ic.flags, 0);
	WRONG(ic.trans_id, 1);
#undef WRONG
}

static void version_lists(void **state)
{
	static const char *const bad[] = { "", "1", "1.", "1.0+", "+1.0", "1.0,3.0", "1.0+1.0", "65536.0", "1.65536", "1.0 ", "-1.0",
					   "1.0+2.0+3.0+4.0+5.0+6.0+7.0+8.0+9.0+10.0+11.0+12.0+13.0+14.0+15.0+16.0+17.0" };
	struct ic_versions v;

	assert_true(ic_parse_versions("1.0+3.0+3.2", &v));
	assert_int_equal(v.count, 3);
	assert_int_equal(v.v[2], IC_VERSION(3, 2));
	assert_true(ic_parse_versions("65535.65535", &v));
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ic_parse_versions(bad[i], &v))
			fail_msg("'%s' was taken", bad[i]);
}

static int negotiation(const struct ic_negotiate_reply *r, uint16_t type, size_t size)
{
	struct packet p = good();
	struct ic_versions fw, msg;
	struct ic_answer a;
	const char *what;
	uint32_t f, m;

	ic_parse_versions("1.0+3.0", &fw);
	ic_parse_versions("1.0+3.0+3.1", &msg);
	p.h.ic.type = type;
	p.h.ic.size = (__u16)size;
	memcpy(p.body, r, sizeof(*r));
	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	return ic_parse_negotiation(&a, &fw, &msg, &f, &m, &what);
}

/* 2.6 */
static void negotiations(void **state)
{
	struct ic_negotiate_reply r = { { 1, 1, 0 }, { 3, 0 }, { 3, 1 } };

	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 16), 1);
	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 40), 1);
	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 15), -EPROTO);
	assert_int_equal(negotiation(&r, IC_MSG_HEARTBEAT, 16), -EPROTO);
	r.message.minor = 2;
	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 16), -EPROTO);
	r.message.minor = 1;
	r.framework.major = 2;
	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 16), -EPROTO);
	/* The versions carry no meaning when it wants none. */
	r.n.framework_count = 0;
	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 16), 0);
	r.n.framework_count = 1;
	r.n.message_count = 2;
	assert_int_equal(negotiation(&r, IC_MSG_NEGOTIATE, 16), 0);
}

static void vss_flags(void **state)
{
	struct packet p = good();
	struct ic_answer a;
	const uint32_t flags = VSS_FLAGS_HOT_BACKUP;

	memcpy(p.body + 8, &flags, 4);
	p.h.ic.size = 12;
	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	assert_int_equal(ic_parse_vss_flags(&a), VSS_FLAGS_HOT_BACKUP);
	p.h.ic.size = 11;
	assert_int_equal(parse(&p, 28 + 40, &a), 0);
	assert_int_equal(ic_parse_vss_flags(&a), 0);
}

/* --- text ---------------------------------------------------------------------------------------------------------- */

static void text_goes_both_ways(void **state)
{
	static const char *const texts[] = { "", "a", "hello", "\xc3\xa4\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xef\xbf\xbf", "x\xf4\x8f\xbf\xbf" };
	uint8_t wire[64];
	char back[64];
	int len;

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		len = text_to_utf16(texts[i], wire, sizeof(wire));
		assert_true(len >= 2);
		assert_int_equal(text_from_utf16(wire, (size_t)len, back, sizeof(back)), strlen(texts[i]));
		assert_string_equal(back, texts[i]);
	}
}

static void text_that_is_no_utf8(void **state)
{
	static const char *const texts[] = { "\x80", "\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82" };
	uint8_t wire[64];

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(text_to_utf16(texts[i], wire, sizeof(wire)), -EILSEQ);
}

static void text_at_its_limits(void **state)
{
	uint8_t wire[8];
	char back[4];

	assert_int_equal(text_to_utf16("abc", wire, 8), 8);
	assert_int_equal(text_to_utf16("abcd", wire, 8), -EMSGSIZE);
	assert_int_equal(text_to_utf16("a\xf0\x9f\x98\x80", wire, 8), 8);
	assert_int_equal(text_to_utf16("", wire, 1), -EMSGSIZE);
	/* Cut at a whole character. */
	assert_int_equal(text_to_utf16("a\xe2\x82\xac", wire, 8), 6);
	assert_int_equal(text_from_utf16(wire, 6, back, 4), 1);
	assert_string_equal(back, "a");
	/* Without a NUL the bytes' end is the end; an odd byte is ignored. */
	assert_int_equal(text_from_utf16((const uint8_t *)"a\0b", 3, back, 4), 1);
	assert_int_equal(text_from_utf16((const uint8_t *)"a", 0, back, 4), 0);
}

static void halves_of_pairs(void **state)
{
	static const uint8_t high_alone[] = { 0x00, 0xD8 }, low_alone[] = { 0x00, 0xDC, 'a', 0 }, high_then_a[] = { 0x00, 0xD8, 'a', 0 };
	char back[16];

	text_from_utf16(high_alone, 2, back, sizeof(back));
	assert_string_equal(back, "\xef\xbf\xbd");
	text_from_utf16(low_alone, 4, back, sizeof(back));
	assert_string_equal(back, "\xef\xbf\xbd""a");
	text_from_utf16(high_then_a, 4, back, sizeof(back));
	assert_string_equal(back, "\xef\xbf\xbd""a");
}

/* --- data exchange -------------------------------------------------------------------------------------------------- */

static struct kvp_pair pair;

static int parse_pair(const void *body, size_t len)
{
	const char *what;

	return kvp_parse_pair(body, len, &pair, &what);
}

static void values_built_and_read(void **state)
{
	static const struct {
		uint32_t type;
		const char *in, *out;
		uint32_t size;
	} rows[] = {
		{ KVP_REG_SZ, "value", "value", 12 }, { KVP_REG_EXPAND_SZ, "", "", 2 },
		{ KVP_REG_DWORD, "4294967295", "4294967295", 4 }, { KVP_REG_QWORD, "0x10", "16", 8 },
		{ KVP_REG_QWORD_LINUX, "18446744073709551615", "18446744073709551615", 8 },
	};
	uint8_t body[KVP_BODY];
	struct kvp_get m;

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(kvp_build_set(body, 3, rows[i].type, "Name", rows[i].in), 0);
		memcpy(&m, body, sizeof(m));
		assert_int_equal(m.hdr.op, KVP_SET);
		assert_int_equal(m.hdr.pool, 3);
		assert_int_equal(m.v.key_size, 10);
		row_equal(i, m.v.value_size, rows[i].size);
		assert_int_equal(parse_pair(body, sizeof(body)), 0);
		assert_string_equal(pair.key, "Name");
		assert_string_equal(pair.value, rows[i].out);
	}
}

static void values_that_cannot_be_built(void **state)
{
	char longest[257], value[1025];
	uint8_t body[KVP_BODY];

	memset(longest, 'k', sizeof(longest));
	longest[255] = 0;
	memset(value, 'v', sizeof(value));
	value[1023] = 0;
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_SZ, longest, value), 0);
	value[1023] = 'v';
	value[1024] = 0;
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_SZ, longest, value), -EMSGSIZE);
	longest[255] = 'k';
	longest[256] = 0;
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_SZ, longest, "x"), -EMSGSIZE);
	assert_int_equal(kvp_build_get(body, 0, longest), -EMSGSIZE);
	assert_int_equal(kvp_build_delete(body, 0, ""), -EINVAL);
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_SZ, "\xff", "x"), -EILSEQ);
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_DWORD, "k", "4294967296"), -EINVAL);
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_DWORD, "k", "-1"), -EINVAL);
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_QWORD, "k", "1x"), -EINVAL);
	assert_int_equal(kvp_build_set(body, 0, KVP_REG_QWORD, "k", ""), -EINVAL);
}

static void values_of_hostile_guests(void **state)
{
	struct kvp_enumerate m = { .hdr.op = KVP_ENUMERATE, .v = { .type = KVP_REG_SZ, .key_size = 4, .value_size = 4 } };

	assert_int_equal(parse_pair(&m, sizeof(m)), 0);
	assert_int_equal(parse_pair(&m, sizeof(m) - 1), -EPROTO);
	assert_int_equal(parse_pair(&m, 0), -EPROTO);
	m.v.key_size = 513;
	assert_int_equal(parse_pair(&m, sizeof(m)), -EPROTO);
	m.v.key_size = 0xFFFFFFFFU;
	assert_int_equal(parse_pair(&m, sizeof(m)), -EPROTO);
	m.v.key_size = 512;
	memset(m.v.key, 'k', sizeof(m.v.key)); /* no NUL anywhere: units of 0x6B6B, three bytes each */
	assert_int_equal(parse_pair(&m, sizeof(m)), 0);
	assert_int_equal(strlen(pair.key), 256 * 3);
	m.v.value_size = 2049;
	assert_int_equal(parse_pair(&m, sizeof(m)), -EPROTO);
	m.v.value_size = 3;
	m.v.type = KVP_REG_DWORD;
	assert_int_equal(parse_pair(&m, sizeof(m)), -EPROTO);
	m.v.type = 7;
	assert_int_equal(parse_pair(&m, sizeof(m)), -EPROTO);
}

static void addresses(void **state)
{
	static struct kvp_ip_text in = {
		.adapter = "{00112233-4455-6677-8899-aabbccddeeff}", .family = 3, .dhcp = 1, .addresses = "10.0.0.2;fd00::2",
		.subnets = "255.0.0.0;/64", .gateways = "10.0.0.1", .dns = "10.0.0.3;fd00::3",
	}, out;
	uint8_t body[KVP_IP_BODY];
	const char *what;

	for (int binary = 0; binary < 2; binary++) {
		assert_int_equal(kvp_build_ip(body, KVP_SET_IP, binary, &in), 0);
		assert_int_equal(body[0], KVP_SET_IP);
		assert_int_equal(kvp_parse_ip(body, sizeof(body), binary, &out, &what), 0);
		assert_string_equal(out.adapter, in.adapter);
		assert_int_equal(out.family, 3);
		assert_int_equal(out.dhcp, 1);
		assert_string_equal(out.addresses, in.addresses);
		assert_string_equal(out.subnets, in.subnets);
		assert_string_equal(out.gateways, in.gateways);
		assert_string_equal(out.dns, in.dns);
		assert_int_equal(kvp_parse_ip(body, sizeof(body) - 1, binary, &out, &what), -EPROTO);
	}
}

static void addresses_that_are_wrong(void **state)
{
	static struct kvp_ip_text in, out;
	static const struct {
		const char *addresses, *subnets, *gateways;
	} rows[] = {
		{ "10.0.0.2", "", "" }, { "10.0.0.2", "255.0.0.0;/64", "" }, { "nonsense", "255.0.0.0", "" }, { ";", "", "" },
		{ "", "", "1.1.1.1;1.1.1.1;1.1.1.1;1.1.1.1;1.1.1.1;1.1.1.1" }, { "fd00::1", "/129", "" },
	};
	struct kvp_ip_binary m = { .ipv4_count = 65 };
	uint8_t body[KVP_IP_BODY];
	const char *what;

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(in.addresses, rows[i].addresses);
		strcpy(in.subnets, rows[i].subnets);
		strcpy(in.gateways, rows[i].gateways);
		row_equal(i, kvp_build_ip(body, KVP_SET_IP, 1, &in), -EINVAL);
	}
	assert_int_equal(kvp_parse_ip((uint8_t *)&m, sizeof(m), 1, &out, &what), -EPROTO);
	m.ipv4_count = 64;
	m.ipv6_gateways = 6;
	assert_int_equal(kvp_parse_ip((uint8_t *)&m, sizeof(m), 1, &out, &what), -EPROTO);
	m.ipv6_gateways = 5;
	m.ipv6_count = m.ipv4_dns = m.ipv6_dns = 64;
	memset(m.ipv6, 0xff, sizeof(m.ipv6)); /* the longest text an address has */
	memset(m.ipv6_prefix, 0xff, sizeof(m.ipv6_prefix));
	assert_int_equal(kvp_parse_ip((uint8_t *)&m, sizeof(m), 1, &out, &what), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_that_is_right),
		cmocka_unit_test(body_is_as_long_as_the_header_says),
		cmocka_unit_test(answers_that_are_wrong),
		cmocka_unit_test(version_lists),
		cmocka_unit_test(negotiations),
		cmocka_unit_test(vss_flags),
		cmocka_unit_test(text_goes_both_ways),
		cmocka_unit_test(text_that_is_no_utf8),
		cmocka_unit_test(text_at_its_limits),
		cmocka_unit_test(halves_of_pairs),
		cmocka_unit_test(values_built_and_read),
		cmocka_unit_test(values_that_cannot_be_built),
		cmocka_unit_test(values_of_hostile_guests),
		cmocka_unit_test(addresses),
		cmocka_unit_test(addresses_that_are_wrong),
	};

	return cmocka_run_group_tests_name("host_ic_parse", tests, NULL, NULL);
}
