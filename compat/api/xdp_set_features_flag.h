/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       xdp_set_features_flag
 * header:    net/xdp.h
 * since:     v6.3 commit unverified ("xdp: add xdp_set_features_flag utility routine")
 * serves:    debian-12 (6.1) and older
 * drop-when: baseline >= 6.3
 * probe:     decl xdp_set_features_flag
 * force:     no, kernels that have it ask before they redirect
 * old:       struct net_device;
 * new:       struct net_device; void xdp_set_features_flag(struct net_device *dev, u32 val);
 * note:      kit_xdp_can(dev): runs programs, redirects, is redirected to.
 */
#ifdef KIT_HAVE_XDP_SET_FEATURES_FLAG
#define kit_xdp_can(dev)							\
	xdp_set_features_flag(dev, NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | NETDEV_XDP_ACT_NDO_XMIT)
#else
#define kit_xdp_can(dev) ((void)(dev))
#endif
