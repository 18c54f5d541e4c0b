// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: LUNs that come, go and change (docs/wire/04-storage.md 5.5, 7).
 *
 * Whatever happens sets a bit; one work item per controller looks at the bits. Ten announcements at once are one scan,
 * and nothing needs memory where an interrupt finds out.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <scsi/scsi_eh.h>
#include <asm/barrier.h>
#include "storvsc.h"

#define STOR_TUR_TIMEOUT (30 * HZ)
#define STOR_TUR_RETRIES 3

/* Bits kept in the place of scsi_device.hostdata, which so lives exactly as long as the LUN does. */
#define LUN_GONE 0
#define LUN_RESCAN 1

static unsigned long *stor_lun_events(struct scsi_device *sdev)
{
	return (unsigned long *)&sdev->hostdata;
}

/**
 * stor_catch_up() - look at what was announced, if it was and can be looked at
 * @sd: the controller
 *
 * Any context. The host may announce things from the moment its channel is open, before the mid layer has a Scsi_Host.
 */
void stor_catch_up(struct stor_device *sd)
{
	smp_mb(); /* who sets the last of the two marks sees both */
	rcu_read_lock();
	if (READ_ONCE(sd->events) && READ_ONCE(sd->listening) && !READ_ONCE(sd->gone))
		schedule_work(&sd->work);
	rcu_read_unlock();
}

/**
 * stor_raise() - have something done in process context
 * @sd: the controller
 * @event: what
 *
 * Any context.
 */
void stor_raise(struct stor_device *sd, enum stor_event event)
{
	set_bit(event, &sd->events);
	stor_catch_up(sd);
}

/**
 * stor_raise_lun() - a completion said something about its LUN
 * @sd: the controller
 * @sdev: the LUN
 * @events: VSTOR_EVENT_* bits
 *
 * Any context.
 */
void stor_raise_lun(struct stor_device *sd, struct scsi_device *sdev, u8 events)
{
	if (events & VSTOR_EVENT_GONE)
		set_bit(LUN_GONE, stor_lun_events(sdev));
	if (events & VSTOR_EVENT_RESCAN)
		set_bit(LUN_RESCAN, stor_lun_events(sdev));
	stor_raise(sd, STOR_EVENT_LUNS);
}

/**
 * stor_unsolicited() - the host sent something on its own accord
 * @sd: the controller
 * @packet: private copy
 * @len: its bytes
 *
 * Softirq. Return: false for what a host should not send. Spec: docs/wire/04-storage.md 2, 7, 9.
 */
bool stor_unsolicited(struct stor_device *sd, const struct vstor_packet *packet, u32 len)
{
	struct vstor_names names;

	switch (vstor_unsolicited(packet, len)) {
	case VSTOR_ENUMERATE_BUS:
	case VSTOR_REMOVE_DEVICE:
		stor_raise(sd, STOR_EVENT_SCAN);
		break;
	case VSTOR_FCHBA_DATA:
		if (sd->kind != STOR_FC || !vstor_take_names(packet, len, &names))
			return false;
		sd->names = names;
		stor_raise(sd, STOR_EVENT_NAMES);
		break;
	case VSTOR_EVENT_NOTIFICATION:
		break;
	default:
		return false;
	}
	return true;
}

static void stor_visit_luns(struct stor_device *sd)
{
	struct scsi_device *sdev;

	shost_for_each_device(sdev, sd->host) {
		if (test_and_clear_bit(LUN_GONE, stor_lun_events(sdev)))
			scsi_remove_device(sdev);
		else if (test_and_clear_bit(LUN_RESCAN, stor_lun_events(sdev)))
			scsi_rescan_device(sdev);
	}
}

/* 7: the announcement names nobody, so everybody is asked. A LUN that is no more says so by its SRB status. */
static void stor_ask_luns(struct stor_device *sd)
{
	struct scsi_sense_hdr sense;
	struct scsi_device *sdev;

	shost_for_each_device(sdev, sd->host)
		scsi_test_unit_ready(sdev, STOR_TUR_TIMEOUT, STOR_TUR_RETRIES, &sense);
	stor_visit_luns(sd);
}

/**
 * stor_scan_first() - find the LUNs of a new controller
 * @sd: the controller, its host added
 *
 * Sleeps.
 */
void stor_scan_first(struct stor_device *sd)
{
	if (sd->kind == STOR_IDE)
		scsi_add_device(sd->host, 0, sd->target, 0);
	else
		scsi_scan_host(sd->host);
}

/**
 * stor_work() - do what the events ask for
 * @work: the controller's
 */
void stor_work(struct work_struct *work)
{
	struct stor_device *sd = container_of(work, struct stor_device, work);

	if (test_and_clear_bit(STOR_EVENT_NAMES, &sd->events))
		stor_fc_names(sd);
	if (test_and_clear_bit(STOR_EVENT_LUNS, &sd->events))
		stor_visit_luns(sd);
	if (test_and_clear_bit(STOR_EVENT_SCAN, &sd->events)) {
		stor_ask_luns(sd);
		stor_scan_first(sd);
	}
}
