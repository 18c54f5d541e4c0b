// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: a program that decides over each received frame (XDP).
 *
 * With a program each frame is copied into a page of its own, with room before and behind it, before anything of
 * the stack's is made of it. The program is exchanged under RTNL and used under RCU. While there is one, frames do not
 * come by a virtual function: they would not come by the program.
 */
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/xdp.h>
#include "netvsc.h"

/* The queues are there. Return: 0 or -errno; nv_xdp_free() clears up. */
int nv_xdp_init(struct nv_net *nv)
{
	u32 i;
	int ret = 0;

	nv->xdp_rxqs = kcalloc(nv->queue_max, sizeof(*nv->xdp_rxqs), GFP_KERNEL);
	if (!nv->xdp_rxqs)
		return -ENOMEM;
	for (i = 0; i < nv->queue_max && !ret; i++)
		ret = kit_xdp_rxq_add(&nv->xdp_rxqs[i], nv->ndev, i, &nv->queues[i].napi);
	kit_xdp_can(nv->ndev);
	return ret;
}

/* Nobody polls, and the stack has taken its program back. */
void nv_xdp_free(struct nv_net *nv)
{
	u32 i;

	for (i = 0; nv->xdp_rxqs && i < nv->queue_max; i++)
		kit_xdp_rxq_remove(&nv->xdp_rxqs[i]);
	kfree(nv->xdp_rxqs);
	nv->xdp_rxqs = NULL;
}

/* Does a frame of this MTU fit a page? Its tag travels beside it. */
bool nv_xdp_fits(int mtu)
{
	return mtu + ETH_HLEN <= (int)KIT_XDP_ROOM;
}

/* Where a frame begins in its page, and how long it may be. */
u32 nv_xdp_headroom(void)
{
	return KIT_XDP_HEADROOM;
}

u32 nv_xdp_room(void)
{
	return KIT_XDP_ROOM;
}

/* Under RTNL. The reference to prog is ours when this succeeds. */
int nv_xdp_set(struct net_device *ndev, struct bpf_prog *prog)
{
	struct nv_net *nv = netdev_priv(ndev);
	struct bpf_prog *old = rtnl_dereference(nv->xdp_prog);

	if (prog && !nv_xdp_fits(ndev->mtu)) {
		netdev_err(ndev, "XDP: MTU %u is too large, %u is the largest\n", ndev->mtu,
			   (u32)KIT_XDP_ROOM - ETH_HLEN);
		return -EOPNOTSUPP;
	}
	rcu_assign_pointer(nv->xdp_prog, prog);
	nv_vf_program(nv);
	/* No coalescing while there is a program, as the user wants it when there is none. */
	netdev_update_features(ndev);
	if (!old)
		return 0;
	synchronize_net();
	kit_xdp_put(old);
	return 0;
}

/* Send a frame that did not come from the stack. Softirq. */
void nv_xdp_send(struct net_device *ndev, struct sk_buff *skb)
{
	skb->dev = ndev;
	skb_reset_mac_header(skb);
	/* The flow's hash is made from there. */
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;
	dev_queue_xmit(skb);
}

/**
 * nv_xdp_frame() - let the program decide over a frame
 * @q: the queue it came by
 * @page: the frame, from nv_xdp_headroom() on; gone afterwards
 * @len: its bytes, at most nv_xdp_room()
 *
 * The queue's NAPI. Return: the frame when it is to go to the stack, else NULL.
 */
struct sk_buff *nv_xdp_frame(struct nv_queue *q, struct page *page, u32 len)
{
	struct sk_buff *skb = NULL;
	struct bpf_prog *prog;
	u32 act = KIT_XDP_ABORTED;

	rcu_read_lock();
	prog = rcu_dereference(q->nv->xdp_prog);
	if (prog)
		act = kit_xdp_run(prog, &q->nv->xdp_rxqs[q->index], page, len, &skb);
	else
		put_page(page); /* taken away a moment ago: this frame is lost with it */
	rcu_read_unlock();
	q->stats.xdp_dropped += act == KIT_XDP_DROP;
	q->stats.xdp_aborted += act == KIT_XDP_ABORTED;
	q->stats.xdp_redirected += act == KIT_XDP_REDIRECT;
	q->xdp_flush |= act == KIT_XDP_REDIRECT;
	if (act != KIT_XDP_TX)
		return skb;
	if (skb->len < ETH_HLEN) {
		q->stats.xdp_aborted++;
		dev_kfree_skb_any(skb);
		return NULL;
	}
	q->stats.xdp_sent++;
	nv_xdp_send(q->nv->ndev, skb);
	return NULL;
}

/* The end of a poll: what was redirected goes. */
void nv_xdp_end(struct nv_queue *q)
{
	if (!q->xdp_flush)
		return;
	q->xdp_flush = false;
	kit_xdp_flush();
}
