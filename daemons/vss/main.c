// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_vss_daemon: freezes the file systems of this guest while the host takes a snapshot.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <wire/vss.h>
#include "shared/files.h"
#include "shared/log.h"
#include "shared/privileges.h"
#include "shared/service.h"
#include "vss/freeze.h"
#include "vss/hooks.h"

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

enum { OPT_SECONDS = 256, OPT_HOOKS, OPT_STATE, OPT_THAW, OPT_LIST };

struct daemon {
	struct freeze f;
	bool only_thaw, only_list;
};

static bool take_seconds(struct daemon *d, const char *arg)
{
	d->f.seconds = 0;
	if (*arg && strlen(arg) <= 3 && strspn(arg, "0123456789") == strlen(arg))
		d->f.seconds = (unsigned int)atoi(arg);
	return d->f.seconds >= 1 && d->f.seconds <= 600;
}

static bool take_option(void *ctx, int val, const char *arg)
{
	struct daemon *d = ctx;

	switch (val) {
	case OPT_SECONDS:
		return take_seconds(d, arg);
	case OPT_HOOKS:
		d->f.hook_folder = arg;
		return arg[0] == '/';
	case OPT_STATE:
		d->f.state_folder = arg;
		return arg[0] == '/';
	case OPT_THAW:
		d->only_thaw = true;
		return true;
	default:
		d->only_list = true;
		return true;
	}
}

/* Pages that are used stay in memory: a page that has to come back may need one that cannot be written out. */
static void lock_memory(void)
{
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) && mlockall(MCL_CURRENT | MCL_FUTURE))
		log_warn("memory cannot be locked: %s", strerror(errno));
}

static int once(void *ctx)
{
	struct daemon *d = ctx;

	if (d->only_list)
		return freeze_list(&d->f) ? EXIT_FAILED : EXIT_OK;
	if (!d->only_thaw)
		return -1;
	thaw_leftovers(&d->f);
	return EXIT_OK;
}

static int start(void *ctx)
{
	struct daemon *d = ctx;

	thaw_leftovers(&d->f);
	lock_memory();
	return 0;
}

static void lost(void *ctx)
{
	struct daemon *d = ctx;

	if (!d->f.frozen)
		return;
	thaw_all(&d->f);
	log_error("thawed without the host's word: the driver is gone");
	thaw_hooks(&d->f);
}

static void stop(void *ctx)
{
	lost(ctx);
}

static void child(void *ctx)
{
	struct daemon *d = ctx;

	freeze_child(&d->f);
	thaw_hooks(&d->f);
}

static void answered(void *ctx)
{
	struct daemon *d = ctx;

	thaw_hooks(&d->f);
}

static size_t hello(void *ctx, uint8_t *message)
{
	struct vss_daemon_msg *m = (void *)message;

	(void)ctx;
	memset(m, 0, sizeof(*m));
	m->h.hdr.op = VSS_DAEMON_REGISTER;
	return sizeof(*m);
}

static int welcome(void *ctx, const uint8_t *message, size_t len)
{
	(void)ctx;
	return service_word(message, len, VSS_DAEMON_REGISTER);
}

static int do_op(struct daemon *d, unsigned int op)
{
	switch (op) {
	case VSS_HOT_BACKUP:
		return 0;
	case VSS_FREEZE:
		return freeze_all(&d->f);
	case VSS_THAW:
		return thaw_all(&d->f);
	default:
		return -EPROTO;
	}
}

static ssize_t serve(void *ctx, uint8_t *message, size_t len)
{
	struct vss_daemon_msg *m = (void *)message;
	struct daemon *d = ctx;
	unsigned int op;
	int err;

	if (len != sizeof(*m)) {
		log_error("a message of %zu bytes, not %zu", len, sizeof(*m));
		return -EPROTO;
	}
	op = m->h.hdr.op;
	err = do_op(d, op);
	log_debug("operation %u: %d", op, err);
	memset(m, 0, sizeof(*m));
	m->h.error = (__s32)(err ? IC_E_FAIL : IC_S_OK);
	if (op == VSS_HOT_BACKUP)
		m->flags = VSS_FLAGS_HOT_BACKUP;
	return sizeof(*m);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "timeout", required_argument, NULL, OPT_SECONDS }, { "hooks", required_argument, NULL, OPT_HOOKS },
		{ "state", required_argument, NULL, OPT_STATE },     { "thaw", no_argument, NULL, OPT_THAW },
		{ "list", no_argument, NULL, OPT_LIST },	     { NULL, 0, NULL, 0 },
	};
	static struct daemon d = { .f = { .hook_folder = HOOK_FOLDER, .seconds = FREEZE_SECONDS,
					  .mountinfo = "/proc/self/mountinfo" } };
	static const struct service s = {
		.name = "hv_vss_daemon",
		.about = "Freezes file systems while the Hyper-V host takes a snapshot.",
		.device = "/dev/vmbus/hv_vss",
		.capabilities = CAP_BIT(CAP_SYS_ADMIN) | CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_DAC_READ_SEARCH) |
				CAP_BIT(CAP_IPC_LOCK) | CAP_BIT(CAP_KILL) | CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID),
		.ctx = &d,
		.options = options,
		.help = "      --timeout SECONDS              thaw when the host does not (55)\n"
			"      --hooks FOLDER                 programs to run before a freeze and after a thaw (" HOOK_FOLDER ")\n"
			"      --state FOLDER                 where to write down what is frozen (/run/lis)\n"
			"      --thaw                         thaw what a daemon that died left frozen, and exit\n"
			"      --list                         print which file systems a backup freezes, and exit\n",
		.option = take_option,
		.once = once,
		.start = start,
		.stop = stop,
		.hello = hello,
		.welcome = welcome,
		.serve = serve,
		.answered = answered,
		.lost = lost,
		.child = child,
	};

	d.f.state_folder = state_folder();
	return service_main(argc, argv, &s);
}
