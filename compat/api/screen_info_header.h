/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       screen_info_header
 * header:    linux/screen_info.h
 * since:     v2.6.21 commit unverified ("split linux/screen_info.h out of linux/tty.h")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.21
 * probe:     header linux/screen_info.h
 * fallback:  linux/tty.h
 * force:     no, the old header no longer has it
 * old:       linux/tty.h
 * new:       linux/screen_info.h
 */
