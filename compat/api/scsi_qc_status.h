/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_qc_status
 * header:    scsi/scsi_host.h
 * also-in:   scsi/scsi.h
 * since:     v7.0 commit unverified ("scsi: core: Change the return type of .queuecommand()")
 * serves:    every row before 7.0
 * drop-when: baseline >= 7.0
 * probe:     enum scsi_qc_status
 * force:     no, the kernel's own type decides which callback fits
 * old:       typedef int kit_old;
 * new:       enum scsi_qc_status { KIT_BUSY };
 */
#ifdef KIT_HAVE_SCSI_QC_STATUS
#define KIT_QC_STATUS enum scsi_qc_status
#else
#define KIT_QC_STATUS int
#endif
