/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_stimer_legacy_init
 * header:    clocksource/hyperv_timer.h
 * since:     v5.6 commit unverified ("clocksource/drivers/hyper-v: Suspend/resume; legacy init from VMBus")
 * serves:    every row before 5.6
 * drop-when: baseline >= 5.6
 * probe:     decl hv_stimer_legacy_init
 * old:       void hv_stimer_global_cleanup(void);
 * new:       void hv_stimer_legacy_init(unsigned int cpu, int sint);
 * note:      Without it the guest keeps the clock event device it booted with.
 */
#ifndef KIT_HAVE_HV_STIMER_LEGACY_INIT
#define hv_stimer_legacy_init(cpu, sint) do { } while (0)
#define hv_stimer_legacy_cleanup(cpu) do { } while (0)
#endif
