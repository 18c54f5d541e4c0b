/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_stimer_cleanup
 * header:    clocksource/hyperv_timer.h
 * since:     v5.3 fd1fea6834d0 ("clocksource/drivers: Make Hyper-V clocksource ISA agnostic")
 * serves:    every row before 5.3
 * drop-when: baseline >= 5.3
 * probe:     decl hv_stimer_global_cleanup
 * exported:  hv_stimer_global_cleanup
 * export-default: present
 * force-names: hv_stimer_cleanup hv_stimer_global_cleanup
 * old:       typedef int kit_old;
 * new:       void hv_stimer_global_cleanup(void);
 * note:      Older kernels use no synthetic timer of the host's unless the VMBus driver sets one up; ours does not.
 */
#ifndef KIT_HAVE_HV_STIMER_CLEANUP
#define hv_stimer_cleanup(cpu) do { } while (0)
#define hv_stimer_global_cleanup() do { } while (0)
#endif
