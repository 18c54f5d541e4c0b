/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ethtool_ops_ext
 * header:    linux/ethtool.h
 * since:     v2.6.32 commit unverified ("RHEL 6: ethtool_ops_ext")
 * until:     v2.6.39
 * serves:    el6.8, el6.10 (2.6.32): operations that came after its structure was frozen
 * drop-when: baseline >= 2.6.39
 * probe:     type struct ethtool_ops_ext
 * force:     no, the kernel has it or not
 * old:       struct net_device; struct ethtool_ops { u32 (*get_link)(struct net_device *); };
 * new:       struct net_device; struct ethtool_ops_ext { size_t size; };
 * note:      KIT_ETHTOOL_OPS_EXT(ops, indir_size, key_size, get_rxfh, set_rxfh, get_channels, set_channels); behind the structure
 *            ops, and kit_set_ethtool_ops(dev, ops). Behind KIT_RXFH_ADAPTER(), whose functions it names.
 */
#ifdef KIT_HAVE_ETHTOOL_OPS_EXT
#define KIT_ETHTOOL_OPS_EXT(name, indir_size, key_size, get, set, channels, new_channels)	\
static const struct ethtool_ops_ext kit_ext_##name = {				\
	.size = sizeof(struct ethtool_ops_ext),					\
	.get_rxfh_indir_size = indir_size,					\
	.get_rxfh_key_size = key_size,						\
	.get_rxfh = kit_rxfh_##get,						\
	.set_rxfh = kit_rxfh_##set,						\
	.get_channels = channels,						\
	.set_channels = new_channels,						\
	.get_ts_info = ethtool_op_get_ts_info,					\
}
#define kit_set_ethtool_ops(dev, name)						\
	((dev)->ethtool_ops = &(name), set_ethtool_ops_ext(dev, &kit_ext_##name))
#else
#define KIT_ETHTOOL_OPS_EXT(name, indir_size, key_size, get, set, channels, new_channels)	\
static inline void kit_used_##name(void)					\
{										\
	(void)indir_size;							\
	(void)key_size;								\
	(void)channels;								\
	(void)new_channels;							\
}										\
struct kit_semicolon
#define kit_set_ethtool_ops(dev, name) ((dev)->ethtool_ops = &(name))
#endif
