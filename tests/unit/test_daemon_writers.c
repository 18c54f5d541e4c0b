// SPDX-License-Identifier: GPL-2.0-only
/*
 * One record in the words of every network stack, and which stack is asked.
 */
#include <errno.h>
#include "unit.h"
#include "kvp/inject/out.h"
#include "kvp/inject/stack.h"
#include "kvp/inject/writers.h"

static char text[4096];
static struct ip_config both, dynamic;

static void fill(struct ip_config *c, int dhcp, const char *a, const char *s, const char *g, const char *d)
{
	static struct kvp_daemon_ip r;

	memset(&r, 0, sizeof(r));
	r.dhcp = (__u8)dhcp;
	strcpy((char *)r.addresses, a);
	strcpy((char *)r.subnets, s);
	strcpy((char *)r.gateways, g);
	strcpy((char *)r.dns, d);
	assert_int_equal(ip_config_parse(c, &r), 0);
}

static int records(void **state)
{
	(void)state;
	fill(&both, 0, "10.1.2.3;10.1.2.4;fd00::2;fd00::3", "255.255.0.0;24;64;64", "10.1.0.1;10.1.0.254;fd00::1", "10.9.9.9;fd00::53");
	fill(&dynamic, 1, "", "", "", "");
	return 0;
}

static void network_manager(void **state)
{
	(void)state;
	assert_true(write_nm(text, sizeof(text), "eth0", &both) > 0);
	assert_string_equal(text, "[connection]\nid=lis-eth0\ntype=ethernet\ninterface-name=eth0\nautoconnect=true\n"
				  "autoconnect-priority=900\n"
				  "\n[ipv4]\nmethod=manual\naddress1=10.1.2.3/16,10.1.0.1\naddress2=10.1.2.4/24\n"
				  "route1=0.0.0.0/0,10.1.0.254,200\ndns=10.9.9.9;\n"
				  "\n[ipv6]\nmethod=manual\naddress1=fd00::2/64,fd00::1\naddress2=fd00::3/64\ndns=fd00::53;\n");
	write_nm(text, sizeof(text), "eth0", &dynamic);
	assert_non_null(strstr(text, "\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n"));
}

static void networkd(void **state)
{
	(void)state;
	write_networkd(text, sizeof(text), "eth0", &both);
	assert_string_equal(strchr(text, '\n') + 1,
			    "[Match]\nName=eth0\n\n[Network]\nDHCP=no\nAddress=10.1.2.3/16\nAddress=10.1.2.4/24\nAddress=fd00::2/64\n"
			    "Address=fd00::3/64\nGateway=10.1.0.1\nGateway=10.1.0.254\nGateway=fd00::1\nDNS=10.9.9.9\nDNS=fd00::53\n");
	write_networkd(text, sizeof(text), "eth0", &dynamic);
	assert_string_equal(strchr(text, '\n') + 1, "[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\n");
}

static void netplan(void **state)
{
	(void)state;
	write_netplan(text, sizeof(text), "eth0", &both);
	assert_string_equal(strchr(text, '\n') + 1,
			    "network:\n  version: 2\n  ethernets:\n    \"eth0\":\n      dhcp4: false\n      addresses:\n"
			    "        - \"10.1.2.3/16\"\n        - \"10.1.2.4/24\"\n        - \"fd00::2/64\"\n        - \"fd00::3/64\"\n"
			    "      routes:\n        - to: \"0.0.0.0/0\"\n          via: \"10.1.0.1\"\n"
			    "        - to: \"0.0.0.0/0\"\n          via: \"10.1.0.254\"\n          metric: 202\n"
			    "        - to: \"::/0\"\n          via: \"fd00::1\"\n"
			    "      nameservers:\n        addresses:\n          - \"10.9.9.9\"\n          - \"fd00::53\"\n");
	write_netplan(text, sizeof(text), "eth0", &dynamic);
	assert_string_equal(strchr(text, '\n') + 1, "network:\n  version: 2\n  ethernets:\n    \"eth0\":\n      dhcp4: true\n");
}

