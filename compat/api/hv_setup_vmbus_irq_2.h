/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_setup_vmbus_irq_2
 * header:    asm/mshyperv.h
 * since:     v5.7 commit unverified ("x86/hyperv: hv_setup_vmbus_irq() takes the interrupt number")
 * until:     v5.13
 * serves:    kernels before 5.7, and again those from 5.13 on
 * drop-when: baseline >= 5.13
 * probe:     proto hv_setup_vmbus_irq == int (int, void (*)(void))
 * force:     no, it is a question of hv_setup_vmbus_handler.h, without a shim of its own
 * old:       void hv_setup_vmbus_irq(void (*handler)(void));
 * new:       int hv_setup_vmbus_irq(int irq, void (*handler)(void));
 */
/* Only asked, for hv_setup_vmbus_handler: KIT_HAVE_HV_SETUP_VMBUS_IRQ_2. */
