// SPDX-License-Identifier: GPL-2.0-only
/* Echo and pump (hvsock_local.h). Both run on the loop, on the far end of a socket pair. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/loop.h"
#include "hvsock_local.h"

#define BUFFER 65536

struct local {
	int fd;
	bool watched_out;
	/* echo: what is not yet sent back; pump: what goes out next */
	uint8_t buffer[BUFFER];
	size_t at, len;
	bool ended;		/* echo: the other side sends no more */
	/* pump */
	pump_done done;
	void *arg;
	bool greeted, wrong;
	uint64_t to_send, sent, received, bytes;
};

static int pair(struct local *l, loop_fd_fn fn)
{
	int fd[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd))
		return -errno;
	l->fd = fd[0];
	err = loop_add_fd(fd[0], EPOLLIN, fn, l);
	if (err) {
		close(fd[0]);
		close(fd[1]);
		return err;
	}
	return fd[1];
}

static void local_end(struct local *l)
{
	loop_del_fd(l->fd);
	close(l->fd);
	free(l);
}

/* False: the other side is gone. True with at == len: all was taken. */
static bool push(struct local *l)
{
	ssize_t n;

	while (l->at < l->len) {
		n = send(l->fd, l->buffer + l->at, l->len - l->at, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		l->at += (size_t)n;
	}
	l->at = l->len = 0;
	return true;
}

static void on_echo(void *arg, uint32_t events)
{
	struct local *l = arg;
	ssize_t n;

	if (!push(l)) {
		local_end(l);
		return;
	}
	while (!l->len && !l->ended) {
		n = read(l->fd, l->buffer, sizeof(l->buffer));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0)
			l->ended = true;
		else
			l->len = (size_t)n;
		if (!push(l)) {
			local_end(l);
			return;
		}
	}
	if (l->ended && !l->len) {
		local_end(l);
		return;
	}
	loop_mod_fd(l->fd, l->len ? EPOLLOUT : EPOLLIN);
}

int echo_open(void)
{
	struct local *l = calloc(1, sizeof(*l));
	int fd;

	if (!l)
		return -ENOMEM;
	fd = pair(l, on_echo);
	if (fd < 0)
		free(l);
	return fd;
}

/* The byte at this place of the stream: no period a power of two would hide behind. */
static uint8_t pattern(uint64_t at)
{
	return (uint8_t)(at * 167 + (at >> 8) * 13 + (at >> 16));
}

static void compare(struct local *l, const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && !l->wrong; i++)
		l->wrong = data[i] != pattern(l->received + i);
	l->received += len;
}

/* True when the line has come, byte by byte: what follows belongs to the stream. */
static bool greeting(struct local *l)
{
	char c;

	while (!l->greeted && read(l->fd, &c, 1) == 1)
		l->greeted = c == '\n';
	return l->greeted;
}

static void fill(struct local *l)
{
	uint64_t left = l->to_send - l->sent;

	for (l->len = 0; l->len < sizeof(l->buffer) && l->len < left; l->len++)
		l->buffer[l->len] = pattern(l->sent + l->len);
	l->sent += l->len;
}

static bool pump_out(struct local *l)
{
	bool had = l->sent < l->to_send || l->len;

	do {
		if (!l->len)
			fill(l);
		if (!push(l))
			return false;
	} while (!l->len && l->sent < l->to_send);
	if (had && !l->len)
		shutdown(l->fd, SHUT_WR);
	return true;
}

static void on_pump(void *arg, uint32_t events)
{
	uint8_t data[16384];
	struct local *l = arg;
	bool over = false;
	ssize_t n = -1;

	if (greeting(l) && !pump_out(l))
		over = true;
	while (!over && l->greeted && (n = read(l->fd, data, sizeof(data))) != 0) {
		if (n < 0) {
			over = errno != EAGAIN && errno != EINTR;
			break;
		}
		compare(l, data, (size_t)n);
	}
	if (!over && !(l->greeted && n == 0) && !(events & EPOLLERR) && (l->greeted || !(events & EPOLLHUP))) {
		loop_mod_fd(l->fd, EPOLLIN | (l->len ? EPOLLOUT : 0));
		return;
	}
	l->done(l->arg, l->received, !l->wrong && l->received == l->bytes);
	local_end(l);
}

int pump_open(uint64_t bytes, pump_done done, void *arg)
{
	struct local *l = calloc(1, sizeof(*l));
	int fd;

	if (!l)
		return -ENOMEM;
	l->to_send = l->bytes = bytes;
	l->done = done;
	l->arg = arg;
	fd = pair(l, on_pump);
	if (fd < 0)
		free(l);
	return fd;
}
