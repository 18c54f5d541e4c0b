/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ethtool_rxfh_param
 * header:    linux/ethtool.h
 * needs:     eth_rss_hash_top ethtool_ops_ext get_rxfh_hfunc get_rxfh get_rxfh_indir get_rxfh_indir_struct
 * since:     v6.8 commit unverified ("net: ethtool: pass a pointer to parameters to get/set_rxfh ethtool ops")
 * serves:    debian-12 (6.1) and older
 * drop-when: baseline >= 6.8
 * probe:     member struct ethtool_rxfh_param.hfunc
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_ops { int (*get_rxfh)(struct net_device *, u32 *, u8 *, u8 *); };
 * new:       struct ethtool_rxfh_param { u8 hfunc; u32 *indir; u8 *key; };
 * note:      adapter: KIT_RXFH_ADAPTER(indir_size, get, set); ... KIT_RXFH(indir_size, key_size, get, set) among the initialisers,
 *            without a comma.
 */
#ifdef KIT_HAVE_ETHTOOL_RXFH_PARAM
#define KIT_RXFH_ADAPTER(indir_size, get, set) struct kit_semicolon
#define KIT_RXFH(indir_size, key_size, get, set)				\
	.get_rxfh_indir_size = indir_size, .get_rxfh_key_size = key_size, .get_rxfh = get, .set_rxfh = set,
#else
struct netlink_ext_ack;
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 indir_size;
	u32 *indir;
	u32 key_size;
	u8 *key;
};

/* The functions all older forms come down to. */
#define KIT_RXFH_BOTH(get, set)							\
static inline int kit_rxfh_##get(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc)	\
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
static inline int kit_rxfh_##set(struct net_device *dev, const u32 *indir, const u8 *key, const u8 hfunc)	\
{										\
	struct ethtool_rxfh_param p;						\
										\
	memset(&p, 0, sizeof(p));						\
	p.indir = (u32 *)indir;							\
	p.key = (u8 *)key;							\
	p.hfunc = hfunc;							\
	return set(dev, &p, NULL);						\
}

#if defined(KIT_RXFH_HFUNC)
#define KIT_RXFH_ADAPTER(indir_size, get, set) KIT_RXFH_BOTH(get, set) struct kit_semicolon
#ifdef KIT_HAVE_GET_RXFH_HFUNC
#define KIT_RXFH(indir_size, key_size, get, set)				\
	.get_rxfh_indir_size = indir_size, .get_rxfh_key_size = key_size,	\
	.get_rxfh = kit_rxfh_##get, .set_rxfh = kit_rxfh_##set,
#else
#define KIT_RXFH(indir_size, key_size, get, set)
#endif
#elif defined(KIT_RXFH_KEY)
#define KIT_RXFH_ADAPTER(indir_size, get, set)					\
KIT_RXFH_BOTH(get, set)								\
static int kit_rxfh_key_##get(struct net_device *dev, u32 *indir, u8 *key)	\
{										\
	return kit_rxfh_##get(dev, indir, key, NULL);				\
}										\
static int kit_rxfh_key_##set(struct net_device *dev, const u32 *indir, const u8 *key)	\
{										\
	return kit_rxfh_##set(dev, indir, key, ETH_RSS_HASH_NO_CHANGE);		\
}										\
struct kit_semicolon
#define KIT_RXFH(indir_size, key_size, get, set)				\
	.get_rxfh_indir_size = indir_size, .get_rxfh_key_size = key_size,	\
	.get_rxfh = kit_rxfh_key_##get, .set_rxfh = kit_rxfh_key_##set,
#elif defined(KIT_RXFH_TABLE)
/* The table alone. */
#define KIT_RXFH_ADAPTER(indir_size, get, set)					\
KIT_RXFH_BOTH(get, set)								\
static int kit_rxfh_table_##get(struct net_device *dev, u32 *indir)		\
{										\
	return kit_rxfh_##get(dev, indir, NULL, NULL);				\
}										\
static int kit_rxfh_table_##set(struct net_device *dev, const u32 *indir)	\
{										\
	return kit_rxfh_##set(dev, indir, NULL, ETH_RSS_HASH_NO_CHANGE);	\
}										\
struct kit_semicolon
#define KIT_RXFH(indir_size, key_size, get, set)				\
	.get_rxfh_indir_size = indir_size,					\
	.get_rxfh_indir = kit_rxfh_table_##get, .set_rxfh_indir = kit_rxfh_table_##set,
#elif defined(KIT_RXFH_STRUCT)
/* The table alone, as a user's structure with room for size entries. */
#define KIT_RXFH_ADAPTER(indir_size, get, set)					\
KIT_RXFH_BOTH(get, set)								\
static int kit_rxfh_struct_##get(struct net_device *dev, struct ethtool_rxfh_indir *t)	\
{										\
	u32 count = indir_size(dev);						\
	u32 *table = kcalloc(count, sizeof(*table), GFP_KERNEL);		\
	int ret;								\
										\
	if (!table)								\
		return -ENOMEM;							\
	ret = kit_rxfh_##get(dev, table, NULL, NULL);				\
	if (!ret)								\
		memcpy(t->ring_index, table, min(t->size, count) * sizeof(*table));	\
	t->size = count;							\
	kfree(table);								\
	return ret;								\
}										\
static int kit_rxfh_struct_##set(struct net_device *dev, const struct ethtool_rxfh_indir *t)	\
{										\
	if (t->size != indir_size(dev))						\
		return -EINVAL;							\
	return kit_rxfh_##set(dev, t->ring_index, NULL, ETH_RSS_HASH_NO_CHANGE);	\
}										\
struct kit_semicolon
#define KIT_RXFH(indir_size, key_size, get, set)				\
	.get_rxfh_indir = kit_rxfh_struct_##get, .set_rxfh_indir = kit_rxfh_struct_##set,
#else
/* Nobody asks. */
#define KIT_RXFH_ADAPTER(indir_size, get, set)					\
KIT_RXFH_BOTH(get, set)								\
struct kit_semicolon
#define KIT_RXFH(indir_size, key_size, get, set)
#endif
#endif
