// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: configuration files of the stacks that take one file per interface (writers.h).
 */
#include <string.h>
#include "kvp/inject/out.h"
#include "kvp/inject/writers.h"

/* The first gateway of a family, from this place of the list on; NULL: none. */
static const struct ip_address *gateway_from(const struct ip_config *c, bool v6, unsigned int *at)
{
	for (; *at < c->gateways; (*at)++)
		if (c->gateway[*at].v6 == v6)
			return &c->gateway[(*at)++];
	return NULL;
}

bool interface_name_ok(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return name[0] && name[0] != '.' && name[0] != '-' && strspn(name, allowed) == strlen(name) &&
			strlen(name) < 16;
}

/* NetworkManager */

static void nm_dns(struct out *o, bool v6, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i, n = 0;

	for (i = 0; i < c->dns; i++)
		if (c->dns_server[i].v6 == v6)
			out_format(o, "%s%s;", n++ ? "" : "dns=", ip_text(&c->dns_server[i], a));
	if (n)
		out_format(o, "\n");
}

static void nm_family(struct out *o, bool v6, const char *method, const struct ip_config *c)
{
	char a[IP_TEXT], g[IP_TEXT];
	unsigned int i, at = 0, n = 0;
	const struct ip_address *gw = gateway_from(c, v6, &at);

	out_format(o, "\n[%s]\nmethod=%s\n", v6 ? "ipv6" : "ipv4", method);
	for (i = 0; i < c->addresses; i++) {
		if (c->address[i].v6 != v6)
			continue;
		out_format(o, "address%u=%s/%u", ++n, ip_text(&c->address[i], a), c->address[i].prefix);
		out_format(o, n == 1 && gw ? ",%s\n" : "\n", gw ? ip_text(gw, g) : "");
	}
	/* A gateway beside DHCP has no address to stand with. */
	n = n ? 0 : (gw ? 1 : 0);
	if (n)
		out_format(o, "route1=%s/0,%s\n", v6 ? "::" : "0.0.0.0", ip_text(gw, g));
	while ((gw = gateway_from(c, v6, &at)))
		out_format(o, "route%u=%s/0,%s,%u\n", n + 1, v6 ? "::" : "0.0.0.0", ip_text(gw, g), 200 + n), n++;
	nm_dns(o, v6, c);
}

int write_nm(char *text, size_t size, const char *interface, const struct ip_config *c)
{
	struct out o;

	out_start(&o, text, size);
	out_format(&o,
			"[connection]\nid=lis-%s\ntype=ethernet\ninterface-name=%s\nautoconnect=true\nautoconnect-priority=900\n",
		   interface, interface);
	nm_family(&o, false, c->dhcp4 ? "auto" : ip_config_has(c, false) ? "manual" : "disabled", c);
	/* Where the host says nothing of IPv6, routers may. */
	nm_family(&o, true, ip_config_has(c, true) ? "manual" : "auto", c);
	return out_end(&o);
}

/* systemd-networkd */

int write_networkd(char *text, size_t size, const char *interface, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	out_start(&o, text, size);
	out_format(&o,
			"# Written by hv_kvp_daemon: the host set these addresses.\n[Match]\nName=%s\n\n[Network]\nDHCP=%s\n",
		   interface, c->dhcp4 ? "ipv4" : "no");
	for (i = 0; i < c->addresses; i++)
		out_format(&o, "Address=%s/%u\n", ip_text(&c->address[i], a), c->address[i].prefix);
	for (i = 0; i < c->gateways; i++)
		out_format(&o, "Gateway=%s\n", ip_text(&c->gateway[i], a));
	for (i = 0; i < c->dns; i++)
		out_format(&o, "DNS=%s\n", ip_text(&c->dns_server[i], a));
	return out_end(&o);
}

/* netplan */

static void netplan_routes(struct out *o, const struct ip_config *c)
{
	unsigned int i, n[2] = { 0, 0 };
	char a[IP_TEXT];

	if (c->gateways)
		out_format(o, "      routes:\n");
	for (i = 0; i < c->gateways; i++) {
		bool v6 = c->gateway[i].v6;

		out_format(o, "        - to: \"%s/0\"\n          via: \"%s\"\n", v6 ? "::" : "0.0.0.0",
				ip_text(&c->gateway[i], a));
		/* Two ways to the same place need an order. */
		if (n[v6]++)
			out_format(o, "          metric: %u\n", 200 + n[v6]);
	}
}

int write_netplan(char *text, size_t size, const char *interface, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	out_start(&o, text, size);
	out_format(&o, "# Written by hv_kvp_daemon: the host set these addresses.\n"
		       "network:\n  version: 2\n  ethernets:\n    \"%s\":\n      dhcp4: %s\n",
		   interface, c->dhcp4 ? "true" : "false");
	if (c->addresses)
		out_format(&o, "      addresses:\n");
	for (i = 0; i < c->addresses; i++)
		out_format(&o, "        - \"%s/%u\"\n", ip_text(&c->address[i], a), c->address[i].prefix);
	netplan_routes(&o, c);
	if (c->dns)
		out_format(&o, "      nameservers:\n        addresses:\n");
	for (i = 0; i < c->dns; i++)
		out_format(&o, "          - \"%s\"\n", ip_text(&c->dns_server[i], a));
	return out_end(&o);
}

