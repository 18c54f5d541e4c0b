// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the host asks for power off, restart or hibernation (docs/wire/03 4). It is answered before anything is done:
 * afterwards there may be nobody left to answer.
 */
#include <linux/kobject.h>
#include <linux/reboot.h>
#include "utils.h"

struct shutdown_state {
	enum ic_shutdown_action action;
};

static u32 shutdown_request(struct ic_service *svc, u8 *body, u32 len, u32 *status)
{
	struct shutdown_state *s = svc->state;

	s->action = ic_shutdown(body, len, svc->agreed.message, vmbus_hibernation_possible(), status);
	return 0;
}

/* User space hibernates, if at all: a udev rule of the package, or of the administrator's, takes this up. */
static void shutdown_hibernate(struct ic_service *svc)
{
	char *env[] = { "EVENT=hibernate", NULL };
	int ret = kobject_uevent_env(&svc->dev->device.kobj, KOBJ_CHANGE, env);

	if (ret)
		dev_err_ratelimited(&svc->dev->device, "hibernation cannot be asked for (%d)\n", ret);
}

static void shutdown_answered(struct ic_service *svc)
{
	struct shutdown_state *s = svc->state;
	enum ic_shutdown_action action = s->action;

	s->action = IC_DO_NOTHING;
	switch (action) {
	case IC_DO_POWEROFF:
		dev_info_ratelimited(&svc->dev->device, "the host asks for shutdown\n");
		orderly_poweroff(true);
		break;
	case IC_DO_REBOOT:
		dev_info_ratelimited(&svc->dev->device, "the host asks for a restart\n");
		orderly_reboot();
		break;
	case IC_DO_HIBERNATE:
		dev_info_ratelimited(&svc->dev->device, "the host asks for hibernation\n");
		shutdown_hibernate(svc);
		break;
	case IC_DO_NOTHING:
		break;
	}
}

const struct ic_class shutdown_class = {
	.name = "shutdown",
	.msg_type = IC_MSG_SHUTDOWN,
	.packet_max = 4096,
	.state_size = sizeof(struct shutdown_state),
	.request = shutdown_request,
	.answered = shutdown_answered,
};
