// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: resets, of one LUN and of the whole controller (docs/wire/04-storage.md 8).
 *
 * Either ends with nothing in flight, or says that it failed: the mid layer uses a command it gave up for something
 * else.
 */
#include <linux/kernel.h>
#include "storvsc.h"

#define STOR_RESET_SECONDS 5 /* for the host's answer */
#define STOR_LUN_SECONDS 10 /* for what is in flight; then the bus is reset */

static int stor_reset_lun_locked(struct stor_device *sd, struct scsi_device *sdev)
{
	static const u8 no_cdb[1];
	struct vstor_request r;
	struct vstor_packet p;
	int ret;

	stor_address(sd, sdev, &r);
	r.cdb = no_cdb;
	vstor_build_reset_lun(&p, sd->info.version, &r);
	ret = stor_talk(sd, &p, STOR_RESET_SECONDS);
	if (ret < 0)
		return ret;
	return stor_wait_idle(sd, sdev, STOR_LUN_SECONDS) ? 0 : -ETIMEDOUT;
}

/**
 * stor_reset_lun() - see that nothing of one LUN is in flight
 * @sd: the controller
 * @sdev: the LUN; the mid layer sends nothing to it meanwhile
 *
 * Sleeps. Return: 0, or -errno when the host does not end its requests; then stor_reset() will.
 */
int stor_reset_lun(struct stor_device *sd, struct scsi_device *sdev)
{
	int ret = -ENODEV;

	mutex_lock(&sd->link_lock);
	if (!sd->left && !stor_is_gone(sd)) {
		dev_warn(&sd->dev->device, "resetting LUN %llu\n", (unsigned long long)sdev->lun);
		ret = stor_reset_lun_locked(sd, sdev);
	}
	mutex_unlock(&sd->link_lock);
	return ret;
}

/* Ask the host to end everything, and see that it does. */
static int stor_reset_bus(struct stor_device *sd)
{
	struct vstor_packet p;
	int ret;

	vstor_build(&p, VSTOR_RESET_BUS);
	ret = stor_talk(sd, &p, STOR_RESET_SECONDS);
	if (ret < 0)
		return ret;
	return stor_wait_idle(sd, NULL, STOR_LEAVE_SECONDS) ? 0 : -ETIMEDOUT;
}

static int stor_reset_locked(struct stor_device *sd)
{
	int ret = -ENODEV;

	dev_warn(&sd->dev->device, "resetting the bus\n");
	stor_pause(sd, true);
	if (!stor_is_gone(sd))
		ret = stor_reset_bus(sd);
	if (ret && !stor_is_gone(sd)) {
		dev_warn(&sd->dev->device, "the host does not end its requests (%d): closing its channels\n", ret);
		stor_disconnect(sd, DID_RESET);
		ret = stor_link_again(sd);
	}
	stor_pause(sd, false);
	/* The mid layer ends what it gave up: the host may have nothing of it any more. */
	if (ret)
		stor_disconnect(sd, DID_NO_CONNECT);
	return ret;
}

/**
 * stor_reset() - see that nothing is in flight, whatever the host does
 * @sd: the controller
 *
 * Sleeps. A host that does not end its requests loses its channels: they are closed, which ends them, and opened anew.
 * Return: 0, or -errno when the controller is gone. Spec: docs/wire/04-storage.md 8.
 */
int stor_reset(struct stor_device *sd)
{
	int ret;

	mutex_lock(&sd->link_lock);
	ret = sd->left ? -ENODEV : stor_reset_locked(sd);
	mutex_unlock(&sd->link_lock);
	return ret;
}
