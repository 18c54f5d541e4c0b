/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       shost_nr_hw_queues
 * header:    scsi/scsi_host.h
 * needs:     shost_use_blk_mq
 * since:     v3.18 efec4b90f51d ("scsi: add support for multiple hardware queues")
 * serves:    el6 (2.6.32), el5, sles11, sles12sp1
 * drop-when: baseline >= 3.18
 * probe:     member struct Scsi_Host.nr_hw_queues
 * force:     no, the kernel's own type decides
 * old:       struct Scsi_Host { int nothing; };
 * new:       struct Scsi_Host { unsigned int nr_hw_queues; };
 * note:      brings kit_shost_hw_queues(host, n): set n hardware queues, return how many the kernel will use.
 */
#ifdef KIT_HAVE_SHOST_NR_HW_QUEUES
static inline unsigned int kit_shost_hw_queues(struct Scsi_Host *host, unsigned int n)
{
#ifdef KIT_HAVE_SHOST_USE_BLK_MQ
	if (!host->use_blk_mq)
		return 1;
#endif
	host->nr_hw_queues = n;
	return n;
}
#else
static inline unsigned int kit_shost_hw_queues(struct Scsi_Host *host, unsigned int n)
{
	return 1;
}
#endif
