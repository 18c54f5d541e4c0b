/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ethtool_puts
 * header:    linux/ethtool.h
 * needs:     ethtool_sprintf
 * since:     v6.8 commit unverified ("ethtool: Implement ethtool_puts()")
 * serves:    debian-12 (6.1) and older
 * drop-when: baseline >= 6.8
 * probe:     decl ethtool_puts
 * old:       void ethtool_sprintf(u8 **data, const char *fmt, ...);
 * new:       void ethtool_puts(u8 **data, const char *str);
 */
#ifndef KIT_HAVE_ETHTOOL_PUTS
static inline void ethtool_puts(u8 **data, const char *str)
{
	ethtool_sprintf(data, "%s", str);
}
#endif
