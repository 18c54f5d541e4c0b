// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the Fibre Channel class's view of a virtual HBA (docs/wire/04-storage.md 9).
 *
 * The LUNs hang below the host itself, not below a remote port: the host shows them at targets of its own numbering. So
 * what the class would do for a LUN of a remote port (block it, time it out) does not apply.
 */
#include <linux/kernel.h>
#include "storvsc.h" /* first: the oldest of the headers below include nothing themselves */
#include <scsi/scsi_transport.h>
#include <scsi/scsi_transport_fc.h>

static struct scsi_transport_template *stor_fc_template;

static struct fc_function_template stor_fc_functions = {
	.show_host_node_name = 1,
	.show_host_port_name = 1,
};

int stor_fc_init(void)
{
	if (!IS_ENABLED(CONFIG_SCSI_FC_ATTRS))
		return 0;
	stor_fc_template = fc_attach_transport(&stor_fc_functions);
	if (!stor_fc_template)
		return -ENODEV;
	kit_transport_no_timeout(stor_fc_template);
	/* A scan asked for by hand goes over all targets; the class's own would look at remote ports alone. */
	stor_fc_template->user_scan = NULL;
	return 0;
}

void stor_fc_exit(void)
{
	if (IS_ENABLED(CONFIG_SCSI_FC_ATTRS))
		fc_release_transport(stor_fc_template);
}

int stor_fc_prepare(struct Scsi_Host *host)
{
	if (!stor_fc_template)
		return -ENODEV;
	host->transportt = stor_fc_template;
	return 0;
}

void stor_fc_names(struct stor_device *sd)
{
	if (sd->kind != STOR_FC)
		return;
	fc_host_node_name(sd->host) = sd->names.node;
	fc_host_port_name(sd->host) = sd->names.port;
}

void stor_fc_remove(struct stor_device *sd)
{
	if (IS_ENABLED(CONFIG_SCSI_FC_ATTRS) && sd->kind == STOR_FC)
		fc_remove_host(sd->host);
}
