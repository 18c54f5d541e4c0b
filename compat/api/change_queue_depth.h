/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       change_queue_depth
 * header:    scsi/scsi_host.h
 * uses:      scsi/scsi_device.h
 * since:     v3.19 db5ed4dfd5dd ("scsi: drop reason argument from ->change_queue_depth")
 * serves:    el7 (3.10), el6
 * drop-when: baseline >= 3.19
 * probe:     member_type struct scsi_host_template.change_queue_depth == int (*)(struct scsi_device *, int)
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct scsi_device;
 *            struct scsi_host_template { int (*change_queue_depth)(struct scsi_device *, int, int); };
 * new:       struct scsi_device;
 *            struct scsi_host_template { int (*change_queue_depth)(struct scsi_device *, int); };
 * note:      2.6.18 has two arguments, too: the reason came with 2.6.33. Adapter: KIT_CHANGE_QUEUE_DEPTH_ADAPTER(fn); ...
 *            .change_queue_depth = KIT_CHANGE_QUEUE_DEPTH(fn)
 */
#ifdef KIT_HAVE_CHANGE_QUEUE_DEPTH
#define KIT_CHANGE_QUEUE_DEPTH_ADAPTER(fn) struct kit_semicolon
#define KIT_CHANGE_QUEUE_DEPTH(fn) fn
#else
#define KIT_CHANGE_QUEUE_DEPTH_ADAPTER(fn)				\
static int kit_##fn(struct scsi_device *sdev, int depth, int reason)	\
{									\
	return fn(sdev, depth);						\
}									\
struct kit_semicolon
#define KIT_CHANGE_QUEUE_DEPTH(fn) kit_##fn
#endif
