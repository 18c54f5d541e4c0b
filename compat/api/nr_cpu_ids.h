/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       nr_cpu_ids
 * header:    linux/cpumask.h
 * since:     v2.6.26 commit unverified ("cpumask: introduce nr_cpu_ids")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.26
 * probe:     decl nr_cpu_ids
 * force:     no, the kernel's own headers use it
 * old:       typedef int kit_old;
 * new:       extern unsigned int nr_cpu_ids;
 */
#ifndef KIT_HAVE_NR_CPU_IDS
#define nr_cpu_ids NR_CPUS
#endif
