// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host without a machine for ctl-selftest: loop, devices and control socket are the real ones; machine and bus are
 * doubles, and one device ("double") has a verb for every way a verb can end.
 *   ctl_double SOCKET
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/epoll.h>

#include "core/device.h"
#include "core/log.h"
#include "core/loop.h"
#include "ctl/args.h"
#include "ctl/ctl.h"
#include "machine/machine.h"
#include "vmbus/vmbus.h"

void machine_get_counters(struct machine_counters *out)
{
	*out = (struct machine_counters){ .exits = 7, .msis = 3 };
}

void vmb_counters_json(json_t *reply)
{
	json_object_set_new(reply, "bus", json_pack("{s:i}", "contacts", 1));
	json_object_set_new(reply, "channels", json_pack("[{s:s}]", "name", "double"));
}

struct later {
	struct loop_timer timer;
	struct ctl_request *req;
	struct device *d;
	struct later *next;
};

static struct later *pending;

static int create(struct device *d, struct opts *o)
{
	opts_num(o, "size", 1, 1, 10);
	return opts_done(o) ? 0 : -EINVAL;
}

static void end_later(struct later *l, int err)
{
	struct later **at;

	for (at = &pending; *at != l; at = &(*at)->next)
		;
	*at = l->next;
	loop_timer_cancel(&l->timer);
	ctl_finish(l->req, err, json_pack("{s:s}", "late", l->d->name));
	free(l);
}

/* Nobody waits for a device that is gone. */
static void destroy(struct device *d)
{
	struct later *l, *next;

	for (l = pending; l; l = next) {
		next = l->next;
		if (l->d == d)
			end_later(l, -ECANCELED);
	}
}

static void counters(struct device *d, json_t *out)
{
	json_object_set_new(out, "operations", json_integer(1));
}

static int do_echo(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	return json_object_set(reply, "args", (json_t *)args);
}

static int do_fail(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	ctl_why(req, "it was asked to, by '%s'", json_string_value(json_object_get(args, "text")));
	return -ENOTCONN;
}

static void later(void *arg)
{
	end_later(arg, 0);
}

static int do_later(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct later *l = calloc(1, sizeof(*l));
	uint64_t ms;
	int err = ctl_arg_num(req, args, "ms", 1, 0, 10000, &ms);

	if (err) {
		free(l);
		return err;
	}
	l->req = req;
	l->d = d;
	l->next = pending;
	pending = l;
	ctl_event("later-begun", d->name, NULL);
	loop_timer_init(&l->timer, later, l);
	loop_timer_set(&l->timer, ms * NS_PER_MS);
	return CTL_LATER;
}

static int do_event(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	uint64_t count;
	int err = ctl_arg_num(req, args, "count", 1, 1, 1000000, &count);

	for (uint64_t i = 0; !err && i < count; i++)
		ctl_event("double-event", d->name, json_pack("{s:I}", "n", (json_int_t)i));
	return err;
}

static int do_big(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	char *text = malloc(3000001);

	memset(text, 'x', 3000000);
	text[3000000] = 0;
	json_object_set_new(reply, "big", json_string(text));
	free(text);
	return 0;
}

static const struct device_verb verbs[] = {
	{ "echo", "tells the arguments", do_echo },
	{ "fail", "fails", do_fail },
	{ "later", "ms=N: answers later", do_later },
	{ "event", "count=N: events", do_event },
	{ "big", "a large answer", do_big },
	{ 0 },
};

static struct device_type type = {
	.name = "double", .help = "a double", .keys = "size=N\n", .create = create, .destroy = destroy,
	.counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)

static int do_quit(const json_t *args, json_t *reply, struct ctl_request *req)
{
	loop_quit(0);
	return 0;
}

static void terminated(void *arg, uint32_t events)
{
	loop_quit(0);
}

int main(int argc, char **argv)
{
	sigset_t set;
	int fd, code;

	if (argc != 2 || loop_init())
		return 2;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (loop_add_fd(fd, EPOLLIN, terminated, NULL))
		return 2;
	if (ctl_start(argv[1]))
		return 2;
	ctl_verb("quit", "the host ends", do_quit);
	if (device_create("double"))
		return 2;
	puts("ready");
	fflush(stdout);
	code = loop_run();
	ctl_stop();
	device_remove_all();
	loop_exit();
	return code;
}
