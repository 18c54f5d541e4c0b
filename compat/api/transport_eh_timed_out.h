/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       transport_eh_timed_out
 * header:    scsi/scsi_transport.h
 * since:     v2.6.14 commit unverified ("[SCSI] eh_timed_out in the transport template")
 * until:     v4.11 b6a05c823fe5 ("scsi: remove eh_timed_out methods in the transport template")
 * serves:    every row before 4.11
 * drop-when: baseline >= 4.11
 * probe:     member struct scsi_transport_template.eh_timed_out
 * force:     no, the kernel's own type decides
 * old:       struct scsi_transport_template { int nothing; };
 * new:       struct scsi_transport_template { int eh_timed_out; };
 * note:      present on old kernels. kit_transport_no_timeout(t): the host template's handler decides, as on new ones.
 */
#ifdef KIT_HAVE_TRANSPORT_EH_TIMED_OUT
#define kit_transport_no_timeout(t) ((void)((t)->eh_timed_out = NULL))
#else
#define kit_transport_no_timeout(t) ((void)(t))
#endif
