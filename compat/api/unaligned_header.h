/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       unaligned_header
 * header:    linux/unaligned.h
 * since:     v6.12 5f60d5f6bbc1 ("move asm/unaligned.h to linux/unaligned.h")
 * serves:    every row before 6.12
 * drop-when: baseline >= 6.12
 * probe:     header linux/unaligned.h
 * fallback:  asm/unaligned.h
 * force:     no, 6.12 removed the old name
 * old:       asm/unaligned.h
 * new:       linux/unaligned.h
 */
