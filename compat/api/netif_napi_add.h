/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netif_napi_add
 * header:    linux/netdevice.h
 * needs:     net_device_ops
 * since:     v6.1 commit unverified ("net: drop the weight argument from netif_napi_add")
 * serves:    debian-11 (5.10) and older
 * drop-when: baseline >= 6.1
 * probe:     code static inline void kit_p_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int))
 *            { netif_napi_add(dev, napi, poll); }
 * mutate:    netif_napi_add
 * also-in:   linux/etherdevice.h
 * force:     no, the kernel's own declaration decides
 * old:       struct net_device; struct napi_struct; void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int), int weight);
 * new:       struct net_device; struct napi_struct; void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int));
 */
#if !defined(KIT_HAVE_NETIF_NAPI_ADD) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline void kit_netif_napi_add(struct net_device *dev, struct napi_struct *napi,
				      int (*poll)(struct napi_struct *, int))
{
	netif_napi_add(dev, napi, poll, 64);
}
#undef netif_napi_add /* a macro in el7 */
#define netif_napi_add(dev, napi, poll) kit_netif_napi_add(dev, napi, poll)
#endif
