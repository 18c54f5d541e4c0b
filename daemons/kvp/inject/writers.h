/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the same addresses in the words of each network stack. Every writer turns a checked record into the whole
 * text of a file and returns its length, or -E2BIG. Nothing of the host's text comes this far: addresses are
 * printed from their bits, the interface's name is the machine's own and passed interface_name_ok().
 */
#ifndef _INJECT_WRITERS_H
#define _INJECT_WRITERS_H

#include <stdbool.h>
#include <stddef.h>
#include "kvp/ip.h"

/* Letters, digits, '.', '_' and '-': what no file's grammar and no path minds. */
bool interface_name_ok(const char *name);

/* NetworkManager's keyfile, /etc/NetworkManager/system-connections/lis-IF.nmconnection */
int write_nm(char *text, size_t size, const char *interface, const struct ip_config *c);

/* systemd-networkd, /etc/systemd/network/05-lis-IF.network */
int write_networkd(char *text, size_t size, const char *interface, const struct ip_config *c);

/* netplan, /etc/netplan/99-lis-IF.yaml */
int write_netplan(char *text, size_t size, const char *interface, const struct ip_config *c);

/* Red Hat's network scripts, /etc/sysconfig/network-scripts/ifcfg-IF */
int write_ifcfg(char *text, size_t size, const char *interface, const char *mac, const struct ip_config *c);

/* SUSE's, /etc/sysconfig/network/ifcfg-IF, the routes beside it, and its "config" with our name servers in it */
int write_suse(char *text, size_t size, const char *interface, const struct ip_config *c);
int write_suse_routes(char *text, size_t size, const char *interface, const struct ip_config *c);
int write_suse_config(char *text, size_t size, const char *old, const struct ip_config *c);

/* ifupdown: a file of /etc/network without what it says of the interface; our stanzas follow when c is given */
int write_interfaces(char *text, size_t size, const char *old, const char *interface, const struct ip_config *c);

/* What the old hook gets as its argument (docs/wire/03 6.8) */
int write_hook(char *text, size_t size, const char *interface, const char *mac, const struct ip_config *c);

#endif
