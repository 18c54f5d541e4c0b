/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sdev_no_write_same
 * header:    scsi/scsi_device.h
 * since:     v3.7 54b2b50c20a6 ("[SCSI] Disable WRITE SAME for RAID and virtual host adapter drivers")
 * serves:    el6 (2.6.32), el5, sles11
 * drop-when: baseline >= 3.7
 * probe:     member struct scsi_device.no_write_same
 * force:     no, the kernel's own type decides
 * old:       struct scsi_device { int nothing; };
 * new:       struct scsi_device { unsigned int no_write_same:1; };
 * note:      brings kit_sdev_no_write_same(sdev). A kernel without the flag never sends WRITE SAME of its own.
 */
#ifdef KIT_HAVE_SDEV_NO_WRITE_SAME
#define kit_sdev_no_write_same(sdev) ((sdev)->no_write_same = 1)
#else
#define kit_sdev_no_write_same(sdev) ((void)(sdev))
#endif
