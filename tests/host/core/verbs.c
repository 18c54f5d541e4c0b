// SPDX-License-Identifier: GPL-2.0-only
/* Verbs of the host itself on the control socket. */
#include <errno.h>
#include <stdio.h>

#include "ctl/ctl.h"
#include "exit_codes.h"
#include "loop.h"
#include "machine/machine.h"
#include "main.h"

static const struct settings *settings;

static int verb_quit(const json_t *args, json_t *reply, struct ctl_request *req)
{
	loop_quit(EXIT_POWEROFF);
	return 0;
}

static int verb_pause(const json_t *args, json_t *reply, struct ctl_request *req)
{
	machine_pause();
	return 0;
}

static int verb_resume(const json_t *args, json_t *reply, struct ctl_request *req)
{
	machine_resume();
	return 0;
}

static int verb_reset(const json_t *args, json_t *reply, struct ctl_request *req)
{
	machine_reset("asked for on the control socket");
	return 0;
}

static int verb_nmi(const json_t *args, json_t *reply, struct ctl_request *req)
{
	const json_t *vp = json_object_get(args, "vp");
	int err;

	if (vp && (!json_is_integer(vp) || json_integer_value(vp) < 0 || json_integer_value(vp) >= machine_vps())) {
		ctl_why(req, "vp is a number from 0 to %u", machine_vps() - 1);
		return -EINVAL;
	}
	if (machine_paused()) {
		ctl_why(req, "the machine is paused");
		return -EBUSY;
	}
	err = machine_nmi(vp ? (unsigned int)json_integer_value(vp) : 0);
	if (err)
		ctl_why(req, "KVM refused it");
	return err;
}

static json_t *vp_json(const struct machine_vp_state *s)
{
	json_t *o = json_pack("{s:b, s:b, s:b, s:b, s:I, s:i}", "stopped", s->halted_by_us, "synic", s->synic, "message_page",
			      s->simp, "event_page", s->siefp, "exits", (json_int_t)s->exits, "queued", (int)s->queued);
	char rip[24];

	if (o && s->rip) {
		snprintf(rip, sizeof(rip), "0x%llx", (unsigned long long)s->rip);
		json_object_set_new(o, "rip", json_string(rip));
	}
	return o;
}

static int verb_status(const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct machine_vp_state s;
	json_t *vps = json_array();
	char version[16];

	for (unsigned int i = 0; machine_vp_state(i, &s); i++)
		json_array_append_new(vps, vp_json(&s));
	snprintf(version, sizeof(version), "%u.%u", vmb_version() >> 16, vmb_version() & 0xFFFF);
	json_object_set_new(reply, "state", json_string(machine_paused() ? "paused" : "running"));
	json_object_set_new(reply, "crashed", json_boolean(machine_guest_crashed()));
	json_object_set_new(reply, "vmbus", vmb_version() ? json_string(version) : json_null());
	json_object_set_new(reply, "memory", json_integer((json_int_t)mem_ram_bytes()));
	json_object_set_new(reply, "kernel", json_string(settings->machine.kernel));
	json_object_set_new(reply, "vps", vps);
	return 0;
}

void host_verbs_register(const struct settings *s)
{
	settings = s;
	ctl_verb("quit", "ends the host with code 0", verb_quit);
	ctl_verb("pause", "stops all virtual processors and the guest's clocks", verb_pause);
	ctl_verb("resume", "lets the guest go on", verb_resume);
	ctl_verb("reset", "resets the machine, as --reset says", verb_reset);
	ctl_verb("nmi", "[vp=N]: a non-maskable interrupt", verb_nmi);
	ctl_verb("status", "state of the machine and its virtual processors", verb_status);
}
