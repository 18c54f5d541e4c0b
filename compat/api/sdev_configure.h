/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sdev_configure
 * header:    scsi/scsi_host.h
 * since:     v6.14 commit unverified ("scsi: Rename .slave_configure() into .sdev_configure()")
 * serves:    every row before 6.14
 * drop-when: baseline >= 6.14
 * probe:     member struct scsi_host_template.sdev_configure
 * force:     no, the kernel's own type decides which callback fits
 * old:       struct scsi_host_template { int slave_configure; };
 * new:       struct scsi_host_template { int sdev_configure; };
 * note:      adapter: KIT_SDEV_CONFIGURE_ADAPTER(configure); ... KIT_SDEV_OPS(init, configure) in the template, without
 *            a comma. Before, configure is called without limits.
 */
struct queue_limits;

#ifdef KIT_HAVE_SDEV_CONFIGURE
#define KIT_SDEV_CONFIGURE_ADAPTER(fn) struct kit_semicolon
#define KIT_SDEV_OPS(init, configure)					\
	.sdev_init = init, .sdev_configure = configure,
#else
#define KIT_SDEV_CONFIGURE_ADAPTER(fn)					\
static int kit_##fn(struct scsi_device *sdev)				\
{									\
	return fn(sdev, NULL);						\
}									\
struct kit_semicolon
#define KIT_SDEV_OPS(init, configure)					\
	.slave_alloc = init, .slave_configure = kit_##configure,
#endif
