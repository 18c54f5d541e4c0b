/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       eth_prepare_mac_addr_change
 * header:    linux/etherdevice.h
 * since:     v3.9 commit unverified ("net: split eth_mac_addr for better error handling")
 * serves:    sles-11 (3.0), el6.3 (2.6.32)
 * drop-when: baseline >= 3.9
 * probe:     decl eth_prepare_mac_addr_change
 * force:     no, the address of new kernels is not to be written
 * old:       struct net_device;
 * new:       struct net_device; int eth_prepare_mac_addr_change(struct net_device *dev, void *p);
 */
#ifndef KIT_HAVE_ETH_PREPARE_MAC_ADDR_CHANGE
#include <linux/errno.h>

static inline int eth_prepare_mac_addr_change(struct net_device *dev, void *p)
{
	struct sockaddr *addr = p;

	return is_valid_ether_addr((const u8 *)addr->sa_data) ? 0 : -EADDRNOTAVAIL;
}

static inline void eth_commit_mac_addr_change(struct net_device *dev, void *p)
{
	struct sockaddr *addr = p;

	memcpy(dev->dev_addr, addr->sa_data, ETH_ALEN);
}
#endif
