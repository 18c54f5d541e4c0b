/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       get_online_cpus
 * header:    linux/cpu.h
 * since:     v2.6.25 commit unverified ("cpu-hotplug: replace lock_cpu_hotplug() with get_online_cpus()")
 * until:     v5.15
 * serves:    el5 (2.6.18), and again every row from 5.15 on
 * drop-when: baseline >= 4.6
 * probe:     decl get_online_cpus
 * force:     no, 5.15 removed the name
 * old:       void lock_cpu_hotplug(void);
 * new:       void get_online_cpus(void);
 */
/* Used by shims only; drivers say cpus_read_lock(). */
#if !defined(KIT_HAVE_GET_ONLINE_CPUS) && !defined(KIT_HAVE_CPUS_READ_LOCK)
#define get_online_cpus() lock_cpu_hotplug()
#define put_online_cpus() unlock_cpu_hotplug()
#endif
