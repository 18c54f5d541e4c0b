/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: which network stack is asked to take addresses, of all that may be on a machine.
 */
#ifndef _INJECT_STACK_H
#define _INJECT_STACK_H

#include <stdbool.h>

enum stack { STACK_NONE, STACK_HOOK, STACK_NETPLAN, STACK_NM, STACK_NETWORKD, STACK_SUSE, STACK_IFCFG, STACK_IFUPDOWN };

struct stack_facts {
	bool hook;		  /* an old hook is there: the admin's will */
	bool netplan;		  /* the program, and a configuration it reads */
	bool ifcfg_files;	  /* Red Hat's scripts have files of interfaces */
	bool interfaces_names_it; /* /etc/network/interfaces speaks of this interface */
	bool nm_runs;
	bool networkd_runs;
	bool suse_folder;
	bool ifcfg_folder;
	bool interfaces_file;
};

enum stack stack_choose(const struct stack_facts *f);
const char *stack_name(enum stack s);

#endif
