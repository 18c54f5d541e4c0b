/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       blk_queue_virt_boundary
 * header:    linux/blkdev.h
 * since:     v4.3 03100aada96f ("block: Replace SG_GAPS with new queue limits mask")
 * until:     v6.11 commit unverified ("block: remove unused queue limits API")
 * serves:    el6 (2.6.32), el5, sles11, sles12sp1
 * drop-when: baseline >= 5.1
 * probe:     decl blk_queue_virt_boundary
 * force:     no, shost_virt_boundary decides who needs it
 * old:       struct request_queue;
 * new:       struct request_queue; void blk_queue_virt_boundary(struct request_queue *q, unsigned long mask);
 * note:      only asked: shost_virt_boundary.h uses the answer.
 */
