// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network tests of a guest against the test host's peer (tests/host/dev/net_pattern.h says what the bytes are).
 *   nettool recv ADDRESS BYTES [STREAMS]   takes BYTES from port 5019 on each of so many connections, checks each byte;
 *                                          SIGUSR1 to all its processes: what has come by then is enough
 *   nettool send ADDRESS BYTES [STREAMS]   sends them to port 5009, which checks and answers
 *   nettool echo ADDRESS BYTES             TCP port 7: what comes back is what was sent
 *   nettool udp ADDRESS COUNT SIZE         UDP port 7, one datagram after the other; prints how many came back whole, and
 *                                          "p50 N p99 N": so many nanoseconds half of them and 99 % took at most
 *   nettool blast ADDRESS COUNT SIZE       UDP port 9, as fast as they go; prints the rate, the host counts what came
 *   nettool xdp NIC pass|drop|tx|redirect  a program of the driver's decides over each frame until standard input ends;
 *                                          redirect: to NIC itself; prints "attached"
 * Prints "bytes N seconds S kbytes/s R". Exit 0: all bytes came, and were right.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 65521
#define CHUNK 65536
#define TIMEOUT_S 240 /* a machine that was asleep meanwhile is to find its connections */

static uint8_t block[BLOCK], buf[CHUNK];
static volatile sig_atomic_t enough;

static void die(const char *what)
{
	fprintf(stderr, "nettool: %s: %s\n", what, errno ? strerror(errno) : "wrong");
	exit(1);
}

static void make_block(void)
{
	uint32_t v = 0x2545F491;

	for (size_t i = 0; i < BLOCK; i++) {
		v = v * 1664525u + 1013904223u;
		block[i] = (uint8_t)(v >> 24);
	}
}

static void fill(uint64_t pos, uint8_t *to, size_t len)
{
	size_t at = pos % BLOCK, n;

	for (; len; to += n, len -= n, at = 0) {
		n = BLOCK - at < len ? BLOCK - at : len;
		memcpy(to, block + at, n);
	}
}

static void check(uint64_t pos, const uint8_t *data, size_t len)
{
	size_t at = pos % BLOCK, n;

	for (; len; data += n, len -= n, pos += n, at = 0) {
		n = BLOCK - at < len ? BLOCK - at : len;
		if (memcmp(data, block + at, n)) {
			fprintf(stderr, "nettool: wrong data within %zu bytes of offset %llu\n", n,
				(unsigned long long)pos);
			exit(1);
		}
	}
}

static int open_to(const char *text, uint16_t port, int type)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	int six = inet_pton(AF_INET6, text, &a6.sin6_addr) == 1;
	struct timeval t = { .tv_sec = type == SOCK_STREAM ? TIMEOUT_S : 3 };
	int s = socket(six ? AF_INET6 : AF_INET, type, 0);

	if (!six && inet_pton(AF_INET, text, &a4.sin_addr) != 1)
		die("address");
	if (s < 0)
		die("socket");
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	/* The freezer interrupts it; Linux goes on with the same attempt. */
	while (connect(s, six ? (void *)&a6 : (void *)&a4, six ? sizeof(a6) : sizeof(a4)))
		if (errno != EINTR)
			die("connect");
	return s;
}

