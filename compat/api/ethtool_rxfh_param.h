/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ethtool_rxfh_param
 * header:    linux/ethtool.h
 * since:     v6.8 commit unverified ("net: ethtool: pass a pointer to parameters to get/set_rxfh ethtool ops")
 * serves:    debian-12 (6.1) and older
 * drop-when: baseline >= 6.8
 * probe:     member struct ethtool_rxfh_param.hfunc
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_ops { int (*get_rxfh)(struct net_device *, u32 *, u8 *, u8 *); };
 * new:       struct ethtool_rxfh_param { u8 hfunc; u32 *indir; u8 *key; };
 * note:      adapter: KIT_RXFH_ADAPTER(get, set); ... KIT_RXFH(get, set) among the initialisers, without a comma.
 */
#ifdef KIT_HAVE_ETHTOOL_RXFH_PARAM
#define KIT_RXFH_ADAPTER(get, set) struct kit_semicolon
#define KIT_RXFH(get, set) .get_rxfh = get, .set_rxfh = set,
#else
struct netlink_ext_ack;
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 indir_size;
	u32 *indir;
	u32 key_size;
	u8 *key;
};

#define KIT_RXFH_ADAPTER(get, set)						\
static int kit_rxfh_##get(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc)	\
{										\
	struct ethtool_rxfh_param p;						\
	int ret;								\
										\
	memset(&p, 0, sizeof(p));						\
	p.indir = indir;							\
	p.key = key;								\
	ret = get(dev, &p);							\
	if (!ret && hfunc)							\
		*hfunc = p.hfunc;						\
	return ret;								\
}										\
static int kit_rxfh_##set(struct net_device *dev, const u32 *indir, const u8 *key, const u8 hfunc)	\
{										\
	struct ethtool_rxfh_param p;						\
										\
	memset(&p, 0, sizeof(p));						\
	p.indir = (u32 *)indir;							\
	p.key = (u8 *)key;							\
	p.hfunc = hfunc;							\
	return set(dev, &p, NULL);						\
}										\
struct kit_semicolon
#define KIT_RXFH(get, set) .get_rxfh = kit_rxfh_##get, .set_rxfh = kit_rxfh_##set,
#endif
