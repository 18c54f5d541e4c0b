/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       add_memory
 * header:    linux/memory_hotplug.h
 * uses:      linux/memory.h
 * since:     v5.10 commit unverified ("mm/memory_hotplug: prepare passing flags to add_memory() and friends")
 * serves:    every row before 5.10
 * drop-when: never, a kernel may be built without memory hotplug
 * probe:     proto add_memory == int (int, u64, u64, mhp_t)
 * force:     no, the kernel's own function decides how many arguments it takes
 * old:       int add_memory(int nid, unsigned long long start, unsigned long long size);
 * new:       typedef int mhp_t; int add_memory(int nid, u64 start, u64 size, mhp_t flags);
 * note:      KIT_CAN_HOT_ADD is 1 where a module can add memory and learns when it comes online. MHP_MERGE_RESOURCE
 *            only tidies /proc/iomem, so a kernel without flags loses nothing else.
 */
#if defined(CONFIG_MEMORY_HOTPLUG) && defined(KIT_HAVE_MEMORY_NOTIFY)
#define KIT_CAN_HOT_ADD 1
#else
#define KIT_CAN_HOT_ADD 0
#endif

#ifndef KIT_HAVE_ADD_MEMORY
#include <linux/errno.h>

#ifndef MHP_MERGE_RESOURCE
#define MHP_MERGE_RESOURCE 0
#endif

static inline int kit_add_memory(int nid, u64 start, u64 size, int flags)
{
#if KIT_CAN_HOT_ADD
	return add_memory(nid, start, size);
#else
	return -EOPNOTSUPP;
#endif
}
#undef add_memory
#define add_memory kit_add_memory
#endif
