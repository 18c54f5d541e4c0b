// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the life of a daemon (service.h): options, then open, register, serve, and again when the driver comes back.
 * Nothing wakes it up but messages, signals and, while there is no device, its folder.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shared/files.h"
#include "shared/log.h"
#include "shared/notify.h"
#include "shared/privileges.h"
#include "shared/service.h"

#ifndef LIS_VERSION
#define LIS_VERSION "unknown"
#endif

/* Why the loop of one device ends. */
enum outcome { GO_ON, STOP, LOST };

struct life {
	const struct service *s;
	const char *device;
	const char *pidfile;
	bool foreground;
	bool debug;
	int signals;
	int fd;
	bool welcome; /* the driver has answered the registration */
	bool other; /* the transport is not the device's */
	bool taken_once;
};

static const struct option common[] = {
	{ "foreground", no_argument, NULL, 'f' },   { "no-daemon", no_argument, NULL, 'n' },
	{ "debug", no_argument, NULL, 'd' },
	{ "device", required_argument, NULL, 'D' }, { "pidfile", required_argument, NULL, 'p' },
	{ "version", no_argument, NULL, 'V' },	    { "help", no_argument, NULL, 'h' },
};

#define COMMON (sizeof(common) / sizeof(common[0]))
#define OPTIONS_MAX 24

static void print_help(const struct service *s)
{
	printf("usage: %s [options]\n%s\n\n"
	       "  -f, -n, --foreground, --no-daemon  stay in the foreground, log to stderr\n"
	       "  -d, --debug                        log every request\n"
	       "  -D, --device PATH                  the driver's device (%s), or fd:N, an open descriptor\n"
	       "  -p, --pidfile FILE                 write the process id there\n"
	       "%s"
	       "  -V, --version                      print the version and exit\n"
	       "  -h, --help                         print this and exit\n",
	       s->name, s->about, s->device, s->help ? s->help : "");
}

static int wrong_use(const struct service *s, const char *what)
{
	fprintf(stderr, "%s: %s\n  next: %s --help lists what there is\n", s->name, what, s->name);
	return EXIT_USE;
}

static int all_options(const struct service *s, struct option *all)
{
	size_t n = 0, i;

	for (i = 0; i < COMMON; i++)
		all[n++] = common[i];
	for (i = 0; s->options && s->options[i].name && n + 1 < OPTIONS_MAX; i++)
		all[n++] = s->options[i];
	memset(&all[n], 0, sizeof(all[n]));
	return (int)n;
}

