/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmsg_dump_header
 * header:    linux/kmsg_dump.h
 * since:     v2.6.33 456b565cc52f ("core: Add kernel message dumper to call on oopses and panics")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.33
 * probe:     header linux/kmsg_dump.h
 * fallback:  linux/kernel.h
 * force:     no, only the struct's own header defines it
 * old:       linux/kernel.h
 * new:       linux/kmsg_dump.h
 */