static void network_scripts(void **state)
{
	(void)state;
	write_ifcfg(text, sizeof(text), "eth0", "00:15:5D:00:00:01", &both);
	assert_string_equal(strchr(text, '\n') + 1,
			    "DEVICE=eth0\nHWADDR=00:15:5D:00:00:01\nTYPE=Ethernet\nONBOOT=yes\nBOOTPROTO=none\n"
			    "IPADDR=10.1.2.3\nPREFIX=16\nNETMASK=255.255.0.0\nIPADDR1=10.1.2.4\nPREFIX1=24\nNETMASK1=255.255.255.0\n"
			    "GATEWAY=10.1.0.1\nIPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=fd00::2/64\n"
			    "IPV6ADDR_SECONDARIES=\"fd00::3/64\"\nIPV6_DEFAULTGW=fd00::1\nDNS1=10.9.9.9\nDNS2=fd00::53\n");
	write_ifcfg(text, sizeof(text), "eth0", "", &dynamic);
	assert_non_null(strstr(text, "BOOTPROTO=dhcp\n"));
}

static void suse(void **state)
{
	(void)state;
	write_suse(text, sizeof(text), "eth0", &both);
	assert_string_equal(strchr(text, '\n') + 1, "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='10.1.2.3/16'\nIPADDR_1='10.1.2.4/24'\n"
						    "IPADDR_2='fd00::2/64'\nIPADDR_3='fd00::3/64'\n");
	write_suse_routes(text, sizeof(text), "eth0", &both);
	assert_string_equal(text, "default 10.1.0.1 - eth0\ndefault 10.1.0.254 - eth0\ndefault fd00::1 - eth0\n");
	write_suse_config(text, sizeof(text), "A=\"1\"\nNETCONFIG_DNS_STATIC_SERVERS=\"8.8.8.8\"\nB=2", &both);
	assert_string_equal(text, "A=\"1\"\nB=2\nNETCONFIG_DNS_STATIC_SERVERS=\"10.9.9.9 fd00::53\"\n");
}

static void ifupdown(void **state)
{
	static const char old[] = "# head\nsource /etc/network/interfaces.d/*\n\nauto lo eth0 eth1\niface lo inet loopback\n\n"
				  "allow-hotplug eth0\niface eth0 inet dhcp\n\thostname x\n# inside\n\niface eth1 inet static\n\taddress 1.2.3.4\n"
				  "iface eth0 inet6 auto\n\tpre-up \\\niface-looking line\n";
	static const char kept[] = "# head\nsource /etc/network/interfaces.d/*\n\nauto lo eth1\niface lo inet loopback\n\n"
				   "iface eth1 inet static\n\taddress 1.2.3.4\n";
	static char again[4096];

	(void)state;
	assert_true(write_interfaces(text, sizeof(text), old, "eth0", NULL) > 0);
	assert_string_equal(text, kept);
	write_interfaces(text, sizeof(text), old, "eth0", &both);
	assert_memory_equal(text, kept, strlen(kept));
	assert_string_equal(text + strlen(kept), "# hv_kvp_daemon: set by the host\nauto eth0\n"
						 "iface eth0 inet static\n\taddress 10.1.2.3\n\tnetmask 255.255.0.0\n\tgateway 10.1.0.1\n"
						 "\tdns-nameservers 10.9.9.9 fd00::53\n"
						 "iface eth0 inet static\n\taddress 10.1.2.4\n\tnetmask 255.255.255.0\n"
						 "iface eth0 inet6 static\n\taddress fd00::2\n\tnetmask 64\n\tgateway fd00::1\n"
						 "iface eth0 inet6 static\n\taddress fd00::3\n\tnetmask 64\n");
	/* What was written by us is taken out by us. */
	write_interfaces(again, sizeof(again), text, "eth0", &both);
	assert_string_equal(again, text);
	write_interfaces(again, sizeof(again), text, "eth0", NULL);
	assert_string_equal(again, kept);
	write_interfaces(text, sizeof(text), "", "eth0", &dynamic);
	assert_string_equal(text, "# hv_kvp_daemon: set by the host\nauto eth0\niface eth0 inet dhcp\n");
	/* A name that begins like another. */
	write_interfaces(text, sizeof(text), "auto eth01\niface eth01 inet dhcp\n", "eth0", NULL);
	assert_string_equal(text, "auto eth01\niface eth01 inet dhcp\n");
}