/* -1: go on, else the exit code. */
static int parse(struct life *l, int argc, char **argv)
{
	const struct service *s = l->s;
	struct option all[OPTIONS_MAX];
	int c;

	all_options(s, all);
	while ((c = getopt_long(argc, argv, "fndD:p:Vh", all, NULL)) != -1) {
		switch (c) {
		case 'f':
		case 'n':
			l->foreground = true;
			break;
		case 'd':
			l->debug = true;
			break;
		case 'D':
			l->device = optarg;
			break;
		case 'p':
			l->pidfile = optarg;
			break;
		case 'V':
			printf("%s %s\n", s->name, LIS_VERSION);
			return EXIT_OK;
		case 'h':
			print_help(s);
			return EXIT_OK;
		case '?':
			return wrong_use(s, "that is no option of mine");
		default:
			if (!s->option || !s->option(s->ctx, c, optarg))
				return wrong_use(s, "an option has a value that cannot be");
		}
	}
	return optind < argc ? wrong_use(s, "it takes options only") : -1;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void write_pidfile(const struct life *l)
{
	char text[32];
	int fd;

	if (!l->pidfile)
		return;
	fd = open(l->pidfile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 || write_all(fd, text, (size_t)snprintf(text, sizeof(text), "%d\n", (int)getpid())))
		log_warn("%s cannot be written: %s", l->pidfile, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* All signals that wait; true when one of them ends the daemon. */
static bool take_signals(struct life *l)
{
	struct signalfd_siginfo info;
	bool stop = false;

	while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop = true;
		if (info.ssi_signo == SIGCHLD && l->s->child)
			l->s->child(l->s->ctx);
	}
	return stop;
}

/* Waits for a signal, this descriptor or the time. */
static enum outcome wait_for(struct life *l, int fd, int timeout_ms)
{
	struct pollfd p[2] = { { .fd = l->signals, .events = POLLIN }, { .fd = fd, .events = POLLIN } };

	if (poll(p, 2, timeout_ms) > 0 && p[0].revents && take_signals(l))
		return STOP;
	return GO_ON;
}

/* The folder a device will appear in, or the nearest above it that is there. */
static int watch_for(const char *device)
{
	char folder[256];
	char *slash;
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 || strlen(device) >= sizeof(folder))
		return fd;
	memcpy(folder, device, strlen(device) + 1);
	while ((slash = strrchr(folder, '/')) && slash != folder) {
		*slash = 0;
		if (inotify_add_watch(fd, folder, IN_CREATE | IN_MOVED_TO | IN_ATTRIB) >= 0)
			return fd;
	}
	return fd;
}

/* Where the kernel does not tell of new devices, a look now and then has to do. */
#define LOOK_AGAIN_MS 10000
#define RETRY_MS 1000

static enum outcome wait_for_device(struct life *l, int err)
{
	enum outcome out;
	int watch;

	if (err != -ENOENT && err != -ENXIO)
		return wait_for(l, -1, RETRY_MS);
	watch = watch_for(l->device);
	if (!access(l->device, F_OK)) {
		close(watch);
		return GO_ON;
	}
	out = wait_for(l, watch, LOOK_AGAIN_MS);
	close(watch);
	return out;
}

static int open_device(struct life *l)
{
	int fd;

	if (!strncmp(l->device, "fd:", 3)) {
		fd = atoi(l->device + 3);
		return fcntl(fd, F_GETFD) < 0 ? -EBADF : fd;
	}
	fd = open(l->device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	l->other = fd < 0 && errno == ENOENT && l->s->other_open;
	if (l->other)
		return l->s->other_open(l->s->ctx);
	return fd < 0 ? -errno : fd;
}

static int register_with_driver(struct life *l, uint8_t *message)
{
	size_t len;

	l->welcome = l->other;
	if (l->other)
		return 0;
	len = l->s->hello(l->s->ctx, message);
	if (write(l->fd, message, len) != (ssize_t)len)
		return errno ? -errno : -EIO;
	return 0;
}

static enum outcome answer(struct life *l, uint8_t *message, size_t len)
{
	ssize_t n;

	if (!l->welcome) {
		if (l->s->welcome(l->s->ctx, message, len)) {
			log_error("the driver's answer to the registration makes no sense (%zu bytes)", len);
			return LOST;
		}
		l->welcome = true;
		notify("STATUS=registered with the driver");
		return GO_ON;
	}
	n = l->s->serve(l->s->ctx, message, len);
	if (n < 0)
		return LOST;
	if (l->other ? l->s->other_answer(l->s->ctx, message, (size_t)n) : write(l->fd, message, (size_t)n) != n) {
		log_debug("the driver did not take an answer: %s", strerror(errno));
		return LOST;
	}
	if (l->s->answered)
		l->s->answered(l->s->ctx);
	/* Programs that were run meanwhile have taken the signal of whoever else ended. */
	if (l->s->child)
		l->s->child(l->s->ctx);
	return GO_ON;
}

/* One wake-up may stand for several requests. */
static enum outcome receive_other(struct life *l, uint8_t *message)
{
	enum outcome out = GO_ON;
	ssize_t n = 1;

	while (out == GO_ON && (n = l->s->other_read(l->s->ctx, message)) > 0) {
		out = answer(l, message, (size_t)n);
		/* A host that never stops asking does not keep us from ending. */
		if (out == GO_ON && take_signals(l))
			out = STOP;
	}
	if (n < 0)
		log_debug("the transport failed: %s", strerror((int)-n));
	return n < 0 ? LOST : out;
}

static enum outcome receive(struct life *l, uint8_t *message)
{
	ssize_t n;

	if (l->other)
		return receive_other(l, message);
	n = read(l->fd, message, SERVICE_MESSAGE_MAX);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return GO_ON;
	if (n <= 0) {
		log_debug("the device gave nothing: %s", n ? strerror(errno) : "end");
		return LOST;
	}
	return answer(l, message, (size_t)n);
}

/* Serves until the driver goes away or a signal comes. */
static enum outcome serve_device(struct life *l)
{
	static uint8_t message[SERVICE_MESSAGE_MAX] __attribute__((aligned(8)));
	const struct service *s = l->s;
	enum outcome out = GO_ON;
	int err = register_with_driver(l, message);

	if (err) {
		log_warn("the driver refuses the registration: %s", strerror(-err));
		return LOST;
	}
	/* What came before the first wait has no wake-up of its own. */
	if (l->other)
		out = receive_other(l, message);
	while (out == GO_ON) {
		struct pollfd p[3] = { { .fd = l->signals, .events = POLLIN },
				       { .fd = l->fd, .events = POLLIN },
				       { .fd = s->watched ? s->watched(s->ctx) : -1, .events = POLLIN } };

		if (poll(p, 3, -1) < 0 && errno != EINTR)
			return LOST;
		if (p[0].revents && take_signals(l))
			return STOP;
		if (p[2].revents)
			s->ready(s->ctx);
		if (p[1].revents & POLLIN)
			out = receive(l, message);
		else if (p[1].revents)
			out = LOST;
	}
	return out;
}

/* One device, from its opening to its end; -1: go on, else the exit code. */
static int one_device(struct life *l)
{
	enum outcome out;

	l->fd = open_device(l);
	if (l->fd == -EBUSY && !l->taken_once) {
		log_error("%s is in use: another daemon has it. Stop that one first (hyperv-daemons and hypervkvpd bring such)",
			  l->device);
		return EXIT_TAKEN;
	}
	if (l->fd < 0) {
		notify("STATUS=waiting for the driver's device");
		return wait_for_device(l, l->fd) == STOP ? EXIT_OK : -1;
	}
	l->taken_once = true;
	out = serve_device(l);
	l->s->lost(l->s->ctx);
	if (l->other)
		l->s->other_close(l->s->ctx);
	else
		close(l->fd);
	if (out == STOP || !strncmp(l->device, "fd:", 3))
		return EXIT_OK;
	notify("STATUS=the driver is gone");
	/* A driver that refuses at once would be asked without a pause. */
	return wait_for(l, -1, l->welcome && !l->other ? 0 : RETRY_MS) == STOP ? EXIT_OK : -1;
}

int service_word(const uint8_t *message, size_t len, uint32_t word)
{
	uint32_t got;

	if (len != sizeof(got))
		return -EPROTO;
	memcpy(&got, message, sizeof(got));
	if (got != word)
		return -EPROTO;
	log_info("registered with the driver");
	return 0;
}

static int go_background(struct life *l)
{
	if (l->foreground)
		return 0;
	if (daemon(0, 0)) {
		log_error("cannot go into the background: %s", strerror(errno));
		return -errno;
	}
	return 0;
}

int service_main(int argc, char **argv, const struct service *s)
{
	struct life l = { .s = s, .device = s->device };
	int code = parse(&l, argc, argv);
	int err;

	if (code >= 0)
		return code;
	umask(022);
	if (s->once) {
		log_open(s->name, true, l.debug);
		code = s->once(s->ctx);
		if (code >= 0)
			return code;
	}
	log_open(s->name, l.foreground, l.debug);
	if (go_background(&l))
		return EXIT_FAILED;
	write_pidfile(&l);
	err = privileges_limit(s->capabilities);
	if (err)
		log_warn("privileges cannot be given up: %s", strerror(-err));
	l.signals = open_signals();
	if (l.signals < 0) {
		log_error("no signals: %s", strerror(errno));
		return EXIT_FAILED;
	}
	if (s->start(s->ctx))
		return EXIT_FAILED;
	log_info("version " LIS_VERSION ", device %s", l.device);
	/* Ready to wait: a driver that is not there yet holds nobody's boot up. */
	notify("READY=1");
	while (code < 0)
		code = one_device(&l);
	notify("STOPPING=1");
	s->stop(s->ctx);
	if (l.pidfile)
		unlink(l.pidfile);
	return code;
}
