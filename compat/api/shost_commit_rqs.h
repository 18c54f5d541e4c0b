/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       shost_commit_rqs
 * header:    scsi/scsi_host.h
 * since:     v5.4 commit unverified ("scsi: core: add support for request batching")
 * serves:    every row before 5.4
 * drop-when: baseline >= 5.4
 * probe:     member struct scsi_host_template.commit_rqs
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct scsi_host_template { int nothing; };
 * new:       struct scsi_host_template { int commit_rqs; };
 * note:      KIT_COMMIT_RQS(fn) in the template, without a comma; kit_cmd_is_last(cmd): nobody promised another command, or a
 *            call of fn, right after this one. Without it every command is the last.
 */
#ifdef KIT_HAVE_SHOST_COMMIT_RQS
#define KIT_COMMIT_RQS(fn) .commit_rqs = fn,
#define kit_cmd_is_last(cmd) ((cmd)->flags & SCMD_LAST)
#else
#define KIT_COMMIT_RQS(fn)
#define kit_cmd_is_last(cmd) ((void)(cmd), 1)
#endif
