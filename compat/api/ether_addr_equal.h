/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ether_addr_equal
 * header:    linux/etherdevice.h
 * since:     v3.5 commit unverified ("etherdevice.h: Add ether_addr_equal")
 * serves:    vanilla 3.0, el6.3 (2.6.32)
 * drop-when: baseline >= 3.5
 * probe:     decl ether_addr_equal
 * force:     no, new kernels have not the old name
 * old:       unsigned compare_ether_addr(const u8 *a, const u8 *b);
 * new:       int ether_addr_equal(const u8 *a, const u8 *b);
 */
#ifndef KIT_HAVE_ETHER_ADDR_EQUAL
static inline bool ether_addr_equal(const u8 *a, const u8 *b)
{
	return !compare_ether_addr(a, b);
}
#endif
