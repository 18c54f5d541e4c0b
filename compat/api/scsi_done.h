/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_done
 * header:    scsi/scsi_cmnd.h
 * since:     v5.16 a710eacb9d13 ("scsi: core: Rename scsi_mq_done() into scsi_done() and export it")
 * serves:    every row before 5.16
 * drop-when: baseline >= 5.16
 * probe:     decl scsi_done
 * exported:  scsi_done
 * export-default: present
 * force:     no, newer kernels have no pointer in the command
 * old:       struct scsi_cmnd { void (*scsi_done)(struct scsi_cmnd *); };
 * new:       struct scsi_cmnd; void scsi_done(struct scsi_cmnd *cmd);
 */
#ifndef KIT_HAVE_SCSI_DONE
static inline void kit_scsi_done(struct scsi_cmnd *cmd)
{
	cmd->scsi_done(cmd);
}
#define scsi_done(cmd) kit_scsi_done(cmd)
#endif
