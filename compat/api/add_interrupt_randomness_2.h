/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       add_interrupt_randomness_2
 * header:    linux/random.h
 * since:     v4.8 commit unverified ("random: add interrupt callback to VMBus IRQ handler")
 * until:     v5.18
 * serves:    el6.3, el5
 * drop-when: baseline >= 5.18
 * probe:     proto add_interrupt_randomness == void (int, int)
 * exported:  add_interrupt_randomness
 * export-default: absent
 * force:     yes
 * old:       void add_interrupt_randomness(int irq);
 * new:       void add_interrupt_randomness(int irq, int irq_flags);
 */
/* Asked by add_interrupt_randomness: KIT_HAVE_ADD_INTERRUPT_RANDOMNESS_2. */
