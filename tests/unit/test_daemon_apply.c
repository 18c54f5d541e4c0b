// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses on their way into each network stack, in a root of its own whose programs write down how they are called: files,
 * commands, their order, and everything back as it was when the addresses do not come.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include "unit.h"
#include "kvp/inject/apply.h"
#include "shared/log.h"

static char root[64];
static const char *running;
static bool comes;
static struct ip_config c;

static bool there(const char *interface, const struct ip_config *config, unsigned int seconds)
{
	(void)interface;
	(void)config;
	assert_true(seconds > 0 && seconds < 30);
	return comes;
}

static bool runs(const char *comm)
{
	return running && strstr(running, comm);
}

static const struct apply a = { .root = root, .there = there, .runs = runs };

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
	char command[2048], line[2200];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	snprintf(line, sizeof(line), "cd %s && { %s; }", root, command);
	assert_int_equal(system(line), 0);
}

static void program(const char *name, const char *more)
{
	shell("printf '#!/bin/sh\\necho \"%s $*\" >>%s/log\\n%s\\n' >usr/bin/%s && chmod 755 usr/bin/%s", name, root, more, name, name);
}

static const char *contents(const char *name)
{
	static char text[8192];
	char path[512];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return "(none)";
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = 0;
	close(fd);
	return text;
}

static int fresh(void **state)
{
	struct kvp_daemon_ip r;

	(void)state;
	strcpy(root, "/tmp/lis-apply-XXXXXX");
	assert_non_null(mkdtemp(root));
	shell("mkdir -p usr/bin etc");
	memset(&r, 0, sizeof(r));
	strcpy((char *)r.addresses, "10.1.2.3");
	strcpy((char *)r.subnets, "24");
	strcpy((char *)r.gateways, "10.1.2.1");
	strcpy((char *)r.dns, "10.9.9.9");
	assert_int_equal(ip_config_parse(&c, &r), 0);
	running = NULL;
	comes = true;
	return 0;
}

static int gone(void **state)
{
	char command[128];

	(void)state;
	sprintf(command, "rm -rf %s", root);
	return system(command);
}

static int apply(void)
{
	return apply_addresses(&a, "eth0", "00:15:5D:00:00:01", &c);
}

static void nobody_to_ask(void **state)
{
	(void)state;
	assert_int_equal(apply(), -ENOSYS);
	assert_int_equal(apply_addresses(&a, "e th0", "", &c), -EIO);
}

static void network_manager(void **state)
{
	static const char file[] = "etc/NetworkManager/system-connections/lis-eth0.nmconnection";
	struct stat st;
	char path[256], want[512];

	(void)state;
	running = "NetworkManager";
	program("nmcli", "");
	assert_int_equal(apply(), 0);
	assert_non_null(strstr(contents(file), "address1=10.1.2.3/24,10.1.2.1\n"));
	snprintf(path, sizeof(path), "%s/%s", root, file);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	snprintf(want, sizeof(want), "nmcli connection load %s\nnmcli -w 10 connection up id lis-eth0\n", path);
	assert_string_equal(contents("log"), want);
	/* What was there before comes back, with its mode. */
	shell("echo before >%s; chmod 640 %s; rm log", file, file);
	comes = false;
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents(file), "before\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_non_null(strstr(contents("log"), "\nnmcli connection reload\nnmcli -w 5 device connect eth0\n"));
	/* And what was not there is gone. */
	shell("rm %s", file);
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents(file), "(none)");
}

static void networkd(void **state)
{
	(void)state;
	running = "systemd-network";
	program("networkctl", "");
	program("systemctl", "");
	assert_int_equal(apply(), 0);
	assert_non_null(strstr(contents("etc/systemd/network/05-lis-eth0.network"), "Address=10.1.2.3/24\n"));
	assert_string_equal(contents("log"), "networkctl reload\n");
	/* An old one knows neither. */
	program("networkctl", "exit 1");
	shell("rm log");
	assert_int_equal(apply(), 0);
	assert_string_equal(contents("log"), "networkctl reload\nsystemctl restart systemd-networkd.service\n");
	program("systemctl", "exit 1");
	shell("rm -r etc/systemd");
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents("etc/systemd/network/05-lis-eth0.network"), "(none)");
}

static void netplan(void **state)
{
	(void)state;
	program("netplan", "");
	shell("mkdir etc/netplan; echo 'network: {}' >etc/netplan/50-cloud-init.yaml");
	assert_int_equal(apply(), 0);
	assert_string_equal(contents("log"), "netplan generate\nnetplan apply\n");
	assert_non_null(strstr(contents("etc/netplan/99-lis-eth0.yaml"), "- \"10.1.2.3/24\"\n"));
	shell("rm etc/netplan/99-lis-eth0.yaml log");
	program("netplan", "[ \"$1\" != generate ]");
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents("etc/netplan/99-lis-eth0.yaml"), "(none)");
	assert_string_equal(contents("log"), "netplan generate\nnetplan apply\n");
}

static void network_scripts(void **state)
{
	(void)state;
	program("ifup", "");
	program("ifdown", "exit 1");
	shell("mkdir -p etc/sysconfig/network-scripts; echo old >etc/sysconfig/network-scripts/ifcfg-eth0");
	assert_int_equal(apply(), 0);
	assert_string_equal(contents("log"), "ifdown eth0\nifup eth0\n");
	assert_non_null(strstr(contents("etc/sysconfig/network-scripts/ifcfg-eth0"), "IPADDR=10.1.2.3\n"));
	running = "NetworkManager";
	program("nmcli", "");
	shell("rm log");
	assert_int_equal(apply(), 0);
	assert_string_equal(contents("log"), "nmcli connection reload\nnmcli -w 10 device connect eth0\n");
}

