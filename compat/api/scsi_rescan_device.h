/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_rescan_device
 * header:    scsi/scsi_host.h
 * uses:      scsi/scsi_device.h
 * since:     v6.7 commit unverified ("scsi: core: Rescan a device by its scsi_device")
 * serves:    every row before 6.7
 * drop-when: baseline >= 6.7
 * probe:     proto scsi_rescan_device == int (struct scsi_device *)
 * force:     no, the device has two names for it
 * old:       struct device; void scsi_rescan_device(struct device *dev);
 * new:       struct scsi_device; int scsi_rescan_device(struct scsi_device *sdev);
 */
#ifndef KIT_HAVE_SCSI_RESCAN_DEVICE
#include <scsi/scsi_device.h>

static inline void kit_scsi_rescan_device(struct scsi_device *sdev)
{
	scsi_rescan_device(&sdev->sdev_gendev);
}
#define scsi_rescan_device(sdev) kit_scsi_rescan_device(sdev)
#endif
