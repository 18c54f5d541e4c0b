/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       queuecommand_done
 * header:    scsi/scsi_host.h
 * since:     v2.6.0 commit unverified ("the mid layer's own")
 * until:     v2.6.37 f281233d3eba ("SCSI host lock push-down")
 * serves:    el6 (2.6.32), el5
 * drop-when: baseline >= 2.6.37
 * probe:     member_type struct scsi_host_template.queuecommand == int (*)(struct scsi_cmnd *,
 *            void (*)(struct scsi_cmnd *))
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct Scsi_Host; struct scsi_cmnd;
 *            struct scsi_host_template { int (*queuecommand)(struct Scsi_Host *, struct scsi_cmnd *); };
 * new:       struct scsi_cmnd;
 *            struct scsi_host_template { int (*queuecommand)(struct scsi_cmnd *, void (*)(struct scsi_cmnd *)); };
 * note:      present on old kernels. Adapter: KIT_QUEUECOMMAND_ADAPTER(fn); ... .queuecommand = KIT_QUEUECOMMAND(fn).
 *            There the caller holds the host's lock with interrupts off.
 */
#ifdef KIT_HAVE_QUEUECOMMAND_DONE
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#define KIT_QUEUECOMMAND_ADAPTER(fn)						\
static int kit_##fn(struct scsi_cmnd *cmd, void (*done)(struct scsi_cmnd *))	\
{										\
	cmd->scsi_done = done;							\
	return fn(cmd->device->host, cmd);					\
}										\
struct kit_semicolon
#define KIT_QUEUECOMMAND(fn) kit_##fn
#else
#define KIT_QUEUECOMMAND_ADAPTER(fn) struct kit_semicolon
#define KIT_QUEUECOMMAND(fn) fn
#endif
