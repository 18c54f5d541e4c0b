/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       io_apic_fixmap
 * header:    asm/mshyperv.h
 * uses:      asm/fixmap.h asm/hw_irq.h asm/io_apic.h
 * since:     v2.6.0 commit unverified ("older than the record")
 * until:     v2.6.25
 * serves:    the rows where a newer way exists
 * drop-when: baseline >= 2.6.32
 * probe:     code static inline unsigned long kit_p_fixmap(void) { return __fix_to_virt(FIX_IO_APIC_BASE_0); }
 *            #ifndef IO_APIC_VECTOR
 *            typedef char kit_t_io_apic_vector[-1];
 *            #endif
 * force:     no, it only names a place
 * mutate:    FIX_IO_APIC_BASE_0
 * old:       unsigned long __fix_to_virt(int idx);
 * new:       #define IO_APIC_VECTOR(irq) 0
 *            enum fixed_addresses { FIX_IO_APIC_BASE_0 };
 *            unsigned long __fix_to_virt(int idx);
 */
#ifdef KIT_HAVE_IO_APIC_FIXMAP
#include <asm/fixmap.h>
#endif
