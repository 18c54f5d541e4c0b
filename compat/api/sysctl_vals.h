/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sysctl_vals
 * header:    linux/sysctl.h
 * since:     v5.3 eec4844fae7c ("proc/sysctl: add shared variables for range check")
 * serves:    every row before 5.3
 * drop-when: baseline >= 5.3
 * probe:     macro SYSCTL_ZERO
 * force:     no, the name stands for an array the kernel exports
 * old:       struct ctl_table { void *extra1; };
 * new:       #define SYSCTL_ZERO ((void *)0)
 * note:      brings SYSCTL_ONE too.
 */
#ifndef KIT_HAVE_SYSCTL_VALS
static int kit_sysctl_vals[] __attribute__((unused)) = { 0, 1 };

#define SYSCTL_ZERO ((void *)&kit_sysctl_vals[0])
#define SYSCTL_ONE ((void *)&kit_sysctl_vals[1])
#endif
