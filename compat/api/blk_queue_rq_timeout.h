/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       blk_queue_rq_timeout
 * header:    linux/blkdev.h
 * since:     v2.6.28 242f9dcb8ba6 ("block: unify request timeout handling")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.28
 * probe:     decl blk_queue_rq_timeout
 * force:     no, the shim uses a member that newer kernels have no more
 * old:       struct request_queue;
 * new:       struct request_queue; void blk_queue_rq_timeout(struct request_queue *q, unsigned int timeout);
 * note:      for the queues of SCSI devices, the only ones that had such a limit before.
 */
#ifndef KIT_HAVE_BLK_QUEUE_RQ_TIMEOUT
#define blk_queue_rq_timeout(q, t) ((void)(((struct scsi_device *)(q)->queuedata)->timeout = (t)))
#endif
