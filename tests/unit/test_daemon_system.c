// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small files of the system as the KVP daemon reads them.
 */
#include "unit.h"
#include "kvp/system_text.h"

static void os_release(void **state)
{
	static const char text[] = "PRETTY_NAME=\"Some Linux\"\nNAME=\"Some \\\"best\\\" Linux\"\nVERSION_ID='12'\nID=some\nEMPTY=\nLAST=x";
	char out[64];

	(void)state;
	assert_true(os_release_value(text, "NAME", out, sizeof(out)));
	assert_string_equal(out, "Some \"best\" Linux");
	assert_true(os_release_value(text, "VERSION_ID", out, sizeof(out)));
	assert_string_equal(out, "12");
	assert_true(os_release_value(text, "ID", out, sizeof(out)));
	assert_string_equal(out, "some");
	assert_true(os_release_value(text, "EMPTY", out, sizeof(out)));
	assert_string_equal(out, "");
	assert_true(os_release_value(text, "LAST", out, sizeof(out)));
	assert_false(os_release_value(text, "VERSION", out, sizeof(out)));
	assert_false(os_release_value(text, "NAME", out, 8));
}

static void old_release_files(void **state)
{
	char name[32], version[16];

	(void)state;
	release_line("Old Enterprise Linux Server release 5.11 (Name)\n", name, sizeof(name), version, sizeof(version));
	assert_string_equal(name, "Old Enterprise Linux Server");
	assert_string_equal(version, "5.11");
	release_line("Just a name", name, sizeof(name), version, sizeof(version));
	assert_string_equal(name, "Just a name");
	assert_string_equal(version, "");
	release_line("", name, sizeof(name), version, sizeof(version));
	assert_string_equal(name, "");
	release_number("2.6.32-754.el6.x86_64", version, sizeof(version));
	assert_string_equal(version, "2.6.32");
	release_number("6.1", version, sizeof(version));
	assert_string_equal(version, "6.1");
}

static void name_servers(void **state)
{
	__u8 field[64] = "";

	(void)state;
	assert_int_equal(resolv_servers("# nameserver 1.1.1.1\nnameserver 10.0.0.1\n nameserver\tfd00::1 # x\nnameserver bad;addr\n"
					"search a.b\nnameserver\n", field, sizeof(field)), 2);
	assert_string_equal((char *)field, "10.0.0.1;fd00::1");
	assert_true(resolv_is_stub("nameserver 127.0.0.53\noptions edns0\n"));
	assert_false(resolv_is_stub("nameserver 127.0.0.53\nnameserver 10.0.0.1\n"));
	assert_false(resolv_is_stub(""));
}

static void routes(void **state)
{
	static const char v4[] = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
				 "eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
				 "eth1\t00000000\t0103A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
				 "eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
	static const char v6[] =
		"fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000003 00000000 00450003     eth0\n"
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 zz800000000000000000000000000001 00000400 00000003 00000000 00450003     eth0\n";
	__u8 field[64] = "";

	(void)state;
	route_gateways(v4, "eth0", field, sizeof(field));
	assert_string_equal((char *)field, "192.168.2.1");
	route6_gateways(v6, "eth0", field, sizeof(field));
	assert_string_equal((char *)field, "192.168.2.1;fe80::1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(os_release),
		cmocka_unit_test(old_release_files),
		cmocka_unit_test(name_servers),
		cmocka_unit_test(routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
