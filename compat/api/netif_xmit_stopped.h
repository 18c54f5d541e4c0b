/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netif_xmit_stopped
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.3 commit unverified ("net: Add queue state xoff flag for stack")
 * serves:    el6 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.3
 * probe:     decl netif_xmit_stopped
 * force:     no, new kernels stop a queue in two ways
 * old:       struct netdev_queue;
 * new:       struct netdev_queue; int netif_xmit_stopped(const struct netdev_queue *q);
 */
#ifndef KIT_HAVE_NETIF_XMIT_STOPPED
#define netif_xmit_stopped(q) netif_tx_queue_stopped(q)
#endif
