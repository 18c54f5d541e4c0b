/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       si_mem_available
 * header:    linux/mm.h
 * since:     v4.6 commit unverified ("mm/page_alloc.c: calculate 'available' memory in a separate function")
 * serves:    el5, el6 (2.6.18, 2.6.32), sles11 (3.0), ubuntu14.04 (3.13)
 * drop-when: baseline >= 4.6
 * probe:     proto si_mem_available == long (void)
 * exported:  si_mem_available
 * export-default: present
 * old:       struct sysinfo; void si_meminfo(struct sysinfo *val);
 * new:       long si_mem_available(void);
 * note:      free memory alone, as all drivers reported before: less than what could be reclaimed, never more.
 */
#ifndef KIT_HAVE_SI_MEM_AVAILABLE
#include <linux/kernel.h>

static inline long kit_si_mem_available(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram;
}
#undef si_mem_available
#define si_mem_available kit_si_mem_available
#endif
