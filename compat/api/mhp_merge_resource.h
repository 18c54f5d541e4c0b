/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       mhp_merge_resource
 * header:    linux/memory_hotplug.h
 * needs:     add_memory
 * since:     v5.11 commit unverified ("mm/memory_hotplug: MEMHP_MERGE_RESOURCE -> MHP_MERGE_RESOURCE")
 * serves:    5.10 (Debian 11): the flag under its first name
 * drop-when: baseline >= 5.11
 * probe:     decl MHP_MERGE_RESOURCE
 * force:     no, the flag's value is the kernel's
 * old:       #define MEMHP_MERGE_RESOURCE 1
 * new:       #define MHP_MERGE_RESOURCE 1
 */
#ifndef KIT_HAVE_MHP_MERGE_RESOURCE
#if !defined(MHP_MERGE_RESOURCE) && defined(MEMHP_MERGE_RESOURCE)
#define MHP_MERGE_RESOURCE MEMHP_MERGE_RESOURCE
#endif
#endif