static void the_old_hook(void **state)
{
	(void)state;
	write_hook(text, sizeof(text), "eth0", "00:15:5D:00:00:01", &both);
	assert_string_equal(text, "HWADDR=00:15:5D:00:00:01\nDEVICE=eth0\nBOOTPROTO=none\nIPADDR0=10.1.2.3\nIPADDR1=10.1.2.4\n"
				  "IPV6ADDR=fd00::2\nIPV6ADDR_1=fd00::3\nNETMASK0=255.255.0.0\nNETMASK1=255.255.255.0\nIPV6NETMASK=64\n"
				  "IPV6NETMASK_1=64\nGATEWAY=10.1.0.1\nGATEWAY1=10.1.0.254\nIPV6_DEFAULTGW=fd00::1\nDNS1=10.9.9.9\nDNS2=fd00::53\n");
}

static void what_does_not_fit_is_not_used(void **state)
{
	char small[64];

	(void)state;
	assert_int_equal(write_nm(small, sizeof(small), "eth0", &both), -E2BIG);
	assert_int_equal(write_networkd(small, sizeof(small), "eth0", &both), -E2BIG);
	assert_int_equal(write_netplan(small, sizeof(small), "eth0", &both), -E2BIG);
	assert_int_equal(write_ifcfg(small, sizeof(small), "eth0", "x", &both), -E2BIG);
	assert_int_equal(write_suse(small, sizeof(small), "eth0", &both), -E2BIG);
	assert_int_equal(write_interfaces(small, sizeof(small), "", "eth0", &both), -E2BIG);
	assert_int_equal(write_hook(small, sizeof(small), "eth0", "x", &both), -E2BIG);
}

static void names_of_interfaces(void **state)
{
	(void)state;
	assert_true(interface_name_ok("eth0"));
	assert_true(interface_name_ok("enp0s3.100"));
	assert_false(interface_name_ok(""));
	assert_false(interface_name_ok("."));
	assert_false(interface_name_ok("-x"));
	assert_false(interface_name_ok("a b"));
	assert_false(interface_name_ok("a\"b"));
	assert_false(interface_name_ok("a/b"));
	assert_false(interface_name_ok("aaaaaaaaaaaaaaaa"));
}

static void who_is_asked(void **state)
{
	static const struct {
		struct stack_facts f;
		enum stack want;
	} rows[] = {
		{ { .hook = true, .netplan = true, .nm_runs = true }, STACK_HOOK },
		{ { .netplan = true, .nm_runs = true, .networkd_runs = true }, STACK_NETPLAN },
		{ { .ifcfg_files = true, .ifcfg_folder = true, .nm_runs = true }, STACK_IFCFG },
		{ { .ifcfg_folder = true, .nm_runs = true }, STACK_NM },
		{ { .interfaces_file = true, .nm_runs = true }, STACK_NM },
		{ { .interfaces_file = true, .interfaces_names_it = true, .nm_runs = true }, STACK_IFUPDOWN },
		{ { .interfaces_file = true, .networkd_runs = true }, STACK_NETWORKD },
		{ { .suse_folder = true }, STACK_SUSE },
		{ { .ifcfg_folder = true }, STACK_IFCFG },
		{ { .interfaces_file = true }, STACK_IFUPDOWN },
		{ { .hook = false }, STACK_NONE },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row_equal(i, stack_choose(&rows[i].f), rows[i].want);
		assert_non_null(stack_name(rows[i].want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(network_manager),
		cmocka_unit_test(networkd),
		cmocka_unit_test(netplan),
		cmocka_unit_test(network_scripts),
		cmocka_unit_test(suse),
		cmocka_unit_test(ifupdown),
		cmocka_unit_test(the_old_hook),
		cmocka_unit_test(what_does_not_fit_is_not_used),
		cmocka_unit_test(names_of_interfaces),
		cmocka_unit_test(who_is_asked),
	};

	return cmocka_run_group_tests(tests, records, NULL);
}
