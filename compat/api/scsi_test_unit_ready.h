/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_test_unit_ready
 * header:    scsi/scsi_device.h
 * since:     v2.6.25 commit unverified ("[SCSI] update scsi_test_unit_ready to return sense data")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.25
 * probe:     proto scsi_test_unit_ready == int (struct scsi_device *, int, int, struct scsi_sense_hdr *)
 * force:     no, the shim calls the shorter one
 * old:       struct scsi_device; struct scsi_sense_hdr;
 *            int scsi_test_unit_ready(struct scsi_device *sdev, int timeout, int retries);
 * new:       struct scsi_device; struct scsi_sense_hdr;
 *            int scsi_test_unit_ready(struct scsi_device *sdev, int timeout, int retries, struct scsi_sense_hdr *h);
 * note:      nothing is said in the sense header there.
 */
#ifndef KIT_HAVE_SCSI_TEST_UNIT_READY
#include <scsi/scsi_device.h>

#define scsi_test_unit_ready(sdev, timeout, retries, header)		\
	((void)(header), scsi_test_unit_ready(sdev, timeout, retries))
#endif
