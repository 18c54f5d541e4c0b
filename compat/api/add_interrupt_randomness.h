/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       add_interrupt_randomness
 * header:    linux/random.h
 * since:     v5.18 703f7066f405 ("random: remove unused irq_flags argument from add_interrupt_randomness()")
 * serves:    every row before 5.18 without the backport
 * drop-when: baseline >= 5.18
 * probe:     proto add_interrupt_randomness == void (int)
 * exported:  add_interrupt_randomness
 * export-default: absent
 * force:     no, both forms have one name
 * old:       void add_interrupt_randomness(int irq, int irq_flags);
 * new:       void add_interrupt_randomness(int irq);
 * note:      adapter: kit_add_interrupt_randomness(irq). Vectors with an entry of their own are not seen by the generic
 *            interrupt code, so their handler has to give the timing away. Where modules cannot, nothing is given.
 */
#if defined(KIT_HAVE_ADD_INTERRUPT_RANDOMNESS)
#define kit_add_interrupt_randomness(irq) add_interrupt_randomness(irq)
#elif defined(KIT_HAVE_ADD_INTERRUPT_RANDOMNESS_2)
#define kit_add_interrupt_randomness(irq) add_interrupt_randomness(irq, 0)
#else
#define kit_add_interrupt_randomness(irq) do { } while (0)
#endif
