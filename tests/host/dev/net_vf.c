// SPDX-License-Identifier: GPL-2.0-only
/* The virtual function's end of an adapter (net_vf.h, docs/wire/05 10). */
#include <errno.h>
#include <string.h>

#include "net.h"
#include "net_vf.h"

const uint8_t *net_vf_mac(const struct net *n)
{
	return n->a.permanent_mac;
}

int net_vf_join(struct net *n, const struct net_port *port)
{
	if (n->function.up)
		return -EBUSY;
	n->function = *port;
	n->refs++;
	return 0;
}

/* Who waits for room there is to look again: there is another way now. */
static void wake(struct net *n)
{
	if (n->backend.ops && n->backend.ops->room)
		n->backend.ops->room(n->backend.priv);
	if (n->gen)
		net_gen_room(n->gen);
	net_up_flush(n);
}

void net_vf_leave(struct net *n)
{
	memset(&n->function, 0, sizeof(n->function));
	wake(n);
	net_put(n);
}

void net_vf_room(struct net *n)
{
	wake(n);
}

void net_vf_switch(struct net *n, bool to_vf)
{
	if (n->vf_path == to_vf)
		return;
	/* What was taken for the way before goes by it. */
	net_up_flush(n);
	n->vf_path = to_vf;
	n->vf_switches++;
	wake(n);
}

/*
 * Frames for this adapter alone go to the function; group frames always come by the adapter, whose filter is the one the
 * guest keeps.
 */
static bool takes(const struct net *n, const struct net_frame *f)
{
	return n->vf_path && n->function.up && n->a.link && f->len >= ETH_HEADER && !(f->data[0] & 1);
}

bool net_vf_up(struct net *n, const struct net_frame *f, bool *taken)
{
	if (!takes(n, f))
		return false;
	*taken = n->function.up(n->function.arg, f);
	if (*taken) {
		n->vf_rx_packets++;
		n->vf_rx_bytes += f->len;
	} else {
		n->vf_no_room++;
	}
	return true;
}

void net_vf_up_flush(struct net *n)
{
	if (n->function.up)
		n->function.flush(n->function.arg);
}

/* The reasons are those of the adapter's own frames: the switch behind is the same. */
void net_vf_frame(struct net *n, const struct net_frame *f)
{
	enum net_drop why = NET_DROPS;

	if (f->len < ETH_HEADER)
		why = NET_DROP_RUNT;
	else if (!n->backend.ops || !n->a.link)
		why = NET_DROP_LINK_DOWN;
	else if (f->len > n->newest_mtu)
		why = NET_DROP_TOO_LONG;
	else if (!n->a.spoofing && memcmp(f->data + ETH_ADDRESS, n->a.mac, ETH_ADDRESS))
		why = NET_DROP_SPOOFED;
	if (why != NET_DROPS) {
		n->tx_drop[why]++;
		return;
	}
	n->vf_tx_packets++;
	n->vf_tx_bytes += f->len;
	n->backend.ops->frame(n->backend.priv, f);
}

void net_vf_flush(struct net *n)
{
	if (n->backend.ops && n->backend.ops->flush)
		n->backend.ops->flush(n->backend.priv);
	net_up_flush(n);
}
