/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_rxfh_fields
 * header:    linux/ethtool.h
 * needs:     get_rx_ring_count get_rxnfc_rules
 * since:     v6.17 commit unverified ("net: ethtool: add dedicated callbacks for getting and setting rxfh fields")
 * serves:    debian-12 (6.1) and older
 * drop-when: baseline >= 6.19
 * probe:     member struct ethtool_ops.get_rxfh_fields
 * force:     no, the kernel asks by the callback it has
 * old:       struct net_device; struct ethtool_ops { u32 (*get_rxfh_key_size)(struct net_device *); };
 * new:       struct net_device; struct ethtool_ops { int (*get_rxfh_fields)(struct net_device *, void *); };
 * note:      adapter: KIT_RXNFC_ADAPTER(rings, get, set); ... KIT_RXNFC(rings, get, set) among the initialisers, without a
 *            comma. rings is a get_rx_ring_count(). What the kernel has no callback for goes by get_rxnfc and set_rxnfc.
 */
#ifdef KIT_HAVE_GET_RXFH_FIELDS
#define KIT_RXNFC_ADAPTER(rings, get, set)					\
static inline int kit_get_rxnfc_##rings(struct net_device *dev, struct ethtool_rxnfc *info,	\
				  kit_rxnfc_rules *rules)	\
{										\
	if (info->cmd != ETHTOOL_GRXRINGS)					\
		return -EOPNOTSUPP;						\
	info->data = rings(dev);						\
	return 0;								\
}										\
struct kit_semicolon
#define KIT_RXNFC(rings, get, set)						\
	KIT_RX_RING_COUNT(rings)						\
	.get_rxnfc = kit_rx_ring_count_by_rxnfc ? kit_get_rxnfc_##rings : NULL,	\
	.get_rxfh_fields = get,							\
	.set_rxfh_fields = set,
#else
struct netlink_ext_ack;
struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
};

#define KIT_RXNFC_ADAPTER(rings, get, set)					\
static int kit_get_rxnfc_##rings(struct net_device *dev, struct ethtool_rxnfc *info,	\
				  kit_rxnfc_rules *rules)	\
{										\
	struct ethtool_rxfh_fields f;						\
	int ret;								\
										\
	if (info->cmd == ETHTOOL_GRXRINGS) {					\
		info->data = rings(dev);					\
		return 0;							\
	}									\
	if (info->cmd != ETHTOOL_GRXFH)						\
		return -EOPNOTSUPP;						\
	f.flow_type = info->flow_type;						\
	f.data = 0;								\
	ret = get(dev, &f);							\
	info->data = f.data;							\
	return ret;								\
}										\
static int kit_set_rxnfc_##rings(struct net_device *dev, struct ethtool_rxnfc *info)	\
{										\
	struct ethtool_rxfh_fields f;						\
										\
	if (info->cmd != ETHTOOL_SRXFH || info->data >> 32)			\
		return -EOPNOTSUPP;						\
	f.flow_type = info->flow_type;						\
	f.data = info->data;							\
	return set(dev, &f, NULL);						\
}										\
struct kit_semicolon
#define KIT_RXNFC(rings, get, set)						\
	.get_rxnfc = kit_get_rxnfc_##rings,					\
	.set_rxnfc = kit_set_rxnfc_##rings,
#endif
