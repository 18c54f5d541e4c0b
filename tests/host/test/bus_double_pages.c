// SPDX-License-Identifier: GPL-2.0-only
/* The part of bus_double.h for devices with GPADLs and transfer pages: a GPADL is a piece of the test's own memory. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "bus_double_pages.h"
#include "core/loop.h"

#define GPADLS 16

struct vmb_gpadl {
	const struct vmb_channel *ch;
	uint32_t id;
	uint8_t *bytes;
	size_t len;
};

static struct vmb_gpadl gpadls[GPADLS];

void dbl_gpadl(struct vmb_channel *ch, uint32_t id, void *bytes, size_t len)
{
	for (unsigned int i = 0; i < GPADLS; i++)
		if (!gpadls[i].bytes) {
			gpadls[i] = (struct vmb_gpadl){ .ch = ch, .id = id, .bytes = bytes, .len = len };
			return;
		}
	abort();
}

void dbl_gpadls_forget(void)
{
	memset(gpadls, 0, sizeof(gpadls));
}

struct vmb_gpadl *vmb_gpadl(struct vmb_channel *ch, uint32_t id)
{
	for (unsigned int i = 0; i < GPADLS; i++)
		if (gpadls[i].bytes && gpadls[i].ch == ch && gpadls[i].id == id)
			return &gpadls[i];
	return NULL;
}

size_t vmb_gpadl_size(const struct vmb_gpadl *g)
{
	return g->len;
}

static bool inside(const struct vmb_gpadl *g, size_t offset, size_t len)
{
	return offset <= g->len && len <= g->len - offset;
}

bool vmb_gpadl_read(const struct vmb_gpadl *g, size_t offset, void *buf, size_t len)
{
	if (!inside(g, offset, len))
		return false;
	if (len)
		memcpy(buf, g->bytes + offset, len);
	return true;
}

bool vmb_gpadl_write(struct vmb_gpadl *g, size_t offset, const void *buf, size_t len)
{
	if (!inside(g, offset, len))
		return false;
	if (len)
		memcpy(g->bytes + offset, buf, len);
	return true;
}

/* On the double's wire: set id, count, ranges, payload. */
int vmb_send_xfer(struct vmb_channel *ch, uint64_t trans_id, bool want_completion, uint16_t set_id,
		  const struct vmbus_xfer_range *ranges, unsigned int count, const void *data, size_t len)
{
	struct dbl_xfer x = { .set_id = set_id, .count = count };
	struct iovec iov[3] = {
		{ &x, sizeof(x) }, { (void *)ranges, count * sizeof(*ranges) }, { (void *)data, len },
	};

	if (count > VMB_XFER_MAX)
		return -EMSGSIZE;
	return vmb_send(ch, VM_PKT_DATA_USING_XFER_PAGES, want_completion, trans_id, iov, 3);
}

/* --- file descriptors: only those of a test that calls dbl_poll_fd() are ever looked at ------------------ */

static struct {
	int fd;
	uint32_t events;
	loop_fd_fn fn;
	void *arg;
} watched = { .fd = -1 };

int loop_add_fd(int fd, uint32_t epoll_events, loop_fd_fn fn, void *arg)
{
	watched.fd = fd;
	watched.events = epoll_events;
	watched.fn = fn;
	watched.arg = arg;
	return 0;
}

int loop_mod_fd(int fd, uint32_t epoll_events)
{
	watched.events = epoll_events;
	return 0;
}

void loop_del_fd(int fd)
{
	watched.fd = -1;
}

bool dbl_poll_fd(int ms)
{
	struct pollfd p = { .fd = watched.fd, .events = POLLIN };

	if (watched.fd < 0 || !watched.events || poll(&p, 1, ms) <= 0)
		return false;
	watched.fn(watched.arg, EPOLLIN);
	return true;
}
