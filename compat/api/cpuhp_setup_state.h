/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       cpuhp_setup_state
 * header:    linux/cpuhotplug.h
 * also-in:   linux/cpu.h
 * since:     v4.6 commit unverified ("cpu/hotplug: Implement setup/removal interface")
 * serves:    el7 without the backport, ubuntu14.04, el6, el5
 * drop-when: baseline >= 4.6
 * probe:     decl CPUHP_AP_ONLINE_DYN
 * exported:  __cpuhp_setup_state
 * export-default: present
 * object:    cpuhp_setup_state.c
 * force:     no, the notifiers it stands on were removed in 4.10
 * old:       typedef int kit_old;
 * new:       enum cpuhp_state { CPUHP_AP_ONLINE_DYN = 7 };
 * note:      brings cpuhp_remove_state() too.
 */
#ifndef KIT_HAVE_CPUHP_SETUP_STATE
/* No enum: a kernel may have the type without the interface. */
#define CPUHP_AP_ONLINE_DYN 1

/* compat/api/cpuhp_setup_state.c; both run on the CPU in question and may sleep. */
int lis_cpuhp_setup_state(const char *name, int (*up)(unsigned int), int (*down)(unsigned int));
void lis_cpuhp_remove_state(int state);

#define cpuhp_setup_state(state, name, up, down)			\
	lis_cpuhp_setup_state(name, up, down)
#define cpuhp_remove_state(state) lis_cpuhp_remove_state(state)
#endif
