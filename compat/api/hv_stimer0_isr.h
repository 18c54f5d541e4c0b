/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_stimer0_isr
 * header:    clocksource/hyperv_timer.h
 * since:     v5.3 fd1fea6834d0 ("clocksource/drivers: Make Hyper-V clocksource ISA agnostic")
 * serves:    every row before 5.3
 * drop-when: baseline >= 5.3
 * probe:     decl hv_stimer0_isr
 * force-names: hv_stimer0_isr
 * old:       void hv_stimer_global_cleanup(void);
 * new:       void hv_stimer0_isr(void);
 */
#ifndef KIT_HAVE_HV_STIMER0_ISR
#define hv_stimer0_isr() do { } while (0)
#endif
