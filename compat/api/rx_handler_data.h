/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       rx_handler_data
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     rx_handler_result_t
 * since:     v2.6.36 commit unverified ("net: replace hooks in __netif_receive_skb")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.36
 * probe:     member struct net_device.rx_handler_data
 * force:     no, the member is there or not
 * old:       struct net_device { unsigned int mtu; };
 * new:       struct net_device { void *rx_handler_data; };
 * note:      kit_rx_handler_data(), under rcu_read_lock().
 */
#if defined(KIT_HAVE_RX_HANDLER_DATA)
#define kit_rx_handler_data(dev) rcu_dereference((dev)->rx_handler_data)
#elif defined(KIT_HAVE_RX_HANDLER_RESULT_T)
#define kit_rx_handler_data(dev) rcu_dereference(netdev_extended(dev)->rx_handler_data) /* el6 */
#else
#define kit_rx_handler_data(dev) NULL /* no handler is ever called */
#endif
