// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: interfaces and addresses (network.h).
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "kvp/network.h"
#include "kvp/system_text.h"
#include "shared/files.h"
#include "shared/spawn.h"

/* The address of an entry, false when it has none of these families. */
static bool address_of(const struct ifaddrs *i, struct ip_address *a)
{
	memset(a, 0, sizeof(*a));
	if (!i->ifa_addr)
		return false;
	if (i->ifa_addr->sa_family == AF_INET) {
		memcpy(&a->u.v4, &((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr, sizeof(a->u.v4));
		return true;
	}
	a->v6 = true;
	if (i->ifa_addr->sa_family != AF_INET6)
		return false;
	memcpy(&a->u.v6, &((const struct sockaddr_in6 *)(const void *)i->ifa_addr)->sin6_addr, sizeof(a->u.v6));
	return true;
}

static unsigned int prefix_of(const struct ifaddrs *i)
{
	unsigned int n = 0, k;

	if (!i->ifa_netmask)
		return i->ifa_addr->sa_family == AF_INET ? 32 : 128;
	if (i->ifa_addr->sa_family == AF_INET) {
		struct in_addr m;
		int prefix;

		memcpy(&m, &((const struct sockaddr_in *)(const void *)i->ifa_netmask)->sin_addr, sizeof(m));
		prefix = ip_mask_prefix(m);
		return prefix < 0 ? 32 : (unsigned int)prefix;
	}
	for (k = 0; k < 16; k++) {
		unsigned char b = ((const struct sockaddr_in6 *)(const void *)i->ifa_netmask)->sin6_addr.s6_addr[k];

		for (; b; b = (unsigned char)(b << 1))
			n++;
	}
	return n;
}

void network_all_addresses(bool v6, __u8 *field, size_t size)
{
	struct ifaddrs *all, *i;
	struct ip_address a;
	char text[IP_TEXT];

	field[0] = 0;
	if (getifaddrs(&all))
		return;
	for (i = all; i; i = i->ifa_next)
		if (!(i->ifa_flags & IFF_LOOPBACK) && address_of(i, &a) && a.v6 == v6)
			ip_list_add(field, size, ip_text(&a, text));
	/* A machine with nothing but itself still has an address. */
	for (i = all; !field[0] && i; i = i->ifa_next)
		if (address_of(i, &a) && a.v6 == v6)
			ip_list_add(field, size, ip_text(&a, text));
	freeifaddrs(all);
}

static bool has_address(const char *name)
{
	struct ifaddrs *all, *i;
	struct ip_address a;
	bool found = false;

	if (getifaddrs(&all))
		return false;
	for (i = all; i && !found; i = i->ifa_next)
		found = !strcmp(i->ifa_name, name) && address_of(i, &a);
	freeifaddrs(all);
	return found;
}

/* The first line of /sys/class/net/NAME/FILE. */
static bool net_attribute(const char *name, const char *file, char *text, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, file);
	if (read_text(path, text, size) <= 0)
		return false;
	text[strcspn(text, "\n")] = 0;
	return true;
}

/* The interface whose file says this id; with addresses first, where several do. */
static int network_by(const char *file, const char *id, char name[IF_NAMESIZE])
{
	DIR *dir = opendir("/sys/class/net");
	bool found = false, settled = false;
	struct dirent *e;
	char text[128];

	while (dir && !settled && (e = readdir(dir))) {
		if (e->d_name[0] == '.' || strlen(e->d_name) >= IF_NAMESIZE ||
		    !net_attribute(e->d_name, file, text, sizeof(text)) || !ip_same_id(text, id))
			continue;
		settled = has_address(e->d_name);
		if (!found || settled)
			memcpy(name, e->d_name, strlen(e->d_name) + 1);
		found = true;
	}
	if (dir)
		closedir(dir);
	return found ? 0 : -ENODEV;
}

int network_by_mac(const char *mac, char name[IF_NAMESIZE])
{
	return network_by("address", mac, name);
}

int network_by_device(const char *id, char name[IF_NAMESIZE])
{
	return network_by("device/device_id", id, name);
}

void network_mac(const char *name, char mac[32])
{
	char *c;

	if (!net_attribute(name, "address", mac, 32))
		mac[0] = 0;
	for (c = mac; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

/* Addresses whose time is limited came from a DHCP server: one question to the kernel, its answers walked. */
static bool limited_in(const char *buf, size_t len, unsigned int index)
{
	size_t left = len;
	const struct nlmsghdr *h;

	for (h = (const void *)buf; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		const struct ifaddrmsg *m = NLMSG_DATA(h);

		if (h->nlmsg_type == RTM_NEWADDR && h->nlmsg_len >= NLMSG_LENGTH(sizeof(*m)) &&
				m->ifa_family == AF_INET &&
		    m->ifa_index == index && !(m->ifa_flags & IFA_F_PERMANENT))
			return true;
	}
	return false;
}

static bool ends_dump(const char *buf, size_t len)
{
	size_t left = len;
	const struct nlmsghdr *h;

	for (h = (const void *)buf; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			return true;
	return false;
}

static bool has_limited_address(const char *name)
{
	struct {
		struct nlmsghdr h;
		struct ifaddrmsg m;
	} ask = { .h = { .nlmsg_len = sizeof(ask), .nlmsg_type = RTM_GETADDR,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		  .m = { .ifa_family = AF_INET } };
	static char buf[8192] __attribute__((aligned(8)));
	unsigned int index = if_nametoindex(name);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool found = false;
	ssize_t n;

	if (fd < 0)
		return false;
	n = send(fd, &ask, sizeof(ask), 0);
	while (n > 0 && !found) {
		n = recv(fd, buf, sizeof(buf), 0);
		found = n > 0 && limited_in(buf, (size_t)n, index);
		if (n > 0 && ends_dump(buf, (size_t)n))
			break;
	}
	close(fd);
	return found;
}

static bool is_number(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

/* Old clients give addresses no end: one that runs for the interface tells as much. */
static bool is_client_of(const char *pid, const char *interface)
{
	static const char *const clients[] = { "dhclient", "dhcpcd", "udhcpc", "pump" };
	char path[64], text[1024];
	ssize_t n, at;
	size_t i;
	bool client = false, named = false;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	n = read_text(path, text, sizeof(text));
	for (i = 0; n > 0 && i < sizeof(clients) / sizeof(clients[0]); i++) {
		const char *base = strrchr(text, '/');

		client = client || !strcmp(base ? base + 1 : text, clients[i]);
	}
	for (at = 0; client && at < n; at += (ssize_t)strlen(text + at) + 1)
		named = named || !strcmp(text + at, interface);
	return named;
}

static bool client_runs(const char *interface)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	bool found = false;

	while (dir && !found && (e = readdir(dir)))
		found = is_number(e->d_name) && is_client_of(e->d_name, interface);
	if (dir)
		closedir(dir);
	return found;
}

static void describe_address(const struct ifaddrs *i, unsigned int family, struct kvp_daemon_ip *ip)
{
	struct ip_address a;
	char text[IP_TEXT], subnet[IP_TEXT];

	if (!address_of(i, &a) || !(family & (a.v6 ? KVP_FAMILY_IPV6 : KVP_FAMILY_IPV4)))
		return;
	if (a.v6)
		snprintf(subnet, sizeof(subnet), "/%u", prefix_of(i));
	else
		ip_mask_text(prefix_of(i), subnet);
	/* Both or none, as the lists go in step. */
	if (strlen((char *)ip->subnets) + strlen(subnet) + 2 > sizeof(ip->subnets) ||
	    !ip_list_add(ip->addresses, sizeof(ip->addresses), ip_text(&a, text)))
		return;
	ip_list_add(ip->subnets, sizeof(ip->subnets), subnet);
	ip->family |= a.v6 ? KVP_FAMILY_IPV6 : KVP_FAMILY_IPV4;
}

static void describe_servers(struct kvp_daemon_ip *ip)
{
	char text[4096];

	if (read_text("/etc/resolv.conf", text, sizeof(text)) <= 0)
		return;
	/* systemd-resolved: the servers themselves stand elsewhere. */
	if (resolv_is_stub(text)) {
		char real[4096];

		if (read_text("/run/systemd/resolve/resolv.conf", real, sizeof(real)) > 0 &&
		    resolv_servers(real, ip->dns, sizeof(ip->dns)))
			return;
	}
	resolv_servers(text, ip->dns, sizeof(ip->dns));
}

int network_describe(const char *name, unsigned int family, struct kvp_daemon_ip *ip)
{
	static char text[32768];
	struct ifaddrs *all, *i;

	if (getifaddrs(&all))
		return -errno;
	for (i = all; i; i = i->ifa_next)
		if (!strcmp(i->ifa_name, name))
			describe_address(i, family, ip);
	freeifaddrs(all);
	if ((family & KVP_FAMILY_IPV4) && read_text("/proc/net/route", text, sizeof(text)) > 0)
		route_gateways(text, name, ip->gateways, sizeof(ip->gateways));
	if ((family & KVP_FAMILY_IPV6) && read_text("/proc/net/ipv6_route", text, sizeof(text)) > 0)
		route6_gateways(text, name, ip->gateways, sizeof(ip->gateways));
	describe_servers(ip);
	ip->dhcp = has_limited_address(name) || client_runs(name);
	return 0;
}

static bool is_up(const char *name)
{
	char text[16];

	/* A link without a carrier reads as an error. */
	return net_attribute(name, "carrier", text, sizeof(text)) && text[0] == '1';
}

static bool link_local(const struct ip_address *a)
{
	return !a->v6 && ntohl(a->u.v4.s_addr) >> 16 == 0xa9fe;
}

/* IPv4 addresses an interface had before it was to ask a DHCP server. */
static struct {
	struct in_addr list[IP_ADDRESSES];
	unsigned int count;
} before;

void network_remember(const char *name)
{
	struct ifaddrs *all, *i;
	struct ip_address a;

	before.count = 0;
	if (getifaddrs(&all))
		return;
	for (i = all; i && before.count < IP_ADDRESSES; i = i->ifa_next)
		if (!strcmp(i->ifa_name, name) && address_of(i, &a) && !a.v6)
			before.list[before.count++] = a.u.v4;
	freeifaddrs(all);
}

static bool was_there(const struct ip_address *a)
{
	unsigned int i;

	for (i = 0; i < before.count; i++)
		if (before.list[i].s_addr == a->u.v4.s_addr)
			return true;
	return false;
}

/* What a DHCP server may have given: an address nobody asked for. One that was there may only be on its way out. */
enum other4 { OTHER_NONE, OTHER_OLD, OTHER_NEW };

/* Which of the wanted addresses an interface has, and which others of IPv4. */
static unsigned int count_wanted(const struct ifaddrs *all, const char *name, const struct ip_config *c,
		enum other4 *other)
{
	const struct ifaddrs *i;
	unsigned int k, n = 0;
	struct ip_address a;

	for (i = all; i; i = i->ifa_next) {
		bool wanted = false;

		if (strcmp(i->ifa_name, name) || !address_of(i, &a))
			continue;
		for (k = 0; k < c->addresses && !wanted; k++)
			wanted = c->address[k].v6 == a.v6 && !memcmp(&c->address[k].u, &a.u, a.v6 ? 16 : 4) &&
				 c->address[k].prefix == prefix_of(i);
		n += wanted;
		if (!wanted && !a.v6 && !link_local(&a) && *other != OTHER_NEW)
			*other = was_there(&a) ? OTHER_OLD : OTHER_NEW;
	}
	return n;
}

bool network_has(const char *name, const struct ip_config *c)
{
	struct ifaddrs *all;
	enum other4 other = OTHER_NONE;
	unsigned int n;

	if (!is_up(name) || getifaddrs(&all))
		return false;
	n = count_wanted(all, name, c, &other);
	freeifaddrs(all);
	if (n != c->addresses || !c->dhcp4)
		return n == c->addresses;
	return other == OTHER_NEW || (other == OTHER_OLD && (has_limited_address(name) || client_runs(name)));
}

bool network_wait(const char *name, const struct ip_config *c, unsigned int seconds)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK,
				  .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	long long end = now_ms() + seconds * 1000LL, left;
	static char buf[8192];
	bool there;

	if (fd >= 0 && bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		fd = -1;
	}
	while (!(there = network_has(name, c)) && (left = end - now_ms()) > 0) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, (int)left) > 0)
			while (recv(fd, buf, sizeof(buf), 0) > 0)
				;
	}
	if (fd >= 0)
		close(fd);
	return there;
}
