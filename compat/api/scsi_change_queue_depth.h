/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_change_queue_depth
 * header:    scsi/scsi_device.h
 * since:     v3.19 db5ed4dfd5dd ("scsi: drop reason argument from ->change_queue_depth")
 * serves:    el7 (3.10), el6, el5
 * drop-when: baseline >= 3.19
 * probe:     decl scsi_change_queue_depth
 * force:     no, the shim calls what newer kernels have no more
 * old:       struct scsi_device { int queue_depth; };
 *            void scsi_adjust_queue_depth(struct scsi_device *sdev, int tagged, int tags);
 * new:       struct scsi_device { int queue_depth; };
 *            int scsi_change_queue_depth(struct scsi_device *sdev, int depth);
 */
#ifndef KIT_HAVE_SCSI_CHANGE_QUEUE_DEPTH
#include <linux/blkdev.h>
#include <scsi/scsi_tcq.h>

static inline int scsi_change_queue_depth(struct scsi_device *sdev, int depth)
{
	scsi_adjust_queue_depth(sdev, scsi_get_tag_type(sdev), depth);
	return sdev->queue_depth;
}
#endif
