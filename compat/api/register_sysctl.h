/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       register_sysctl
 * header:    linux/sysctl.h
 * since:     v3.4 commit unverified ("sysctl: Add register_sysctl for normal sysctl users")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 3.4
 * probe:     decl register_sysctl
 * force:     no, newer kernels make it a macro that their own headers need
 * old:       struct ctl_table_header; struct ctl_table;
 * new:       struct ctl_table_header; struct ctl_table;
 *            struct ctl_table_header *register_sysctl(const char *path, struct ctl_table *table);
 * note:      Older kernels get no sysctl; a driver that offers one has a module parameter, too.
 */
#ifndef KIT_HAVE_REGISTER_SYSCTL
static inline struct ctl_table_header *register_sysctl(const char *path, struct ctl_table *table)
{
	return NULL;
}
#endif
