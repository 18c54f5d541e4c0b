/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       eh_timed_out
 * header:    scsi/scsi_host.h
 * since:     v2.6.20 commit unverified ("[SCSI] allow driver to override eh_timed_out")
 * serves:    vanilla 2.6.18
 * drop-when: baseline >= 2.6.20
 * probe:     member struct scsi_host_template.eh_timed_out
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct scsi_host_template { int nothing; };
 * new:       struct scsi_host_template { int eh_timed_out; };
 * note:      KIT_EH_TIMED_OUT(fn) in the template, without a comma. Without it timeouts go to the error handler.
 */
#ifdef KIT_HAVE_EH_TIMED_OUT
#define KIT_EH_TIMED_OUT(fn) .eh_timed_out = fn,
#else
#define KIT_EH_TIMED_OUT(fn)
#endif
