/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       register_sysctl_sz
 * header:    linux/sysctl.h
 * needs:     register_sysctl
 * since:     v6.6 commit unverified ("sysctl: Add size arg to __register_sysctl_init")
 * serves:    every row before 6.6
 * drop-when: baseline >= 6.6
 * probe:     decl register_sysctl_sz
 * force:     no, the old call became a macro around it
 * old:       void *register_sysctl(const char *path, void *table);
 * new:       void *register_sysctl_sz(const char *path, void *table, unsigned long size);
 * note:      Older kernels need an empty entry behind the table, newer ones must not be told of it.
 */
#ifndef KIT_HAVE_REGISTER_SYSCTL_SZ
#define register_sysctl_sz(path, table, size) register_sysctl(path, table)
#endif
