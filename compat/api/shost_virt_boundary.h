/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       shost_virt_boundary
 * header:    scsi/scsi_host.h
 * needs:     blk_queue_virt_boundary
 * since:     v5.1 7ad388d8e4c7 ("scsi: core: add a host / host template field for the virt boundary")
 * serves:    every row before 5.1
 * drop-when: baseline >= 5.1
 * probe:     member struct Scsi_Host.virt_boundary_mask
 * force:     no, the kernel's own type decides
 * old:       struct Scsi_Host { int nothing; };
 * new:       struct Scsi_Host { unsigned long virt_boundary_mask; };
 * note:      brings kit_shost_virt_boundary(host, mask) and kit_sdev_virt_boundary(sdev, mask): call both, one of
 *            them sets it. Before 4.3 (without a backport) none can, and buffers may have gaps.
 */
#ifdef KIT_HAVE_SHOST_VIRT_BOUNDARY
#define kit_shost_virt_boundary(host, mask) ((host)->virt_boundary_mask = (mask))
#define kit_sdev_virt_boundary(sdev, mask) ((void)(sdev))
#else
#define kit_shost_virt_boundary(host, mask) ((void)(host))
#ifdef KIT_HAVE_BLK_QUEUE_VIRT_BOUNDARY
#define kit_sdev_virt_boundary(sdev, mask) blk_queue_virt_boundary((sdev)->request_queue, mask)
#else
#define kit_sdev_virt_boundary(sdev, mask) ((void)(sdev))
#endif
#endif
