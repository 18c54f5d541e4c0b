/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       memory_add_physaddr_to_nid
 * header:    linux/memory_hotplug.h
 * uses:      linux/mm.h linux/mmzone.h linux/numa.h
 * since:     v2.6.20 commit unverified ("memory hotplug: export memory_add_physaddr_to_nid")
 * serves:    el5 (2.6.18 exports it only in the vendor's tree), kernels without NUMA
 * drop-when: never, it needs NUMA and memory hotplug in the kernel
 * probe:     decl memory_add_physaddr_to_nid
 * exported:  memory_add_physaddr_to_nid
 * export-default: present
 * old:       int old;
 * new:       int memory_add_physaddr_to_nid(unsigned long long start);
 */
#ifndef KIT_HAVE_MEMORY_ADD_PHYSADDR_TO_NID
static inline int kit_memory_add_physaddr_to_nid(u64 start)
{
	return 0;
}
#undef memory_add_physaddr_to_nid
#define memory_add_physaddr_to_nid kit_memory_add_physaddr_to_nid
#endif
