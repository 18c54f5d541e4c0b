/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_lock_header
 * header:    net/netdev_lock.h
 * since:     v6.15 commit unverified ("net: move misc netdev_lock flavors to a separate header")
 * serves:    every row before 6.15
 * drop-when: baseline >= 6.15
 * probe:     header net/netdev_lock.h
 * fallback:  linux/netdevice.h
 * force:     no, the old header no longer has it
 * old:       linux/netdevice.h
 * new:       net/netdev_lock.h
 */
