/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between a synthetic adapter and the network function that can carry its frames (docs/wire/05 10). Both are ends of one
 * port of the virtual switch: what the guest sends by either goes to the adapter's back end, and what comes from there
 * goes to the one the guest switched to. Loop thread only.
 */
#ifndef HOST_NET_VF_H
#define HOST_NET_VF_H

#include "net_backend.h"

struct net;

/* The adapter of that name; NULL when there is none. */
struct net *net_vf_adapter(const char *name);
/* "00:15:5d:01:02:03"; false after a complaint. */
bool net_parse_mac(const char *text, uint8_t *mac);
/* The adapter's own address. */
const uint8_t *net_vf_mac(const struct net *n);
/*
 * The function takes frames now; its `up` and `flush` are as in net_backend.h, `mtu` is not asked. -EBUSY: it has one. Ends by
 * net_vf_leave(), which must come before the function goes.
 */
int net_vf_join(struct net *n, const struct net_port *port);
void net_vf_leave(struct net *n);
/* A whole frame of the guest's; what may not pass is dropped and counted. */
void net_vf_frame(struct net *n, const struct net_frame *f);
/* A burst of them is over. */
void net_vf_flush(struct net *n);
/* The function said that it had no room, and has some now. */
void net_vf_room(struct net *n);

#endif
