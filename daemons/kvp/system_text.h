/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: what stands in the system's own small files: os-release, release lines, resolv.conf, the routes of /proc/net.
 */
#ifndef _KVP_SYSTEM_TEXT_H
#define _KVP_SYSTEM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "kvp/ip.h"

/* The value of a NAME=value line (quotes and backslashes undone); false: there is none, or it does not fit. */
bool os_release_value(const char *text, const char *name, char *out, size_t size);

/*
 * "Some Linux release 6.10 (Name)": what stands before " release " and the word after it. A line without it is
 * all name.
 */
void release_line(const char *text, char *name, size_t name_size, char *version, size_t version_size);

/* The kernel's release up to its first '-'. */
void release_number(const char *release, char *out, size_t size);

/* Appends the servers of a resolv.conf to a ';' list; the number of them. */
unsigned int resolv_servers(const char *text, __u8 *field, size_t size);

/* Whether all servers of it are the machine's own, behind which others stand. */
bool resolv_is_stub(const char *text);

/* Appends the gateways of default routes through an interface (/proc/net/route, /proc/net/ipv6_route). */
void route_gateways(const char *text, const char *interface, __u8 *field, size_t size);
void route6_gateways(const char *text, const char *interface, __u8 *field, size_t size);

#endif