static void suse(void **state)
{
	(void)state;
	running = "wickedd";
	program("wicked", "");
	program("netconfig", "");
	shell("mkdir -p etc/sysconfig/network; echo 'NETCONFIG_DNS_STATIC_SERVERS=\"\"' >etc/sysconfig/network/config");
	assert_int_equal(apply(), 0);
	assert_string_equal(contents("log"), "netconfig update -f\nwicked --log-target=stderr ifreload eth0\n");
	assert_string_equal(contents("etc/sysconfig/network/config"), "NETCONFIG_DNS_STATIC_SERVERS=\"10.9.9.9\"\n");
	assert_string_equal(contents("etc/sysconfig/network/ifroute-eth0"), "default 10.1.2.1 - eth0\n");
	comes = false;
	shell("rm etc/sysconfig/network/if*; echo 'NETCONFIG_DNS_STATIC_SERVERS=\"1.1.1.1\"' >etc/sysconfig/network/config");
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents("etc/sysconfig/network/config"), "NETCONFIG_DNS_STATIC_SERVERS=\"1.1.1.1\"\n");
	assert_string_equal(contents("etc/sysconfig/network/ifroute-eth0"), "(none)");
	assert_string_equal(contents("etc/sysconfig/network/ifcfg-eth0"), "(none)");
}

static void ifupdown(void **state)
{
	(void)state;
	running = "NetworkManager"; /* which leaves alone what stands in interfaces */
	program("nmcli", "");
	program("ifup", "");
	program("ifdown", "");
	shell("mkdir -p etc/network/interfaces.d; echo 'source /etc/network/interfaces.d/*' >etc/network/interfaces");
	shell("printf 'auto eth0\\niface eth0 inet dhcp\\n' >etc/network/interfaces.d/cloud");
	/* What does not speak of the interface is not looked at more closely. */
	shell("cd etc/network/interfaces.d; mkdir old; ln -s /nowhere link; for i in $(seq 40); do echo 'auto lo' >other$i; done");
	assert_int_equal(apply(), 0);
	assert_string_equal(contents("log"), "ifdown --force eth0\nifup eth0\n");
	assert_string_equal(contents("etc/network/interfaces.d/other7"), "auto lo\n");
	assert_string_equal(contents("etc/network/interfaces.d/cloud"), "");
	assert_non_null(strstr(contents("etc/network/interfaces"), "iface eth0 inet static\n\taddress 10.1.2.3\n"));
	shell("echo 'source /etc/network/interfaces.d/*' >etc/network/interfaces; rm log");
	shell("printf 'auto eth0\\niface eth0 inet dhcp\\n' >etc/network/interfaces.d/cloud");
	comes = false;
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents("etc/network/interfaces"), "source /etc/network/interfaces.d/*\n");
	assert_string_equal(contents("etc/network/interfaces.d/cloud"), "auto eth0\niface eth0 inet dhcp\n");
	assert_string_equal(contents("log"), "ifdown --force eth0\nifup eth0\nifdown --force eth0\nifup eth0\n");
}

static void the_hook_comes_first(void **state)
{
	(void)state;
	running = "NetworkManager";
	program("nmcli", "");
	shell("mkdir -p usr/libexec/hypervkvpd; printf '#!/bin/sh\\ncat \"$1\" \"$2\" >%s/got\\n' >usr/libexec/hypervkvpd/hv_set_ifconfig", root);
	shell("chmod 755 usr/libexec/hypervkvpd/hv_set_ifconfig");
	comes = false; /* what it does is its own matter */
	assert_int_equal(apply(), 0);
	assert_non_null(strstr(contents("got"), "HWADDR=00:15:5D:00:00:01\nDEVICE=eth0\nBOOTPROTO=none\nIPADDR0=10.1.2.3\nNETMASK0=255.255.255.0\n"));
	assert_non_null(strstr(contents("got"), "[connection]\n"));
	assert_string_equal(contents("log"), "(none)");
	shell("printf '#!/bin/sh\\nexit 3\\n' >usr/libexec/hypervkvpd/hv_set_ifconfig");
	assert_int_equal(apply(), -EIO);
}

static void a_link_is_not_written_through(void **state)
{
	(void)state;
	running = "systemd-network";
	program("networkctl", "");
	program("systemctl", "");
	shell("mkdir -p etc/systemd/network; echo mine >other; ln -s ../../../other etc/systemd/network/05-lis-eth0.network");
	assert_int_equal(apply(), -EIO);
	assert_string_equal(contents("other"), "mine\n");
	assert_string_equal(contents("log"), "(none)");
}

#define APPLY_TEST(f) cmocka_unit_test_setup_teardown(f, fresh, gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
		APPLY_TEST(nobody_to_ask),
		APPLY_TEST(network_manager),
		APPLY_TEST(networkd),
		APPLY_TEST(netplan),
		APPLY_TEST(network_scripts),
		APPLY_TEST(suse),
		APPLY_TEST(ifupdown),
		APPLY_TEST(the_hook_comes_first),
		APPLY_TEST(a_link_is_not_written_through),
	};
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
