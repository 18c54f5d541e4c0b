/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       scsi_for_each_sg
 * header:    scsi/scsi_cmnd.h
 * needs:     for_each_sg
 * since:     v2.6.23 commit unverified ("[SCSI] add data buffer accessors")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.23
 * probe:     macro scsi_for_each_sg
 * force:     no, the fields behind it change
 * old:       #define KIT_OLD 1
 * new:       #define scsi_for_each_sg(cmd, sg, nseg, i) for (i = 0; i < (nseg); i++)
 * note:      brings the other accessors of a command's data where they are missing. A buffer that is not in a list has no
 *            entries: drivers must fail a command that has bytes and no entry.
 */
#ifndef KIT_HAVE_SCSI_FOR_EACH_SG
#include <linux/scatterlist.h>

#ifndef scsi_sg_count
#define scsi_sg_count(cmd) ((cmd)->use_sg)
#define scsi_sglist(cmd) ((struct scatterlist *)(cmd)->request_buffer)
#define scsi_bufflen(cmd) ((cmd)->request_bufflen)
#define scsi_set_resid(cmd, bytes) ((void)((cmd)->resid = (bytes)))
#endif
#define scsi_for_each_sg(cmd, sg, nseg, i) for_each_sg(scsi_sglist(cmd), sg, nseg, i)
#endif
