/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rx_handler_result_t
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v2.6.39 commit unverified ("net: introduce rx_handler results and logic around that")
 * serves:    el6.3 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     type rx_handler_result_t
 * force:     no, what is received cannot be taken otherwise
 * old:       struct net_device;
 * new:       typedef enum rx_handler_result { RX_HANDLER_CONSUMED, RX_HANDLER_ANOTHER } rx_handler_result_t;
 */
#ifndef KIT_HAVE_RX_HANDLER_RESULT_T
#include <linux/errno.h>

struct sk_buff;
typedef enum { RX_HANDLER_CONSUMED, RX_HANDLER_ANOTHER } rx_handler_result_t;

/* Nobody may take over what an interface receives: the caller learns that it is not possible. */
static inline int netdev_rx_handler_register(struct net_device *dev, rx_handler_result_t (*handler)(struct sk_buff **),
					     void *data)
{
	return -EOPNOTSUPP;
}

static inline void netdev_rx_handler_unregister(struct net_device *dev)
{
}
#endif
