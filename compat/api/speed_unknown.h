/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       speed_unknown
 * header:    linux/ethtool.h
 * since:     v3.2 commit unverified ("ethtool: Set SPEED_UNKNOWN and DUPLEX_UNKNOWN")
 * serves:    vanilla 3.0
 * drop-when: baseline >= 3.2
 * probe:     macro SPEED_UNKNOWN
 * old:       #define SPEED_1000 1000
 * new:       #define SPEED_UNKNOWN -1
 */
#ifndef KIT_HAVE_SPEED_UNKNOWN
#define SPEED_UNKNOWN -1
#endif
