/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_timeout_action
 * header:    scsi/scsi_host.h
 * needs:     blk_eh_timer_return
 * since:     v6.2 commit unverified ("scsi: core: Change the return type of .eh_timed_out()")
 * serves:    every row before 6.2
 * drop-when: baseline >= 6.2
 * probe:     enum scsi_timeout_action
 * force:     no, the kernel's own type decides which callback fits
 * old:       enum blk_eh_timer_return { BLK_EH_RESET_TIMER };
 * new:       enum scsi_timeout_action { SCSI_EH_RESET_TIMER };
 */
#ifndef KIT_HAVE_SCSI_TIMEOUT_ACTION
#ifdef KIT_HAVE_BLK_EH_TIMER_RETURN
#define scsi_timeout_action blk_eh_timer_return
#define SCSI_EH_RESET_TIMER BLK_EH_RESET_TIMER
#else
#define scsi_timeout_action scsi_eh_timer_return
#define SCSI_EH_RESET_TIMER EH_RESET_TIMER
#endif
#endif
