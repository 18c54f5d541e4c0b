// SPDX-License-Identifier: GPL-2.0-only
/* hvhost: puts the rooms together, runs the loop, and takes everything down again. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "device.h"
#include "exit_codes.h"
#include "log.h"
#include "loop.h"
#include "machine/machine.h"
#include "main.h"
#include "vmbus/fault.h"
#include "vmbus/trace.h"

#define TRACE_FLUSH_NS (250 * NS_PER_MS)

static struct settings settings;
static struct loop_timer deadline, flusher;
static int signal_fd = -1;

static void on_event(const char *name, const uint64_t *regs, unsigned int count, const char *text)
{
	json_t *data = json_object(), *list;
	char hex[24];

	if (count) {
		list = json_array();
		for (unsigned int i = 0; i < count; i++) {
			snprintf(hex, sizeof(hex), "0x%llx", (unsigned long long)regs[i]);
			json_array_append_new(list, json_string(hex));
		}
		json_object_set_new(data, "registers", list);
	}
	if (text)
		json_object_set_new(data, "text", json_string(text));
	ctl_event(name, NULL, data);
}

static void on_reset(void)
{
	vmb_machine_reset();
	device_reset_all();
}

static const struct machine_hooks hooks = {
	.post = vmb_post_from_guest,
	.signal = vmb_signal_from_guest,
	.reset = on_reset,
	.event = on_event,
};

static void on_deadline(void *arg)
{
	machine_timed_out();
}

/* Who follows the trace while the guest runs sees it soon. */
static void on_flush(void *arg)
{
	trace_flush();
	loop_timer_set(&flusher, TRACE_FLUSH_NS);
}

static void on_signal(void *arg, uint32_t events)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	log_info("ended by signal %u", info.ssi_signo);
	loop_quit(EXIT_HOST_ERROR);
}

/* Before any thread is made, so that all of them leave these signals to the loop. */
static int catch_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signal_fd < 0 ? -1 : loop_add_fd(signal_fd, EPOLLIN, on_signal, NULL);
}

/* Disks, sockets and channels with an eventfd each: the usual 1024 descriptors are soon gone. */
static void raise_limits(void)
{
	struct rlimit r;

	if (!getrlimit(RLIMIT_NOFILE, &r)) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static int start_bus(void)
{
	char spec[256];

	if (settings.trace && trace_start(settings.trace))
		return EXIT_USAGE;
	snprintf(spec, sizeof(spec), "seed=%s", settings.fault ? settings.fault : "");
	if (settings.fault && fault_start(spec))
		return EXIT_USAGE;
	return vmb_start(&settings.bus) ? EXIT_HOST_ERROR : 0;
}

static int start_devices(void)
{
	for (unsigned int i = 0; i < settings.device_count; i++)
		if (device_create(settings.devices[i]))
			return EXIT_USAGE;
	return 0;
}

static int start_control(void)
{
	host_verbs_register(&settings);
	return settings.control && ctl_start(settings.control) ? EXIT_USAGE : 0;
}

static int start(void)
{
	int err;

	if (loop_init() || catch_signals()) {
		complain("the host cannot start", "free descriptors or memory", "no epoll, eventfd or signalfd");
		return EXIT_HOST_ERROR;
	}
	err = machine_create(&settings.machine, &hooks);
	if (!err)
		err = start_bus();
	if (!err)
		err = start_devices();
	if (!err)
		err = start_control();
	if (err)
		return err;
	if (settings.trace)
		loop_timer_set(&flusher, TRACE_FLUSH_NS);
	if (settings.timeout_s)
		loop_timer_set(&deadline, settings.timeout_s * NS_PER_S);
	if (settings.paused)
		machine_pause();
	return machine_start();
}

/* Also after a start that went half way: each takes down what it has. */
static void stop(void)
{
	machine_halt();
	ctl_stop();
	device_remove_all();
	vmb_stop();
	fault_stop();
	trace_stop();
	machine_destroy();
	if (signal_fd >= 0)
		close(signal_fd);
	loop_exit();
}

int main(int argc, char **argv)
{
	int code;

	if (!settings_read(&settings, argc, argv, &code))
		return code;
	raise_limits();
	loop_timer_init(&deadline, on_deadline, NULL);
	loop_timer_init(&flusher, on_flush, NULL);
	code = start();
	if (!code) {
		code = loop_run();
		log_info("exit code %d", code);
	}
	stop();
	return code;
}
