/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_min_mtu
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v4.10 commit unverified ("net: centralize net_device min/max MTU checking")
 * serves:    ubuntu-16.04 (4.4) and older
 * drop-when: baseline >= 4.10
 * probe:     member struct net_device.min_mtu
 * force:     no, the member is there or not
 * old:       struct net_device { unsigned int mtu; };
 * new:       struct net_device { unsigned int mtu, min_mtu, max_mtu; };
 * note:      kit_set_mtu_range(); where the kernel does not check, the driver's ndo_change_mtu must.
 */
#ifdef KIT_HAVE_NETDEV_MIN_MTU
#define kit_set_mtu_range(dev, min, max) ((dev)->min_mtu = (min), (dev)->max_mtu = (max))
#else
#define kit_set_mtu_range(dev, min, max) ((void)(min), (void)(max))
#endif
