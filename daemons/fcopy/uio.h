/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: the transport of kernels from 6.10 on, whose hv_utils has no file copy: the rings of the channel through
 * the driver uio_hv_generic (docs/wire/03 9.5).
 */
#ifndef _FCOPY_UIO_H
#define _FCOPY_UIO_H

#include <stdint.h>
#include <sys/types.h>
#include "fcopy/uio_ring.h"

#define UIO_PACKET 8192

struct uio {
	int fd; /* -1: closed */
	void *map;
	uint32_t ring; /* bytes of each, with its header */
	struct uio_ring to_host, from_host;
	uint8_t packet[UIO_PACKET]; /* the request under way, which its answer repeats */
	size_t len;
	uint64_t id;
};

/*
 * Opens the device of the file copy service, whatever its number. The descriptor to wait on, or -errno
 * (-ENOENT: none).
 */
int uio_open(struct uio *u);
void uio_close(struct uio *u);

/* The next request's body: its length, 0: none just now, or -errno: the rings cannot be read any more. */
ssize_t uio_read(struct uio *u, uint8_t *message, size_t room);

/* Its answer: 0 or -errno. */
int uio_answer(struct uio *u, uint32_t status);

#endif
