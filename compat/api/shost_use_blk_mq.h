/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       shost_use_blk_mq
 * header:    scsi/scsi_host.h
 * since:     v3.17 24c20f105836 ("scsi: add a CONFIG_SCSI_MQ_DEFAULT option")
 * until:     v4.21 commit unverified ("scsi: kill off the legacy IO path")
 * serves:    kernels that have both kinds of queue
 * drop-when: baseline >= 5.0
 * probe:     member struct Scsi_Host.use_blk_mq
 * force:     no, the kernel's own type decides
 * old:       struct Scsi_Host { int nothing; };
 * new:       struct Scsi_Host { unsigned int use_blk_mq:1; };
 * note:      only asked: shost_nr_hw_queues.h uses the answer.
 */
