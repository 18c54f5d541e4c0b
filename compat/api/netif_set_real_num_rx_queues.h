/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netif_set_real_num_rx_queues
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v2.6.37 commit unverified ("net: Allow changing number of RX queues after device allocation")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.37
 * probe:     decl netif_set_real_num_rx_queues
 * force:     no, the stack asks for them since
 * old:       struct net_device;
 * new:       struct net_device; int netif_set_real_num_rx_queues(struct net_device *dev, unsigned int rxq);
 */
#ifndef KIT_HAVE_NETIF_SET_REAL_NUM_RX_QUEUES
/* The stack knows nothing of receive queues. */
#define netif_set_real_num_rx_queues(dev, n) ((void)(dev), (void)(n))
#endif
