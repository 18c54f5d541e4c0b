/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       irqf_nobalancing
 * header:    linux/interrupt.h
 * since:     v2.6.22 commit unverified ("genirq: Add IRQF_NOBALANCING")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.22
 * probe:     macro IRQF_NOBALANCING
 * old:       #define IRQF_PERCPU 0x400
 * new:       #define IRQF_NOBALANCING 0x800
 * note:      A request only: without it, user space may move the interrupt (irqbalance), as it could on those kernels.
 */
#ifndef KIT_HAVE_IRQF_NOBALANCING
#define IRQF_NOBALANCING 0
#endif