static void write_all(int s, const void *data, size_t len)
{
	for (const char *p = data; len;) {
		ssize_t n = send(s, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			die("send");
		p += n;
		len -= (size_t)n;
	}
}

static void on_enough(int sig)
{
	(void)sig;
	enough = 1;
}

static void do_recv(const char *address, uint64_t bytes)
{
	int s = open_to(address, 5019, SOCK_STREAM);
	uint64_t got = 0;
	char line[32];
	ssize_t n;

	write_all(s, line, (size_t)snprintf(line, sizeof(line), "%llu\n", (unsigned long long)bytes));
	while ((n = recv(s, buf, sizeof(buf), 0)) > 0) {
		check(got, buf, (size_t)n);
		got += (uint64_t)n;
		if (enough)
			return;
	}
	if (n < 0 && !(enough && errno == EINTR))
		die("recv");
	errno = 0;
	if (got != bytes && !(enough && got))
		die("number of bytes received");
}

static void do_send(const char *address, uint64_t bytes)
{
	int s = open_to(address, 5009, SOCK_STREAM);
	char line[64], want[64];
	size_t at = 0, n;
	ssize_t r;

	for (uint64_t sent = 0; sent < bytes; sent += n) {
		n = bytes - sent < CHUNK ? (size_t)(bytes - sent) : CHUNK;
		fill(sent, buf, n);
		write_all(s, buf, n);
	}
	shutdown(s, SHUT_WR);
	while (at < sizeof(line) - 1 && (r = recv(s, line + at, sizeof(line) - 1 - at, 0)) > 0)
		at += (size_t)r;
	line[at] = 0;
	snprintf(want, sizeof(want), "%llu ok\n", (unsigned long long)bytes);
	if (strcmp(line, want)) {
		fprintf(stderr, "nettool: the peer says: %s\n", line);
		exit(1);
	}
}

static void do_echo(const char *address, uint64_t bytes)
{
	int s = open_to(address, 7, SOCK_STREAM);
	uint64_t sent = 0, got = 0;

	while (got < bytes) {
		struct pollfd p = { .fd = s, .events = (short)(POLLIN | (sent < bytes ? POLLOUT : 0)) };
		size_t len = bytes - sent < CHUNK ? (size_t)(bytes - sent) : CHUNK;
		ssize_t n;

		if (poll(&p, 1, TIMEOUT_S * 1000) <= 0)
			die("poll");
		if (p.revents & POLLOUT) {
			fill(sent, buf, len);
			n = send(s, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (n < 0 && errno != EAGAIN)
				die("send");
			sent += n > 0 ? (uint64_t)n : 0;
			if (sent == bytes)
				shutdown(s, SHUT_WR);
		}
		if (p.revents & ~POLLOUT) {
			n = recv(s, buf, sizeof(buf), 0);
			if (n <= 0)
				die("recv");
			check(got, buf, (size_t)n);
			got += (uint64_t)n;
		}
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void do_blast(const char *address, unsigned int count, size_t size)
{
	int s = open_to(address, 9, SOCK_DGRAM);
	double begin = seconds(), took;

	if (size > sizeof(buf))
		size = sizeof(buf);
	for (unsigned int i = 0; i < count; i++)
		if (send(s, buf, size, 0) != (ssize_t)size)
			die("send");
	took = seconds() - begin;
	printf("packets %u seconds %.2f packets/s %.0f\n", count, took, count / (took > 0 ? took : 1));
}

static int shorter(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* times: of those that came back */
static void say_percentiles(double *times, unsigned int n)
{
	if (!n)
		return;
	qsort(times, n, sizeof(*times), shorter);
	printf("p50 %.0f p99 %.0f\n", times[n / 2] * 1e9, times[n * 99ull / 100] * 1e9);
}

static void do_udp(const char *address, unsigned int count, size_t size)
{
	double *times = calloc(count + 1, sizeof(*times)), begin;
	int s = open_to(address, 7, SOCK_DGRAM);
	unsigned int whole = 0;

	if (!times)
		die("calloc");
	if (size > sizeof(buf))
		size = sizeof(buf);
	for (unsigned int i = 0; i < count; i++) {
		fill(i * 7919ull, buf, size);
		begin = seconds();
		if (send(s, buf, size, 0) != (ssize_t)size)
			die("send");
		memset(buf, 0, size);
		if (recv(s, buf, sizeof(buf), 0) != (ssize_t)size)
			continue;
		times[whole] = seconds() - begin;
		check(i * 7919ull, buf, size);
		whole++;
	}
	printf("%u of %u came back\n", whole, count);
	say_percentiles(times, whole);
	free(times);
	if (whole != count)
		exit(1);
}

static int many(void (*fn)(const char *, uint64_t), const char *address, uint64_t bytes, unsigned int streams)
{
	double begin = seconds(), took;
	int status, bad = 0;

	for (unsigned int i = 0; i < streams; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			fn(address, bytes);
			exit(0);
		}
	}
	for (;;) {
		if (wait(&status) > 0)
			bad |= status;
		else if (errno != EINTR)
			break;
	}
	/* How much it was by then, only the connections' processes know. */
	if (enough)
		return bad != 0;
	took = seconds() - begin;
	printf("bytes %llu seconds %.2f kbytes/s %.0f\n", (unsigned long long)(bytes * streams), took,
	       (double)(bytes * streams) / 1024 / (took > 0 ? took : 1));
	return bad != 0;
}

/* --- a program over each frame ----------------------------------------------------------------------------------- */

static int bpf_call(int command, union bpf_attr *a)
{
	return (int)syscall(__NR_bpf, command, a, sizeof(*a));
}

static int load_program(unsigned int nic, int verdict)
{
	struct bpf_insn redirect[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = (int)nic },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct bpf_insn fixed[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr a = { .prog_type = BPF_PROG_TYPE_XDP };

	a.expected_attach_type = BPF_XDP;
	a.license = (uintptr_t)"GPL";
	a.insns = verdict == XDP_REDIRECT ? (uintptr_t)redirect : (uintptr_t)fixed;
	a.insn_cnt = verdict == XDP_REDIRECT ? 4 : 2;
	return bpf_call(BPF_PROG_LOAD, &a);
}

static void do_xdp(const char *nic, const char *what)
{
	static const char *const names[] = { "aborted", "drop", "pass", "tx", "redirect" };
	unsigned int index = if_nametoindex(nic);
	union bpf_attr a = { 0 };
	int verdict = 0, prog;
	char c;

	while (verdict < 5 && strcmp(names[verdict], what))
		verdict++;
	if (verdict == 5 || !index)
		die("xdp: which interface, which verdict?");
	prog = load_program(index, verdict);
	if (prog < 0)
		die("the program does not load");
	a.link_create.prog_fd = (uint32_t)prog;
	a.link_create.target_ifindex = index;
	a.link_create.attach_type = BPF_XDP;
	a.link_create.flags = XDP_FLAGS_DRV_MODE;
	if (bpf_call(BPF_LINK_CREATE, &a) < 0)
		die("the driver does not take the program");
	printf("attached\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	unsigned int streams = argc > 4 ? (unsigned int)atoi(argv[4]) : 1;

	make_block();
	if (argc < 4) {
		fprintf(stderr, "usage: nettool recv|send ADDRESS BYTES [STREAMS] | echo ADDRESS BYTES\n"
				"       nettool udp|blast ADDRESS COUNT SIZE\n");
		return 2;
	}
	if (!strcmp(argv[1], "xdp")) {
		do_xdp(argv[2], argv[3]);
		return 0;
	}
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_enough }, NULL);
	if (!strcmp(argv[1], "recv"))
		return many(do_recv, argv[2], strtoull(argv[3], NULL, 0), streams);
	if (!strcmp(argv[1], "send"))
		return many(do_send, argv[2], strtoull(argv[3], NULL, 0), streams);
	if (!strcmp(argv[1], "echo"))
		return many(do_echo, argv[2], strtoull(argv[3], NULL, 0), 1);
	if (!strcmp(argv[1], "udp") && argc > 4) {
		do_udp(argv[2], (unsigned int)atoi(argv[3]), (size_t)atoi(argv[4]));
		return 0;
	}
	if (!strcmp(argv[1], "blast") && argc > 4) {
		do_blast(argv[2], (unsigned int)atoi(argv[3]), (size_t)atoi(argv[4]));
		return 0;
	}
	fprintf(stderr, "nettool: no such test: %s\n", argv[1]);
	return 2;
}
