/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_lockdep_set_classes
 * header:    net/netdev_lock.h
 * needs:     netdev_lock_header
 * since:     v4.8 commit unverified ("net: add netdev_lockdep_set_classes() helper")
 * serves:    el6, el7 (2.6.32, 3.10), sles11, sles12 (3.0, 3.12), ubuntu-16.04 (4.4), ubuntu-20.04 (5.4)
 * drop-when: baseline >= 5.7
 * probe:     macro netdev_lockdep_set_classes
 * old:       struct net_device;
 * new:       #define netdev_lockdep_set_classes(dev) do { } while (0)
 * note:      It is away in 5.4 to 5.6, where each interface's locks have classes of their own. Older kernels do without: it matters only to one
 *            that watches its locks, which would take an interface that sends by another for a deadlock.
 */
#ifndef KIT_HAVE_NETDEV_LOCKDEP_SET_CLASSES
#define netdev_lockdep_set_classes(dev) ((void)(dev))
#endif
