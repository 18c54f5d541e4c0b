/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       blist_try_vpd_pages
 * header:    scsi/scsi_devinfo.h
 * since:     v3.15 commit unverified ("scsi: try VPD pages on devices that claim an old level")
 * serves:    el6 (2.6.32), el5, vanilla 3.0 and 3.13
 * drop-when: baseline >= 3.15
 * probe:     macro BLIST_TRY_VPD_PAGES
 * old:       #define KIT_OLD 1
 * new:       #define BLIST_TRY_VPD_PAGES 0x10000000
 * note:      a wish these kernels do not know: no bit at all.
 */
#ifndef KIT_HAVE_BLIST_TRY_VPD_PAGES
#define BLIST_TRY_VPD_PAGES 0
#endif
