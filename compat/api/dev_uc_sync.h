/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dev_uc_sync
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     net_device_ops
 * since:     v2.6.34 commit unverified ("net: rename dev_unicast_* functions")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.34
 * probe:     decl dev_uc_sync
 * force:     no, new kernels have not the old name
 * old:       struct net_device; int dev_unicast_sync(struct net_device *to, struct net_device *from); void dev_unicast_unsync(struct net_device *to, struct net_device *from);
 * new:       struct net_device; int dev_uc_sync(struct net_device *to, struct net_device *from); void dev_uc_unsync(struct net_device *to, struct net_device *from);
 * note:      brings dev_uc_unsync() too; both were renamed in one commit.
 */
#if !defined(KIT_HAVE_DEV_UC_SYNC) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline int dev_uc_sync(struct net_device *to, struct net_device *from)
{
	return dev_unicast_sync(to, from);
}

static inline void dev_uc_unsync(struct net_device *to, struct net_device *from)
{
	dev_unicast_unsync(to, from);
}
#endif
