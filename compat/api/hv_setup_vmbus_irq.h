/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_setup_vmbus_irq
 * header:    asm/mshyperv.h
 * since:     v3.14 commit unverified ("x86, hyperv: hv_setup_vmbus_irq() replaces hv_register_vmbus_handler()")
 * until:     v5.13 (hv_setup_vmbus_handler)
 * serves:    kernels between 3.14 and 5.13, and el6 late updates
 * drop-when: baseline >= 5.13
 * probe:     proto hv_setup_vmbus_irq == void (void (*)(void))
 * force:     no, it is a question of hv_setup_vmbus_handler.h, without a shim of its own
 * old:       void hv_register_vmbus_handler(int irq, void (*handler)(void));
 * new:       void hv_setup_vmbus_irq(void (*handler)(void));
 */
