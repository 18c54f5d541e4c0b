/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       cpus_read_lock
 * header:    linux/cpu.h
 * needs:     get_online_cpus
 * since:     v4.13 8f553c498e17 ("cpu/hotplug: Provide cpus_read|write_[un]lock()")
 * serves:    ubuntu16.04 (4.4), el7 and older
 * drop-when: baseline >= 4.13
 * probe:     decl cpus_read_lock
 * exported:  cpus_read_lock
 * export-default: present
 * force:     no, the older name is gone
 * old:       void get_online_cpus(void);
 * new:       void cpus_read_lock(void);
 * note:      brings cpus_read_unlock() too.
 */
#ifndef KIT_HAVE_CPUS_READ_LOCK
static inline void cpus_read_lock(void)
{
	get_online_cpus();
}

static inline void cpus_read_unlock(void)
{
	put_online_cpus();
}
#endif
