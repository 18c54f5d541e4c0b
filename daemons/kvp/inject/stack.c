// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: the order in which network stacks are considered (stack.h).
 */
#include "kvp/inject/stack.h"

enum stack stack_choose(const struct stack_facts *f)
{
	if (f->hook)
		return STACK_HOOK;
	/* netplan writes for NetworkManager and networkd: what is written past it goes at its next run. */
	if (f->netplan)
		return STACK_NETPLAN;
	/* NetworkManager reads these too, and an interface has its file there already. */
	if (f->ifcfg_files)
		return STACK_IFCFG;
	/* NetworkManager leaves such an interface alone. */
	if (f->interfaces_names_it)
		return STACK_IFUPDOWN;
	if (f->nm_runs)
		return STACK_NM;
	if (f->networkd_runs)
		return STACK_NETWORKD;
	if (f->suse_folder)
		return STACK_SUSE;
	if (f->ifcfg_folder)
		return STACK_IFCFG;
	return f->interfaces_file ? STACK_IFUPDOWN : STACK_NONE;
}

const char *stack_name(enum stack s)
{
	static const char *const names[] = {
		[STACK_NONE] = "none",
		[STACK_HOOK] = "the hook hv_set_ifconfig",
		[STACK_NETPLAN] = "netplan",
		[STACK_NM] = "NetworkManager",
		[STACK_NETWORKD] = "systemd-networkd",
		[STACK_SUSE] = "SUSE's network configuration",
		[STACK_IFCFG] = "Red Hat's network scripts",
		[STACK_IFUPDOWN] = "ifupdown",
	};

	return names[s];
}
