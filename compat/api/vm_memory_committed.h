/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       vm_memory_committed
 * header:    linux/mman.h
 * uses:      linux/mm.h linux/vmstat.h
 * since:     v3.9 commit unverified ("mm: export a function to get vm committed memory")
 * serves:    el5, el6 before 6.10 (2.6.18, 2.6.32), sles11 (3.0)
 * drop-when: baseline >= 3.9
 * probe:     proto vm_memory_committed == unsigned long (void)
 * exported:  vm_memory_committed
 * export-default: present
 * force:     no, global_page_state() has another name there
 * old:       int vm_overcommit;
 * new:       unsigned long vm_memory_committed(void);
 * note:      the kernel keeps its own figure from modules there. Memory in use that is not file cache comes closest: it
 *            is what processes have really taken, where the kernel's figure is what they may still take.
 */
#ifndef KIT_HAVE_VM_MEMORY_COMMITTED
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vmstat.h>

static inline unsigned long kit_vm_memory_committed(void)
{
	struct sysinfo info;
	unsigned long idle;

	si_meminfo(&info);
	idle = info.freeram + global_page_state(NR_FILE_PAGES);
	return info.totalram > idle ? info.totalram - idle : 0;
}
#undef vm_memory_committed
#define vm_memory_committed kit_vm_memory_committed
#endif
