/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       use_clustering
 * header:    scsi/scsi_host.h
 * since:     v2.6.0 commit unverified ("the mid layer's own")
 * until:     v4.21 commit unverified ("scsi: remove the use_clustering flag")
 * serves:    every row before 5.0
 * drop-when: baseline >= 5.0
 * probe:     member struct scsi_host_template.use_clustering
 * force:     no, the kernel's own type decides
 * old:       struct scsi_host_template { int nothing; };
 * new:       struct scsi_host_template { int use_clustering; };
 * note:      present on old kernels. KIT_USE_CLUSTERING in the template, without a comma.
 */
#ifdef KIT_HAVE_USE_CLUSTERING
#define KIT_USE_CLUSTERING .use_clustering = ENABLE_CLUSTERING,
#else
#define KIT_USE_CLUSTERING
#endif
