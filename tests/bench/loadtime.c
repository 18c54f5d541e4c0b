// SPDX-License-Identifier: GPL-2.0-only
/*
 * loadtime vmbus VMBUS.ko: inserts it, which takes until the host has offered its devices.
 * loadtime load VMBUS.ko BALLOON.ko: inserts both and waits until the balloon driver has bound its device.
 * loadtime rebind DEVICE: takes the device from hv_balloon and gives it back; the channel is closed and opened again.
 * Prints one line of key=value, times in microseconds. A shell's forks would cost more than what is measured.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SIGNATURE "~Module signature appended~\n"
#define BIND_LIMIT_MS 60000

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void die(const char *what)
{
	fprintf(stderr, "loadtime: %s: %s\n", what, strerror(errno));
	exit(1);
}

struct image {
	char *data;
	size_t size;
};

/*
 * The in-box modules carry their maker's signature, ours do not here. Checking it is the kernel's work, not the
 * driver's, so both sides load without one. The four bytes before the magic are the signature's length, big endian;
 * twelve bytes of header go with it.
 */
static void drop_signature(struct image *m)
{
	size_t magic = sizeof(SIGNATURE) - 1;
	unsigned char *len;
	size_t cut;

	if (m->size < magic + 12 || memcmp(m->data + m->size - magic, SIGNATURE, magic))
		return;
	len = (unsigned char *)m->data + m->size - magic - 4;
	cut = magic + 12 + ((size_t)len[0] << 24 | len[1] << 16 | len[2] << 8 | len[3]);
	if (cut < m->size)
		m->size -= cut;
}

static struct image read_image(const char *path)
{
	struct image m = { NULL, 0 };
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		die(path);
	m.data = malloc(st.st_size);
	while (m.data && m.size < (size_t)st.st_size) {
		ssize_t got = read(fd, m.data + m.size, st.st_size - m.size);

		if (got <= 0)
			die(path);
		m.size += got;
	}
	close(fd);
	drop_signature(&m);
	return m;
}

static int uevent_socket(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("uevent socket");
	return fd;
}

/* A uevent is its headline and then KEY=value strings. */
static int has(const char *buf, ssize_t len, const char *word)
{
	const char *at;

	for (at = buf; at < buf + len; at += strlen(at) + 1)
		if (!strcmp(at, word))
			return 1;
	return 0;
}

static void wait_bound(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[8192];
	ssize_t len;

	for (;;) {
		if (poll(&p, 1, BIND_LIMIT_MS) <= 0) {
			errno = ETIMEDOUT;
			die("hv_balloon did not bind");
		}
		len = recv(fd, buf, sizeof(buf) - 1, 0);
		if (len <= 0)
			continue;
		buf[len] = 0;
		if (has(buf, len, "ACTION=bind") && has(buf, len, "SUBSYSTEM=vmbus") && has(buf, len, "DRIVER=hv_balloon"))
			return;
	}
}

static void insert(struct image *m, const char *path)
{
	if (syscall(SYS_init_module, m->data, m->size, ""))
		die(path);
}

static int load_vmbus(const char *path)
{
	struct image vmbus = read_image(path);
	long long start = now_us();

	insert(&vmbus, path);
	printf("vmbus=%lld\n", now_us() - start);
	return 0;
}

static int load(char **paths)
{
	struct image vmbus = read_image(paths[0]), balloon = read_image(paths[1]);
	int fd = uevent_socket();
	long long start, one, two, bound;

	start = now_us();
	insert(&vmbus, paths[0]);
	one = now_us();
	insert(&balloon, paths[1]);
	two = now_us();
	wait_bound(fd);
	bound = now_us();
	printf("vmbus=%lld balloon=%lld bound=%lld\n", one - start, two - one, bound - start);
	return 0;
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static int rebind(const char *device)
{
	int fd = uevent_socket();
	long long start, closed, opened;

	start = now_us();
	write_to("/sys/bus/vmbus/drivers/hv_balloon/unbind", device);
	closed = now_us();
	write_to("/sys/bus/vmbus/drivers/hv_balloon/bind", device);
	wait_bound(fd);
	opened = now_us();
	printf("unbind=%lld bind=%lld\n", closed - start, opened - closed);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "vmbus"))
		return load_vmbus(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "load"))
		return load(argv + 2);
	if (argc == 3 && !strcmp(argv[1], "rebind"))
		return rebind(argv[2]);
	fprintf(stderr, "usage: loadtime vmbus VMBUS.ko | load VMBUS.ko BALLOON.ko | rebind DEVICE\n");
	return 2;
}
