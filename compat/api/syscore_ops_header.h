/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       syscore_ops_header
 * header:    linux/syscore_ops.h
 * since:     v2.6.39 40dc166cb5dd ("PM / Core: Introduce struct syscore_ops for core subsystems PM")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     header linux/syscore_ops.h
 * fallback:  linux/list.h
 * force:     no, only the struct's own header defines it
 * old:       linux/sysdev.h
 * new:       linux/syscore_ops.h
 */