/* Red Hat's ifcfg */

static void ifcfg_v4(struct out *o, const struct ip_config *c)
{
	char a[IP_TEXT], number[16] = "";
	unsigned int i, n = 0, at = 0;
	const struct ip_address *gw = gateway_from(c, false, &at);

	for (i = 0; i < c->addresses; i++) {
		if (c->address[i].v6)
			continue;
		if (n) {
			struct out num;

			out_start(&num, number, sizeof(number));
			out_format(&num, "%u", n);
		}
		out_format(o, "IPADDR%s=%s\n", number, ip_text(&c->address[i], a));
		out_format(o, "PREFIX%s=%u\nNETMASK%s=%s\n", number, c->address[i].prefix, number,
			   ip_mask_text(c->address[i].prefix, a));
		n++;
	}
	if (gw)
		out_format(o, "GATEWAY=%s\n", ip_text(gw, a));
}

static void ifcfg_v6(struct out *o, const struct ip_config *c)
{
	unsigned int i, n = 0, at = 0;
	const struct ip_address *gw = gateway_from(c, true, &at);
	char a[IP_TEXT];

	if (!ip_config_has(c, true))
		return;
	out_format(o, "IPV6INIT=yes\nIPV6_AUTOCONF=no\n");
	for (i = 0; i < c->addresses; i++)
		if (c->address[i].v6) {
			out_format(o, n == 0 ? "IPV6ADDR=%s/%u" : n == 1 ? "\nIPV6ADDR_SECONDARIES=\"%s/%u" : " %s/%u",
				   ip_text(&c->address[i], a), c->address[i].prefix);
			n++;
		}
	out_format(o, n > 1 ? "\"\n" : "\n");
	if (gw)
		out_format(o, "IPV6_DEFAULTGW=%s\n", ip_text(gw, a));
}

int write_ifcfg(char *text, size_t size, const char *interface, const char *mac, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	out_start(&o, text, size);
	out_format(&o, "# Written by hv_kvp_daemon: the host set these addresses.\n");
	out_format(&o, "DEVICE=%s\nHWADDR=%s\nTYPE=Ethernet\nONBOOT=yes\nBOOTPROTO=%s\n", interface, mac,
			c->dhcp4 ? "dhcp" : "none");
	ifcfg_v4(&o, c);
	ifcfg_v6(&o, c);
	for (i = 0; i < c->dns; i++)
		out_format(&o, "DNS%u=%s\n", i + 1, ip_text(&c->dns_server[i], a));
	return out_end(&o);
}

/* The old hook: the stock daemon's names, with masks for both families and one counter each */

static void hook_list(struct out *o, const char *v4_first, const char *v4_more, unsigned int more_from,
		const char *v6_name,
		      const struct ip_address *list, unsigned int count)
{
	unsigned int i, n4 = 0, n6 = 0;
	char a[IP_TEXT];

	for (i = 0; i < count; i++) {
		ip_text(&list[i], a);
		if (list[i].v6 && n6++ == 0)
			out_format(o, "%s=%s\n", v6_name, a);
		else if (list[i].v6)
			out_format(o, "%s_%u=%s\n", v6_name, n6 - 1, a);
		else if (n4++ == 0 && v4_first)
			out_format(o, "%s=%s\n", v4_first, a);
		else
			out_format(o, "%s%u=%s\n", v4_more, n4 - 1 + more_from, a);
	}
}

static void hook_masks(struct out *o, const struct ip_config *c)
{
	unsigned int i, n4 = 0, n6 = 0;
	char a[IP_TEXT];

	for (i = 0; i < c->addresses; i++) {
		if (!c->address[i].v6)
			out_format(o, "NETMASK%u=%s\n", n4++, ip_mask_text(c->address[i].prefix, a));
		else if (n6++ == 0)
			out_format(o, "IPV6NETMASK=%u\n", c->address[i].prefix);
		else
			out_format(o, "IPV6NETMASK_%u=%u\n", n6 - 1, c->address[i].prefix);
	}
}

int write_hook(char *text, size_t size, const char *interface, const char *mac, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	out_start(&o, text, size);
	out_format(&o, "HWADDR=%s\nDEVICE=%s\nBOOTPROTO=%s\n", mac, interface, c->dhcp4 ? "dhcp" : "none");
	hook_list(&o, NULL, "IPADDR", 0, "IPV6ADDR", c->address, c->addresses);
	hook_masks(&o, c);
	hook_list(&o, "GATEWAY", "GATEWAY", 0, "IPV6_DEFAULTGW", c->gateway, c->gateways);
	for (i = 0; i < c->dns; i++)
		out_format(&o, "DNS%u=%s\n", i + 1, ip_text(&c->dns_server[i], a));
	return out_end(&o);
}
