/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ndo_tx_timeout
 * header:    linux/netdevice.h
 * since:     v5.6 commit unverified ("netdev: pass the stuck queue to the timeout handler")
 * serves:    ubuntu-20.04 (5.4) and older
 * drop-when: baseline >= 5.6
 * probe:     member_type struct net_device_ops.ndo_tx_timeout == void (*)(struct net_device *, unsigned int)
 * needs:     netif_xmit_stopped
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct net_device_ops { void (*ndo_tx_timeout)(struct net_device *); };
 * new:       struct net_device; struct net_device_ops { void (*ndo_tx_timeout)(struct net_device *, unsigned int); };
 * note:      adapter: KIT_TX_TIMEOUT_ADAPTER(fn); ... .ndo_tx_timeout = KIT_TX_TIMEOUT(fn). Where the kernel does not tell the
 *            queue it is called for each that is stopped.
 */
#ifdef KIT_HAVE_NDO_TX_TIMEOUT
#define KIT_TX_TIMEOUT_ADAPTER(fn) struct kit_semicolon
#define KIT_TX_TIMEOUT(fn) fn
#else
#define KIT_TX_TIMEOUT_ADAPTER(fn)						\
static void kit_tx_timeout_##fn(struct net_device *dev)			\
{										\
	unsigned int i;								\
										\
	for (i = 0; i < dev->real_num_tx_queues; i++) {			\
		if (netif_xmit_stopped(netdev_get_tx_queue(dev, i)))		\
			fn(dev, i);						\
	}									\
}										\
struct kit_semicolon
#define KIT_TX_TIMEOUT(fn) kit_tx_timeout_##fn
#endif
