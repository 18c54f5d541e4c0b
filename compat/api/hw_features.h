/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hw_features
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     net_device_ops_ext
 * since:     v2.6.39 commit unverified ("net: Introduce new feature setting ops")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     member struct net_device.hw_features
 * force:     no, the member is there or not
 * old:       struct net_device { unsigned long features; };
 * new:       struct net_device { u64 features, hw_features; };
 * note:      kit_set_hw_features(), kit_follow_features().
 */
/* Say what the user may switch. */
#if defined(KIT_HAVE_HW_FEATURES)
#define kit_set_hw_features(dev, f) ((dev)->hw_features = (f))
#elif defined(KIT_HAVE_NET_DEVICE_OPS_EXT)
#define kit_set_hw_features(dev, f) (netdev_extended(dev)->hw_features = (f))
#else
/* The user switches nothing: what there is, is on, and what is not there any more goes. */
#define KIT_FEATURES_OF_HOST (NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_RXCSUM | NETIF_F_TSO |	\
			      NETIF_F_TSO6 | NETIF_F_RXHASH | NETIF_F_LRO)
#define kit_set_hw_features(dev, f)						\
	((dev)->features = ((dev)->features & ~KIT_FEATURES_OF_HOST) | ((f) & KIT_FEATURES_OF_HOST))
#define netdev_update_features(dev) ((void)(dev))
#endif
/* What both can do and the user may switch is at `dev` as it is in `f`, at `upper`. Under RTNL. */
#if defined(KIT_HAVE_HW_FEATURES)
#define kit_follow_features(dev, upper, f)								\
	do {												\
		netdev_features_t kit_both = (dev)->hw_features & (upper)->hw_features;			\
													\
		(dev)->wanted_features = ((dev)->wanted_features & ~kit_both) | ((f) & kit_both);	\
		netdev_update_features(dev);								\
	} while (0)
#else
#define kit_follow_features(dev, upper, f) ((void)(dev), (void)(upper), (void)(f))
#endif
