/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       ptp_clock_register
 * header:    linux/ptp_clock_kernel.h
 * needs:     ptp_clock_kernel
 * uses:      linux/device.h
 * since:     v3.7 commit unverified ("ptp: link the phc device to its parent device")
 * serves:    vanilla 3.0
 * drop-when: baseline >= 3.7
 * probe:     proto ptp_clock_register == struct ptp_clock *(struct ptp_clock_info *, struct device *)
 * force:     no, both forms have one name
 * old:       struct ptp_clock; struct ptp_clock_info; struct device;
 *            struct ptp_clock *ptp_clock_register(struct ptp_clock_info *info);
 * new:       struct ptp_clock; struct ptp_clock_info; struct device;
 *            struct ptp_clock *ptp_clock_register(struct ptp_clock_info *info, struct device *parent);
 */
#if defined(KIT_HAVE_PTP_CLOCK_KERNEL) && !defined(KIT_HAVE_PTP_CLOCK_REGISTER)
#define ptp_clock_register(info, parent) ((void)(parent), (ptp_clock_register)(info))
#endif
