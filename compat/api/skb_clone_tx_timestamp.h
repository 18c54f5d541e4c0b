/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_clone_tx_timestamp
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * since:     v3.1 commit unverified ("net: Export skb_clone_tx_timestamp for modules")
 * serves:    vanilla 3.0
 * drop-when: baseline >= 3.1
 * probe:     export skb_clone_tx_timestamp
 * export-default: present
 * force:     no, the kernel exports it or not
 * old:       0x0 skb_clone_tx_timestamp_old vmlinux EXPORT_SYMBOL
 * new:       0x0 skb_clone_tx_timestamp vmlinux EXPORT_SYMBOL
 * note:      used by skb_tx_timestamp, which calls it on kernels that let a PHY stamp.
 */
#if defined(CONFIG_NETWORK_PHY_TIMESTAMPING) && !defined(KIT_HAVE_SKB_CLONE_TX_TIMESTAMP)
#define KIT_NO_TX_TIMESTAMP 1
#endif
