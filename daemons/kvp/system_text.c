// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: small files of the system (system_text.h).
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kvp/system_text.h"

/* The next line into line (cut when longer); false at the end. */
static bool next_line(const char **text, char *line, size_t size)
{
	size_t len = strcspn(*text, "\n"), n = len < size ? len : size - 1;

	if (!**text)
		return false;
	memcpy(line, *text, n);
	line[n] = 0;
	*text += len + ((*text)[len] == '\n');
	return true;
}

/* A shell word: quotes go, what a backslash protects stays. */
static bool unquote(const char *in, char *out, size_t size)
{
	char quote = *in == '"' || *in == '\'' ? *in++ : 0;
	size_t n = 0;

	for (; *in && *in != quote; in++) {
		if (*in == '\\' && quote != '\'' && in[1])
			in++;
		if (n + 1 >= size)
			return false;
		out[n++] = *in;
	}
	out[n] = 0;
	return true;
}

bool os_release_value(const char *text, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);
	char line[512];

	while (next_line(&text, line, sizeof(line)))
		if (!strncmp(line, name, len) && line[len] == '=')
			return unquote(line + len + 1, out, size);
	return false;
}

static void copy(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = 0;
}

void release_line(const char *text, char *name, size_t name_size, char *version, size_t version_size)
{
	char line[256];
	const char *word;

	version[0] = 0;
	name[0] = 0;
	if (!next_line(&text, line, sizeof(line)))
		return;
	word = strstr(line, " release ");
	copy(name, name_size, line, word ? (size_t)(word - line) : strlen(line));
	if (!word)
		return;
	word += strlen(" release ");
	copy(version, version_size, word, strcspn(word, " "));
}

void release_number(const char *release, char *out, size_t size)
{
	copy(out, size, release, strcspn(release, "-"));
}

/* The server of a line, or NULL. Changes the line. */
static char *server_of(char *line)
{
	char *save, *word = strtok_r(line, " \t\r", &save);
	struct in6_addr any;

	if (!word || strcmp(word, "nameserver"))
		return NULL;
	word = strtok_r(NULL, " \t\r", &save);
	if (!word)
		return NULL;
	return inet_pton(AF_INET, word, &any) == 1 || inet_pton(AF_INET6, word, &any) == 1 ? word : NULL;
}

unsigned int resolv_servers(const char *text, __u8 *field, size_t size)
{
	unsigned int n = 0;
	char line[256];

	while (next_line(&text, line, sizeof(line))) {
		char *server = server_of(line);

		if (server && ip_list_add(field, size, server))
			n++;
	}
	return n;
}

bool resolv_is_stub(const char *text)
{
	bool any = false;
	char line[256];

	while (next_line(&text, line, sizeof(line))) {
		char *server = server_of(line);

		if (server && strncmp(server, "127.", 4) && strcmp(server, "::1"))
			return false;
		any = any || server;
	}
	return any;
}

#define ROUTE_GATEWAY 2 /* flag */

void route_gateways(const char *text, const char *interface, __u8 *field, size_t size)
{
	char line[256], name[32], out[IP_TEXT];
	unsigned int to, gateway, flags;

	while (next_line(&text, line, sizeof(line))) {
		struct ip_address a = { .v6 = false };

		if (sscanf(line, "%31s %x %x %x", name, &to, &gateway, &flags) != 4 || to || !(flags & ROUTE_GATEWAY) ||
		    strcmp(name, interface))
			continue;
		/* As the machine holds it in memory, which is the order of the network. */
		a.u.v4.s_addr = gateway;
		ip_list_add(field, size, ip_text(&a, out));
	}
}

static bool hex_address(const char *hex, struct in6_addr *to)
{
	unsigned int byte;
	int i;

	for (i = 0; i < 16; i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		to->s6_addr[i] = (unsigned char)byte;
	}
	return true;
}

void route6_gateways(const char *text, const char *interface, __u8 *field, size_t size)
{
	char line[256], to[40], next[40], name[32], out[IP_TEXT];
	unsigned int prefix, flags;

	while (next_line(&text, line, sizeof(line))) {
		struct ip_address a = { .v6 = true };

		if (sscanf(line, "%39s %x %*s %*s %39s %*x %*x %*x %x %31s", to, &prefix, next, &flags,
			   name) != 5 ||
		    prefix || !(flags & ROUTE_GATEWAY) || strcmp(name, interface) || strlen(next) != 32 ||
		    !hex_address(next, &a.u.v6))
			continue;
		ip_list_add(field, size, ip_text(&a, out));
	}
}
