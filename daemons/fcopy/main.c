// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hv_fcopy_daemon: takes the files a host copies into this guest.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include "fcopy/copy.h"
#include "fcopy/uio.h"
#include "shared/files.h"
#include "shared/log.h"
#include "shared/privileges.h"
#include "shared/service.h"

enum { OPT_STATE = 256 };

struct daemon {
	struct copy c;
	struct uio u;
};

static bool take_option(void *ctx, int val, const char *arg)
{
	struct daemon *d = ctx;

	d->c.state_folder = arg;
	return val == OPT_STATE && arg[0] == '/';
}

static int start(void *ctx)
{
	struct daemon *d = ctx;

	copy_leftovers(&d->c);
	return 0;
}

static void lost(void *ctx)
{
	struct daemon *d = ctx;

	copy_cancel(&d->c);
}

static size_t hello(void *ctx, uint8_t *message)
{
	const uint32_t version = FCOPY_DAEMON_VERSION_1;

	(void)ctx;
	memcpy(message, &version, sizeof(version));
	return sizeof(version);
}

static int welcome(void *ctx, const uint8_t *message, size_t len)
{
	(void)ctx;
	return service_word(message, len, FCOPY_DAEMON_VERSION_1);
}

static int other_open(void *ctx)
{
	struct daemon *d = ctx;

	return uio_open(&d->u);
}

static ssize_t other_read(void *ctx, uint8_t *message)
{
	struct daemon *d = ctx;

	return uio_read(&d->u, message, SERVICE_MESSAGE_MAX);
}

static int other_answer(void *ctx, const uint8_t *message, size_t len)
{
	struct daemon *d = ctx;
	uint32_t status;

	if (len != sizeof(status))
		return -EINVAL;
	memcpy(&status, message, sizeof(status));
	return uio_answer(&d->u, status);
}

static void other_close(void *ctx)
{
	struct daemon *d = ctx;

	uio_close(&d->u);
}

/* utf16: the names are as on the wire, as no driver has converted them */
static int do_start(struct copy *c, const uint8_t *message, size_t len, bool utf16)
{
	struct fcopy_request r;
	int err = fcopy_take_start(&r, message, len, utf16);

	if (err) {
		log_warn("a copy is refused: its path, name or size cannot be");
		return err;
	}
	return copy_start(c, &r);
}

static int do_write(struct copy *c, const uint8_t *message, size_t len)
{
	struct fcopy_piece p;
	int err = fcopy_take_write(&p, message, len);

	return err ? err : copy_write(c, &p);
}

static int do_message(struct daemon *d, const uint8_t *message, size_t len)
{
	struct copy *c = &d->c;

	switch (fcopy_op(message, len)) {
	case FCOPY_START:
		return do_start(c, message, len, d->u.fd >= 0);
	case FCOPY_WRITE:
		return do_write(c, message, len);
	case FCOPY_COMPLETE:
		return copy_complete(c);
	case FCOPY_CANCEL:
		copy_cancel(c);
		return 0;
	default:
		return -EINVAL;
	}
}

static uint32_t status_of(int err)
{
	switch (err) {
	case 0:
		return IC_S_OK;
	case -EEXIST:
		return IC_E_EXISTS;
	case -ENOSPC:
	case -EDQUOT:
		return IC_E_DISK_FULL;
	default:
		return IC_E_FAIL;
	}
}

static ssize_t serve(void *ctx, uint8_t *message, size_t len)
{
	uint32_t status = status_of(do_message(ctx, message, len));

	log_debug("operation %d of %zu bytes: 0x%x", fcopy_op(message, len), len, status);
	memcpy(message, &status, sizeof(status));
	return sizeof(status);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "state", required_argument, NULL, OPT_STATE },
						 { NULL, 0, NULL, 0 } };
	static struct daemon d = { .c = { .folder = -1, .fd = -1 }, .u = { .fd = -1 } };
	static const struct service s = {
		.name = "hv_fcopy_daemon",
		.about = "Takes the files a Hyper-V host copies into this guest.",
		.device = "/dev/vmbus/hv_fcopy",
		.capabilities = CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_FOWNER),
		.ctx = &d,
		.options = options,
		.help = "      --state FOLDER                 where to note an unfinished copy (/run/lis)\n",
		.option = take_option,
		.start = start,
		.stop = lost,
		.other_open = other_open,
		.other_read = other_read,
		.other_answer = other_answer,
		.other_close = other_close,
		.hello = hello,
		.welcome = welcome,
		.serve = serve,
		.lost = lost,
	};

	d.c.state_folder = state_folder();
	return service_main(argc, argv, &s);
}
