/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: the machine's network as it is now: interfaces, addresses, routes, name servers.
 */
#ifndef _KVP_NETWORK_H
#define _KVP_NETWORK_H

#include <net/if.h>
#include <stdbool.h>
#include "kvp/ip.h"

/* A ';' list of all addresses of a family of all interfaces, as many as fit. */
void network_all_addresses(bool v6, __u8 *field, size_t size);

/* The interface with this MAC address; of several the first one that has an IP address. 0 or -ENODEV. */
int network_by_mac(const char *mac, char name[IF_NAMESIZE]);

/* The interface of the device with this id on the bus ({GUID}). 0 or -ENODEV. */
int network_by_device(const char *id, char name[IF_NAMESIZE]);

/* Fills in what an interface has, of the asked-for families (KVP_FAMILY_*). */
int network_describe(const char *name, unsigned int family, struct kvp_daemon_ip *ip);

/* The MAC address as text, upper case. */
void network_mac(const char *name, char mac[32]);

/* Notes what an interface has, before it is told to ask a DHCP server (network_has()). */
void network_remember(const char *name);

/* Whether the link is up and all of these addresses are there; for DHCP also one that a server may have given. */
bool network_has(const char *name, const struct ip_config *c);

/* Waits until network_has(), told by the kernel of changes, or the time is over. */
bool network_wait(const char *name, const struct ip_config *c, unsigned int seconds);

#endif
