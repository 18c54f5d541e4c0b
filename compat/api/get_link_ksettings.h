/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_link_ksettings
 * header:    linux/ethtool.h
 * since:     v4.6 commit unverified ("net: ethtool: add new ETHTOOL_xLINKSETTINGS API")
 * serves:    ubuntu-16.04 (4.4) and older
 * drop-when: baseline >= 4.6
 * probe:     member struct ethtool_ops.get_link_ksettings
 * force:     no, the kernel asks by the callback it has
 * old:       struct net_device; struct ethtool_cmd; struct ethtool_ops { int (*get_settings)(struct net_device *, struct ethtool_cmd *); };
 * new:       struct net_device; struct ethtool_link_ksettings; struct ethtool_ops { int (*get_link_ksettings)(struct net_device *, struct ethtool_link_ksettings *); };
 * note:      adapter: KIT_LINK_KSETTINGS_ADAPTER(get); ... KIT_LINK_KSETTINGS(get) among the initialisers, without a comma.
 *            An interface without link modes.
 */
#ifdef KIT_HAVE_GET_LINK_KSETTINGS
#define KIT_LINK_KSETTINGS_ADAPTER(get) struct kit_semicolon
#define KIT_LINK_KSETTINGS(get) .get_link_ksettings = get,
#else
struct ethtool_link_ksettings {
	struct {
		u32 speed;
		u8 duplex;
		u8 port;
		u8 autoneg;
	} base;
};
#define ethtool_link_ksettings_zero_link_mode(ptr, name) ((void)(ptr))

#define KIT_LINK_KSETTINGS_ADAPTER(get)						\
static int kit_settings_##get(struct net_device *dev, struct ethtool_cmd *cmd)	\
{										\
	struct ethtool_link_ksettings ks;					\
	int ret;								\
										\
	memset(&ks, 0, sizeof(ks));						\
	ret = get(dev, &ks);							\
	ethtool_cmd_speed_set(cmd, ks.base.speed);				\
	cmd->duplex = ks.base.duplex;						\
	cmd->port = ks.base.port;						\
	cmd->autoneg = ks.base.autoneg;						\
	return ret;								\
}										\
struct kit_semicolon
#define KIT_LINK_KSETTINGS(get) .get_settings = kit_settings_##get,
#endif
