// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the file copy service's rings, mapped (uio.h).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fcopy/ic_packet.h"
#include "fcopy/uio.h"
#include "shared/files.h"
#include "shared/log.h"

#define BUS "/sys/bus/vmbus/devices"
#define CLASS "34d14be3-dee4-41c8-9ae7-6b174977c192"
#define OTHERS_MAX 64 /* messages in a row that ask for no copy */
#define RING_MAX (16U << 20) /* each way */

/* The name of the first entry of a folder that begins like this. */
static int first_entry(const char *folder, const char *prefix, char *name, size_t size)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int err = -ENOENT;

	while (dir && err && (e = readdir(dir)))
		if (!strncmp(e->d_name, prefix, strlen(prefix)) && snprintf(name, size, "%s", e->d_name) < (int)size)
			err = 0;
	if (dir)
		closedir(dir);
	return err;
}

/* uioN of the device of our class. */
static int find_device(char *name, size_t size)
{
	DIR *dir = opendir(BUS);
	struct dirent *e;
	int err = -ENOENT;

	while (dir && err && (e = readdir(dir))) {
		char path[PATH_MAX], text[64];

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), BUS "/%s/class_id", e->d_name);
		if (read_text(path, text, sizeof(text)) <= 0 || !strstr(text, CLASS))
			continue;
		snprintf(path, sizeof(path), BUS "/%s/uio", e->d_name);
		err = first_entry(path, "uio", name, size);
	}
	if (dir)
		closedir(dir);
	return err;
}

/* Bytes of one ring with its header: half of the first map, whatever the kernel made it. */
static int ring_size(const char *name, uint32_t *bytes)
{
	char path[96], text[32];
	unsigned long size;

	snprintf(path, sizeof(path), "/sys/class/uio/%s/maps/map0/size", name);
	if (read_text(path, text, sizeof(text)) <= 0)
		return -EIO;
	size = strtoul(text, NULL, 0) / 2;
	if (size <= 2 * sizeof(struct vmbus_ring_hdr) || size > RING_MAX || size % sizeof(struct vmbus_ring_hdr))
		return -EIO;
	*bytes = (uint32_t)size;
	return 0;
}

int uio_open(struct uio *u)
{
	char name[32], path[64];
	int err = find_device(name, sizeof(name));

	if (!err)
		err = ring_size(name, &u->ring);
	if (err)
		return err;
	snprintf(path, sizeof(path), "/dev/%s", name);
	u->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (u->fd < 0)
		return -errno;
	u->map = mmap(NULL, 2 * (size_t)u->ring, PROT_READ | PROT_WRITE, MAP_SHARED, u->fd, 0);
	if (u->map == MAP_FAILED) {
		err = -errno;
		u->map = NULL;
		uio_close(u);
		return err;
	}
	uio_ring_init(&u->to_host, u->map, u->ring);
	uio_ring_init(&u->from_host, (uint8_t *)u->map + u->ring, u->ring);
	uio_ring_mask(&u->from_host, 0);
	log_info("the host's file copies come through %s, rings of %u bytes", path, u->ring);
	return u->fd;
}

void uio_close(struct uio *u)
{
	if (u->map)
		munmap(u->map, 2 * (size_t)u->ring);
	if (u->fd >= 0)
		close(u->fd);
	u->map = NULL;
	u->fd = -1;
}

/* Sends and tells the host. */
static int send_packet(struct uio *u, size_t len)
{
	const uint32_t on = 1;
	int err = uio_ring_put(&u->to_host, u->packet, len, u->id);

	if (err)
		return err;
	return write(u->fd, &on, sizeof(on)) == (ssize_t)sizeof(on) ? 0 : -EIO;
}

/* The next packet of the ring; when there is none, interrupts come again and it is looked once more. */
static int next_packet(struct uio *u)
{
	int got = uio_ring_take(&u->from_host, u->packet, sizeof(u->packet), &u->id);

	if (got)
		return got;
	uio_ring_mask(&u->from_host, 0);
	return uio_ring_take(&u->from_host, u->packet, sizeof(u->packet), &u->id);
}

ssize_t uio_read(struct uio *u, uint8_t *message, size_t room)
{
	const uint8_t *body;
	size_t body_len;
	uint32_t count, others = 0;
	int got, kind;

	/* How many interrupts there were is of no interest, but taking the number arms the next wait. */
	if (read(u->fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return -errno;
	log_debug("rings: from the host %u to %u, to the host %u to %u", u->from_host.hdr->read_index,
		  u->from_host.hdr->write_index, u->to_host.hdr->read_index, u->to_host.hdr->write_index);
	while ((got = next_packet(u)) > 0 || got == -EMSGSIZE) {
		kind = got > 0 ? ic_packet_kind(u->packet, (size_t)got, &body, &body_len) : -EMSGSIZE;
		u->len = (size_t)(got > 0 ? got : 0);
		if (kind == IC_PACKET_NEGOTIATE) {
			got = send_packet(u, ic_packet_negotiate(u->packet, u->len));
			if (got)
				return got;
		} else if (kind == IC_PACKET_REQUEST && body_len && body_len <= room) {
			memcpy(message, body, body_len);
			return (ssize_t)body_len;
		} else {
			log_warn("a message of the host's makes no sense and is left out");
		}
		/* A host with nothing else to say would keep us here for ever. */
		if (++others == OTHERS_MAX)
			return -EPROTO;
	}
	return got;
}

int uio_answer(struct uio *u, uint32_t status)
{
	ic_packet_answer(u->packet, status);
	return send_packet(u, u->len);
}
