/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netif_f_hw_vlan_ctag
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     rx_handler_result_t
 * since:     v3.10 commit unverified ("net: vlan: rename NETIF_F_HW_VLAN_* feature flags to NETIF_F_HW_VLAN_CTAG_*")
 * serves:    el6 (2.6.32), sles-11 (3.0)
 * drop-when: baseline >= 3.10
 * probe:     macro NETIF_F_HW_VLAN_CTAG_TX
 * force:     no, new kernels have not the old name
 * old:       #define NETIF_F_HW_VLAN_TX 128
 * new:       #define NETIF_F_HW_VLAN_CTAG_TX 128
 */
#ifndef KIT_HAVE_NETIF_F_HW_VLAN_CTAG
#define NETIF_F_HW_VLAN_CTAG_TX NETIF_F_HW_VLAN_TX
#ifdef KIT_HAVE_RX_HANDLER_RESULT_T
#define NETIF_F_HW_VLAN_CTAG_RX NETIF_F_HW_VLAN_RX
#else
#define NETIF_F_HW_VLAN_CTAG_RX 0 /* see vlan_hwaccel_put_tag */
#endif
#endif
