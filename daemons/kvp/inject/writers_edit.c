// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: configuration of the stacks whose files hold more than one interface: ifupdown and SUSE's (writers.h).
 */
#include <string.h>
#include "kvp/inject/out.h"
#include "kvp/inject/writers.h"

/* ifupdown */

/* The words of a line, one after the other; the length of the next one, 0 at the end. */
static size_t next_word(const char **at, const char *end)
{
	const char *s = *at;
	size_t n = 0;

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	*at = s;
	while (s + n < end && s[n] != ' ' && s[n] != '\t')
		n++;
	return n;
}

static bool word_is(const char *word, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(word, text, len);
}

enum line_kind { LINE_PLAIN, LINE_STANZA, LINE_OUR_STANZA, LINE_NAMES, LINE_OUR_MARK };

static const char mark[] = "# hv_kvp_daemon: set by the host";

static enum line_kind kind_of(const char *line, const char *end, const char *interface)
{
	const char *at = line;
	size_t n = next_word(&at, end);
	const char *first = at;

	if ((size_t)(end - line) == strlen(mark) && !memcmp(line, mark, strlen(mark)))
		return LINE_OUR_MARK;
	if (word_is(first, n, "auto") || (n > 6 && !memcmp(first, "allow-", 6)))
		return LINE_NAMES;
	if (word_is(first, n, "mapping") || word_is(first, n, "source") || word_is(first, n, "source-directory"))
		return LINE_STANZA;
	if (!word_is(first, n, "iface"))
		return LINE_PLAIN;
	at += n;
	n = next_word(&at, end);
	return word_is(at, n, interface) ? LINE_OUR_STANZA : LINE_STANZA;
}

/* "auto a b" without the interface; nothing when none is left. */
static void names_without(struct out *o, const char *line, const char *end, const char *interface)
{
	const char *at = line;
	size_t n = next_word(&at, end), kept = 0;
	const char *verb = at;
	size_t verb_len = n;

	for (at += n; (n = next_word(&at, end)); at += n) {
		if (word_is(at, n, interface))
			continue;
		if (!kept++)
			out_text(o, verb, verb_len);
		out_text(o, " ", 1);
		out_text(o, at, n);
	}
	if (kept)
		out_text(o, "\n", 1);
}

static void interfaces_without(struct out *o, const char *old, const char *interface)
{
	bool skipping = false, continued = false;

	while (*old) {
		const char *end = old + strcspn(old, "\n");
		/* A backslash at the end: the next line belongs to this one, whatever it begins with. */
		enum line_kind kind = continued ? LINE_PLAIN : kind_of(old, end, interface);

		continued = end > old && end[-1] == '\\';
		if (kind == LINE_NAMES || kind == LINE_STANZA || kind == LINE_OUR_STANZA)
			skipping = kind == LINE_OUR_STANZA;
		if (kind == LINE_NAMES && !continued) {
			names_without(o, old, end, interface);
		} else if (!skipping && kind != LINE_OUR_MARK) {
			out_text(o, old, (size_t)(end - old));
			out_text(o, "\n", 1);
		}
		old = end + (*end == '\n');
	}
}

static void interfaces_dns(struct out *o, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;

	if (c->dns)
		out_format(o, "\tdns-nameservers");
	for (i = 0; i < c->dns; i++)
		out_format(o, " %s", ip_text(&c->dns_server[i], a));
	if (c->dns)
		out_format(o, "\n");
}

/* A gateway and the servers stand with the first address of a family; servers with the first stanza of all. */
static void interfaces_family(struct out *o, const char *interface, const struct ip_config *c, bool v6, bool *dns)
{
	const struct ip_address *gw = NULL;
	char a[IP_TEXT];
	unsigned int i;

	for (i = 0; i < c->gateways && !gw; i++)
		if (c->gateway[i].v6 == v6)
			gw = &c->gateway[i];
	for (i = 0; i < c->addresses; i++) {
		if (c->address[i].v6 != v6)
			continue;
		out_format(o, "iface %s %s static\n\taddress %s\n", interface, v6 ? "inet6" : "inet",
				ip_text(&c->address[i], a));
		if (v6)
			out_format(o, "\tnetmask %u\n", c->address[i].prefix);
		else
			out_format(o, "\tnetmask %s\n", ip_mask_text(c->address[i].prefix, a));
		if (gw)
			out_format(o, "\tgateway %s\n", ip_text(gw, a));
		gw = NULL;
		if (!*dns)
			interfaces_dns(o, c);
		*dns = true;
	}
}

int write_interfaces(char *text, size_t size, const char *old, const char *interface, const struct ip_config *c)
{
	bool dns = false;
	struct out o;

	out_start(&o, text, size);
	interfaces_without(&o, old, interface);
	if (!c)
		return out_end(&o);
	out_format(&o, "%s\nauto %s\n", mark, interface);
	if (c->dhcp4) {
		out_format(&o, "iface %s inet dhcp\n", interface);
		interfaces_dns(&o, c);
		dns = true;
	}
	interfaces_family(&o, interface, c, false, &dns);
	interfaces_family(&o, interface, c, true, &dns);
	return out_end(&o);
}

/* SUSE */

int write_suse(char *text, size_t size, const char *interface, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	(void)interface;
	out_start(&o, text, size);
	out_format(&o, "# Written by hv_kvp_daemon: the host set these addresses.\nSTARTMODE='auto'\nBOOTPROTO='%s'\n",
		   c->dhcp4 ? "dhcp4" : "static");
	for (i = 0; i < c->addresses; i++) {
		if (i)
			out_format(&o, "IPADDR_%u='%s/%u'\n", i, ip_text(&c->address[i], a), c->address[i].prefix);
		else
			out_format(&o, "IPADDR='%s/%u'\n", ip_text(&c->address[i], a), c->address[i].prefix);
	}
	return out_end(&o);
}

int write_suse_routes(char *text, size_t size, const char *interface, const struct ip_config *c)
{
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	out_start(&o, text, size);
	for (i = 0; i < c->gateways; i++)
		out_format(&o, "default %s - %s\n", ip_text(&c->gateway[i], a), interface);
	return out_end(&o);
}

int write_suse_config(char *text, size_t size, const char *old, const struct ip_config *c)
{
	static const char name[] = "NETCONFIG_DNS_STATIC_SERVERS=";
	char a[IP_TEXT];
	unsigned int i;
	struct out o;

	out_start(&o, text, size);
	while (*old) {
		size_t len = strcspn(old, "\n");

		if (strncmp(old, name, strlen(name))) {
			out_text(&o, old, len);
			out_text(&o, "\n", 1);
		}
		old += len + (old[len] == '\n');
	}
	out_format(&o, "%s\"", name);
	for (i = 0; i < c->dns; i++)
		out_format(&o, "%s%s", i ? " " : "", ip_text(&c->dns_server[i], a));
	out_format(&o, "\"\n");
	return out_end(&o);
}
