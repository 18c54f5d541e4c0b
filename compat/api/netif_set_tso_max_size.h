/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netif_set_tso_max_size
 * header:    linux/netdevice.h
 * needs:     net_device_ops
 * since:     v5.19 commit unverified ("net: add netif_inherit_tso_max()")
 * serves:    debian-11 (5.10) and older
 * drop-when: baseline >= 5.19
 * probe:     decl netif_set_tso_max_size
 * force:     no, the older function is out of reach where this one is
 * also-in:   linux/etherdevice.h
 * old:       struct net_device; void netif_set_gso_max_size(struct net_device *dev, unsigned int size);
 * new:       struct net_device; void netif_set_tso_max_size(struct net_device *dev, unsigned int size);
 */
#if !defined(KIT_HAVE_NETIF_SET_TSO_MAX_SIZE) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline void netif_set_tso_max_size(struct net_device *dev, unsigned int size)
{
	netif_set_gso_max_size(dev, size);
}
#endif
