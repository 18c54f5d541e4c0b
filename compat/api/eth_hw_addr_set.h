/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       eth_hw_addr_set
 * header:    linux/etherdevice.h
 * since:     v5.15 commit unverified ("net: create netdev->dev_addr assignment helpers")
 * serves:    sles-15 (5.3) and others before it that have no backport
 * drop-when: baseline >= 5.15
 * probe:     decl eth_hw_addr_set
 * old:       struct net_device { u8 *dev_addr; };
 * new:       struct net_device { u8 *dev_addr; }; static inline void eth_hw_addr_set(struct net_device *dev, const u8 *addr) { dev->dev_addr = (u8 *)addr; }
 * force:     no, the address of new kernels is not to be written
 */
#ifndef KIT_HAVE_ETH_HW_ADDR_SET
static inline void eth_hw_addr_set(struct net_device *dev, const u8 *addr)
{
	memcpy(dev->dev_addr, addr, ETH_ALEN);
}
#endif
