// SPDX-License-Identifier: GPL-2.0-only
/*
 * AF_VSOCK in a test guest:
 *   vsock send PORT BYTES   connects to host port PORT, sends so much, and compares what comes back
 *   vsock echo PORT         takes one connection and sends back all it gets
 *   vsock refused PORT      connects to a port nobody listens on; succeeds when that fails
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

#define BUFFER 65536

static unsigned char out[BUFFER], in[BUFFER];

static unsigned char pattern(unsigned long long at)
{
	return (unsigned char)(at * 131 + (at >> 8) * 7 + (at >> 16));
}

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

static int connect_to(unsigned int port)
{
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = port };
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Bytes of `in` that are not the pattern from `at` on are the end of it. */
static int same(unsigned long long at, ssize_t n)
{
	ssize_t i;

	for (i = 0; i < n; i++)
		if (in[i] != pattern(at + i))
			return 0;
	return 1;
}

static ssize_t send_some(int fd, unsigned long long at, unsigned long long left)
{
	size_t i, n = left < BUFFER ? left : BUFFER;

	for (i = 0; i < n; i++)
		out[i] = pattern(at + i);
	return send(fd, out, n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int send_and_compare(unsigned int port, unsigned long long bytes)
{
	unsigned long long sent = 0, received = 0;
	double began = now();
	int fd = connect_to(port);
	ssize_t n = 1;

	if (fd < 0)
		return fail("connect");
	while (n) {
		struct pollfd p = { fd, POLLIN | (sent < bytes ? POLLOUT : 0), 0 };

		if (poll(&p, 1, 60000) <= 0)
			return fail("nothing for a minute");
		if (sent < bytes && (p.revents & POLLOUT)) {
			n = send_some(fd, sent, bytes - sent);
			if (n < 0 && errno != EAGAIN)
				return fail("send");
			sent += n > 0 ? n : 0;
			if (sent == bytes)
				shutdown(fd, SHUT_WR);
		}
		n = recv(fd, in, sizeof(in), MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			return fail("recv");
		if (n > 0 && !same(received, n)) {
			printf("other bytes came back near %llu\n", received);
			return 1;
		}
		received += n > 0 ? n : 0;
	}
	printf("%llu of %llu bytes came back, %.1f s\n", received, bytes, now() - began);
	return received != bytes;
}

static int echo(unsigned int port)
{
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = port };
	int listening = socket(AF_VSOCK, SOCK_STREAM, 0), fd;
	ssize_t n, at, k;

	if (listening < 0 || bind(listening, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(listening, 1) < 0)
		return fail("listen");
	printf("listening\n");
	fflush(stdout);
	fd = accept(listening, NULL, NULL);
	if (fd < 0)
		return fail("accept");
	while ((n = recv(fd, in, sizeof(in), 0)) > 0) {
		for (at = 0; at < n; at += k) {
			k = send(fd, in + at, n - at, MSG_NOSIGNAL);
			if (k <= 0)
				return fail("send");
		}
	}
	if (n < 0)
		return fail("recv");
	shutdown(fd, SHUT_WR);
	/* Until the host has closed, too: the last bytes are then known to have arrived. */
	while (recv(fd, in, sizeof(in), 0) > 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int port = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (argc == 4 && !strcmp(argv[1], "send"))
		return send_and_compare(port, strtoull(argv[3], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "echo"))
		return echo(port);
	if (argc == 3 && !strcmp(argv[1], "refused"))
		return connect_to(port) >= 0;
	fprintf(stderr, "usage: vsock send PORT BYTES | echo PORT | refused PORT\n");
	return 2;
}
