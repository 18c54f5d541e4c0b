/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       blk_eh_timer_return
 * header:    linux/blkdev.h
 * since:     v2.6.28 242f9dcb8ba6 ("block: unify request timeout handling")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.28
 * probe:     enum blk_eh_timer_return
 * force:     no, the kernel's own type decides which callback fits
 * old:       typedef int kit_old;
 * new:       enum blk_eh_timer_return { BLK_EH_RESET_TIMER };
 * note:      only asked: scsi_timeout_action.h uses the answer. The mid layer had an enum of its own before.
 */
