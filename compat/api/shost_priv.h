/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       shost_priv
 * header:    scsi/scsi_host.h
 * since:     v2.6.23 commit unverified ("[SCSI] add shost_priv()")
 * serves:    vanilla 2.6.18
 * drop-when: baseline >= 2.6.23
 * probe:     decl shost_priv
 * old:       struct Scsi_Host { unsigned long hostdata[1]; };
 * new:       struct Scsi_Host; void *shost_priv(struct Scsi_Host *shost);
 */
#ifndef KIT_HAVE_SHOST_PRIV
static inline void *shost_priv(struct Scsi_Host *shost)
{
	return (void *)shost->hostdata;
}
#endif
