/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_xmit_more
 * header:    linux/netdevice.h
 * needs:     skb_xmit_more
 * also-in:   linux/etherdevice.h
 * since:     v5.2 commit unverified ("net: move skb->xmit_more hint to softnet data")
 * serves:    el8 (4.18) before the backport, and older
 * drop-when: baseline >= 5.2
 * probe:     decl netdev_xmit_more
 * force:     no, the kernel gives the hint in one way only
 * old:       struct net_device;
 * new:       _Bool netdev_xmit_more(void);
 * note:      adapter: KIT_START_XMIT_ADAPTER(fn); ... .ndo_start_xmit = KIT_START_XMIT(fn); where the hint is in the packet it is
 *            put aside for the call. Without a hint every packet is the last.
 */
#ifdef KIT_HAVE_NETDEV_XMIT_MORE
#define KIT_START_XMIT_ADAPTER(fn) struct kit_semicolon
#define KIT_START_XMIT(fn) fn
#else
#include <linux/percpu.h>
#include <linux/skbuff.h>

/* Not static: some kernels give each a symbol of its own. The adapter, of which a module has one, defines it. */
DECLARE_PER_CPU(int, kit_xmit_more);

/* With bottom halves off, as ndo_start_xmit is. */
static inline bool netdev_xmit_more(void)
{
	return per_cpu(kit_xmit_more, smp_processor_id());
}

#define KIT_START_XMIT_ADAPTER(fn)						\
DEFINE_PER_CPU(int, kit_xmit_more);						\
static netdev_tx_t kit_start_xmit_##fn(struct sk_buff *skb, struct net_device *dev)	\
{										\
	per_cpu(kit_xmit_more, smp_processor_id()) = kit_skb_xmit_more(skb);		\
	return fn(skb, dev);							\
}										\
struct kit_semicolon
#define KIT_START_XMIT(fn) kit_start_xmit_##fn
#endif
