/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       irq0_vector
 * header:    asm/mshyperv.h
 * uses:      asm/irq_vectors.h asm/hw_irq.h
 * needs:     io_apic_fixmap
 * since:     v2.6.19 commit unverified ("x86_64 irq: Kill irq compression / IRQ0_VECTOR for the ISA interrupts")
 * until:     v4.4
 * serves:    el5 (2.6.18), and rows that have the hypervisor vector instead
 * drop-when: baseline >= 4.4
 * probe:     macro IRQ0_VECTOR
 * force:     yes
 * old:       #define FIRST_EXTERNAL_VECTOR 0x20
 * new:       #define IRQ0_VECTOR 0x30
 * note:      adapter: kit_isa_irq_vector(irq)
 */
/*
 * kit_isa_irq_vector(irq): the vector an ISA interrupt arrives on, 0 if unknown.
 * Asked only where the kernel has no entry code for the hypervisor vector.
 */
#ifdef KIT_HAVE_IRQ0_VECTOR
static inline unsigned int kit_isa_irq_vector(int irq)
{
	return irq >= 0 && irq < 16 ? IRQ0_VECTOR + irq : 0;
}
#elif defined(KIT_HAVE_IO_APIC_FIXMAP)
/*
 * 2.6.18 gives ISA interrupts vectors as it goes and exports none of them.  The
 * first I/O APIC knows: index register at 0, data at 16.  The index is put back,
 * as another CPU may be between the two halves of an access of its own.
 */
static inline unsigned int kit_isa_irq_vector(int irq)
{
	volatile u32 *apic = (volatile u32 *)__fix_to_virt(FIX_IO_APIC_BASE_0);
	unsigned long flags;
	u32 index, entry;

	if (irq < 0 || irq >= 16)
		return 0;
	local_irq_save(flags);
	index = apic[0];
	apic[0] = 0x10 + 2 * irq;
	entry = apic[4];
	apic[0] = index;
	local_irq_restore(flags);
	return entry & 0xff;
}
#else
static inline unsigned int kit_isa_irq_vector(int irq)
{
	return 0;
}
#endif
