// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address records: what is taken, and what is refused (docs/wire/03 6.5).
 */
#include <arpa/inet.h>
#include <errno.h>
#include "unit.h"
#include "kvp/ip.h"

static int parse(struct ip_config *c, int dhcp, const char *addresses, const char *subnets, const char *gateways, const char *dns)
{
	static struct kvp_daemon_ip r;

	memset(&r, 0, sizeof(r));
	r.dhcp = (__u8)dhcp;
	strcpy((char *)r.addresses, addresses);
	strcpy((char *)r.subnets, subnets);
	strcpy((char *)r.gateways, gateways);
	strcpy((char *)r.dns, dns);
	return ip_config_parse(c, &r);
}

static void both_families_in_one_record(void **state)
{
	struct ip_config c;
	char t[IP_TEXT];

	(void)state;
	assert_int_equal(parse(&c, 0, "10.1.2.3;fd00::2; 10.1.2.4 ;", "255.255.0.0;64;/24", "10.1.0.1;fe80::1",
			       "10.9.9.9;127.0.0.53;10.9.9.9"), 0);
	assert_int_equal(c.addresses, 3);
	assert_string_equal(ip_text(&c.address[1], t), "fd00::2");
	assert_int_equal(c.address[0].prefix, 16);
	assert_int_equal(c.address[1].prefix, 64);
	assert_int_equal(c.address[2].prefix, 24);
	assert_int_equal(c.gateways, 2);
	/* A server named twice is one. */
	assert_int_equal(c.dns, 2);
	assert_true(ip_config_has(&c, true));
	assert_false(c.dhcp4);
	assert_int_equal(parse(&c, 1, "", "", "", ""), 0);
	assert_true(c.dhcp4);
	assert_int_equal(parse(&c, 1, "fd00::2", "ffff:ffff:ffff:ffff::", "", ""), 0);
	assert_int_equal(c.address[0].prefix, 64);
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		int dhcp;
		const char *a, *s, *g, *d;
	} rows[] = {
		{ 0, "", "", "", "" },
		{ 0, "10.0.0.2", "", "", "" },
		{ 0, "10.0.0.2", "255.255.255.0;255.255.255.0", "", "" },
		{ 0, "10.0.0.2;10.0.0.3", "255.255.255.0", "", "" },
		{ 0, "10.0.0.2;10.0.0.2", "24;24", "", "" },
		{ 0, "10.0.0.2", "255.0.255.0", "", "" },
		{ 0, "10.0.0.2", "0.0.0.0", "", "" },
		{ 0, "10.0.0.2", "33", "", "" },
		{ 0, "10.0.0.2", "/", "", "" },
		{ 0, "10.0.0.2", "-1", "", "" },
		{ 0, "10.0.0.2", "ffff::", "", "" },
		{ 0, "fd00::2", "129", "", "" },
		{ 0, "fd00::2", "ffff:0:ffff::", "", "" },
		{ 0, "10.0.0", "255.0.0.0", "", "" },
		{ 0, "10.0.0.2\nx", "255.0.0.0", "", "" },
		{ 0, "$(reboot)", "255.0.0.0", "", "" },
		{ 0, "0.0.0.0", "255.0.0.0", "", "" },
		{ 0, "127.0.0.1", "255.0.0.0", "", "" },
		{ 0, "224.0.0.1", "255.0.0.0", "", "" },
		{ 0, "255.255.255.255", "255.0.0.0", "", "" },
		{ 0, "::1", "64", "", "" },
		{ 0, "::", "64", "", "" },
		{ 0, "ff02::1", "64", "", "" },
		{ 0, "fe80::1%eth0", "64", "", "" },
		{ 0, "10.0.0.2", "24", "x", "" },
		{ 0, "10.0.0.2", "24", "127.0.0.1", "" },
		{ 0, "10.0.0.2", "24", "", "a.b" },
		{ 0, "10.0.0.2\xff", "24", "", "" },
		{ 1, "", "", "", "1.2.3.4.5" },
	};
	struct ip_config c;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		row_equal(i, parse(&c, rows[i].dhcp, rows[i].a, rows[i].s, rows[i].g, rows[i].d), -EINVAL);
}

static void lists_have_an_end(void **state)
{
	char a[1024] = "", s[1024] = "", one[32];
	struct ip_config c;
	int i;

	(void)state;
	for (i = 0; i <= IP_ADDRESSES; i++) {
		assert_int_equal(i ? parse(&c, 0, a, s, "", "") : 0, 0);
		snprintf(one, sizeof(one), "10.0.0.%d;", i + 1);
		strcat(a, one);
		strcat(s, "24;");
	}
	assert_int_equal(parse(&c, 0, a, s, "", ""), -EINVAL);
}

static void a_field_without_an_end(void **state)
{
	static struct kvp_daemon_ip r;
	struct ip_config c;

	(void)state;
	memset(&r, '1', sizeof(r));
	assert_int_equal(ip_config_parse(&c, &r), -EINVAL);
	memset(&r, ';', sizeof(r));
	r.dhcp = 1;
	assert_int_equal(ip_config_parse(&c, &r), 0);
	assert_int_equal(c.addresses, 0);
}

static void masks(void **state)
{
	char t[IP_TEXT];
	unsigned int p;

	(void)state;
	for (p = 0; p <= 32; p++) {
		struct in_addr m;

		assert_int_equal(inet_pton(AF_INET, ip_mask_text(p, t), &m), 1);
		row_equal(p, ip_mask_prefix(m), p);
	}
	assert_string_equal(ip_mask_text(20, t), "255.255.240.0");
	assert_int_equal(ip_mask_prefix((struct in_addr){ htonl(0xff00ff00) }), -1);
}

static void ids_in_any_dress(void **state)
{
	(void)state;
	assert_true(ip_same_id("{F8615163-df3e}", "f8615163-DF3E\n"));
	assert_true(ip_same_id("00:15:5D:0a:0B:0c", "00155d0a0b0c"));
	assert_false(ip_same_id("00:15:5d:0a:0b:0c", "00:15:5d:0a:0b:0d"));
	assert_false(ip_same_id("00:15", "00:15:5d"));
	assert_false(ip_same_id("", ""));
	assert_false(ip_same_id("zz", "zz"));
}

static void fields_take_whole_items(void **state)
{
	__u8 field[20] = "";

	(void)state;
	assert_true(ip_list_add(field, sizeof(field), "10.0.0.2"));
	assert_true(ip_list_add(field, sizeof(field), "10.0.0.3"));
	assert_false(ip_list_add(field, sizeof(field), "1.1"));
	assert_string_equal((char *)field, "10.0.0.2;10.0.0.3");
	/* Up to the last byte but that of the end. */
	assert_true(ip_list_add(field, sizeof(field), "1"));
	field[0] = 0;
	assert_false(ip_list_add(field, 4, "1234"));
	assert_true(ip_list_add(field, 4, "123"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_families_in_one_record),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(lists_have_an_end),
		cmocka_unit_test(a_field_without_an_end),
		cmocka_unit_test(masks),
		cmocka_unit_test(ids_in_any_dress),
		cmocka_unit_test(fields_take_whole_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
