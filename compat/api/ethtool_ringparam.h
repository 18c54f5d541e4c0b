/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ethtool_ringparam
 * header:    linux/ethtool.h
 * since:     v5.17 commit unverified ("ethtool: extend ringparam setting/getting API with rx_buf_len")
 * serves:    debian-11 (5.10) and older
 * drop-when: baseline >= 5.17
 * probe:     type struct kernel_ethtool_ringparam
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct net_device; struct ethtool_ringparam; struct ethtool_ops { int (*set_ringparam)(struct net_device *, struct ethtool_ringparam *); };
 * new:       struct kernel_ethtool_ringparam { u32 rx_buf_len; };
 * note:      adapter: KIT_RINGPARAM_ADAPTER(get, set); ... KIT_RINGPARAM(get, set) among the initialisers, without a comma.
 */
#ifdef KIT_HAVE_ETHTOOL_RINGPARAM
#define KIT_RINGPARAM_ADAPTER(get, set) struct kit_semicolon
#define KIT_RINGPARAM(get, set) .get_ringparam = get, .set_ringparam = set,
#else
struct netlink_ext_ack;
struct kernel_ethtool_ringparam;

#define KIT_RINGPARAM_ADAPTER(get, set)						\
static void kit_ringparam_##get(struct net_device *dev, struct ethtool_ringparam *ring)	\
{										\
	get(dev, ring, NULL, NULL);						\
}										\
static int kit_ringparam_##set(struct net_device *dev, struct ethtool_ringparam *ring)	\
{										\
	return set(dev, ring, NULL, NULL);					\
}										\
struct kit_semicolon
#define KIT_RINGPARAM(get, set) .get_ringparam = kit_ringparam_##get, .set_ringparam = kit_ringparam_##set,
#endif
