// SPDX-License-Identifier: GPL-2.0-only
/* What lies behind a LUN (disk_file.h). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk_file.h"

#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

struct disk {
	int fd;
	bool read_only;
	bool fixed; /* a block device: its size is not ours to change */
	char *path;
	atomic_uint refs;
	_Atomic uint64_t bytes;
	pthread_rwlock_t size_lock; /* held for reading while bytes are moved */
};

static struct disk *disk_make(int fd, const char *path, uint64_t bytes)
{
	struct disk *d = calloc(1, sizeof(*d));

	if (!d || !(d->path = strdup(path)) || pthread_rwlock_init(&d->size_lock, NULL)) {
		if (d)
			free(d->path);
		free(d);
		close(fd);
		return NULL;
	}
	d->fd = fd;
	d->bytes = bytes;
	d->refs = 1;
	return d;
}

static bool taken(int fd, bool read_only)
{
	return flock(fd, (read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) && errno == EWOULDBLOCK;
}

/* The size of a regular file or a block device; -1 for all else. */
static off_t size_of(int fd, bool *fixed)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	*fixed = S_ISBLK(st.st_mode);
	if (S_ISBLK(st.st_mode))
		return lseek(fd, 0, SEEK_END);
	return S_ISREG(st.st_mode) ? st.st_size : -1;
}

static const char *why_unusable(int fd, bool read_only, uint32_t unit, off_t size)
{
	if (size < 0)
		return "it is neither a file nor a block device";
	if (size == 0)
		return "it is empty";
	if (size % unit)
		return "its size is not a whole number of blocks";
	return taken(fd, read_only) ? "another host has it open" : NULL;
}

struct disk *disk_open(const char *path, bool read_only, uint32_t unit, char *why, size_t why_len)
{
	int fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	const char *unusable;
	struct disk *d;
	bool fixed = false;
	off_t size;

	if (fd < 0) {
		snprintf(why, why_len, "%s", strerror(errno));
		return NULL;
	}
	size = size_of(fd, &fixed);
	unusable = why_unusable(fd, read_only, unit, size);
	if (unusable) {
		snprintf(why, why_len, "%s", unusable);
		close(fd);
		return NULL;
	}
	d = disk_make(fd, path, (uint64_t)size);
	if (!d) {
		snprintf(why, why_len, "out of memory");
		return NULL;
	}
	d->read_only = read_only;
	d->fixed = fixed;
	return d;
}

struct disk *disk_ram(uint64_t bytes, char *why, size_t why_len)
{
	int fd = memfd_create("hvhost-disk", MFD_CLOEXEC);
	struct disk *d = NULL;

	if (fd >= 0 && ftruncate(fd, (off_t)bytes)) {
		snprintf(why, why_len, "%s", strerror(errno));
		close(fd);
		return NULL;
	}
	if (fd >= 0)
		d = disk_make(fd, "(memory)", bytes);
	if (!d)
		snprintf(why, why_len, "out of memory or of files");
	return d;
}

struct disk *disk_get(struct disk *d)
{
	atomic_fetch_add(&d->refs, 1);
	return d;
}

void disk_put(struct disk *d)
{
	if (!d || atomic_fetch_sub(&d->refs, 1) != 1)
		return;
	pthread_rwlock_destroy(&d->size_lock);
	close(d->fd);
	free(d->path);
	free(d);
}

uint64_t disk_bytes(const struct disk *d)
{
	return d->bytes;
}

const char *disk_path(const struct disk *d)
{
	return d->path;
}

bool disk_is_read_only(const struct disk *d)
{
	return d->read_only;
}

/* Forgets the first `done` bytes of the list. */
static void advance(struct iovec **iov, unsigned int *count, size_t done)
{
	while (*count && done >= (*iov)->iov_len) {
		done -= (*iov)->iov_len;
		(*iov)++;
		(*count)--;
	}
	if (*count) {
		(*iov)->iov_base = (char *)(*iov)->iov_base + done;
		(*iov)->iov_len -= done;
	}
}

typedef ssize_t (*move_fn)(int fd, const struct iovec *iov, int count, off_t at);

static int move_all(int fd, move_fn fn, uint64_t at, struct iovec *iov, unsigned int count)
{
	ssize_t n;

	advance(&iov, &count, 0);
	while (count) {
		n = fn(fd, iov, (int)(count < IOV_MAX ? count : IOV_MAX), (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += (uint64_t)n;
		advance(&iov, &count, (size_t)n);
	}
	return 0;
}

static bool inside(const struct disk *d, uint64_t at, uint64_t len)
{
	return at <= d->bytes && len <= d->bytes - at;
}

static int move_checked(struct disk *d, move_fn fn, uint64_t at, struct iovec *iov, unsigned int count)
{
	uint64_t len = 0;
	int err;

	for (unsigned int i = 0; i < count; i++)
		len += iov[i].iov_len;
	pthread_rwlock_rdlock(&d->size_lock);
	err = inside(d, at, len) ? move_all(d->fd, fn, at, iov, count) : -ERANGE;
	pthread_rwlock_unlock(&d->size_lock);
	return err;
}

int disk_read(struct disk *d, uint64_t at, struct iovec *iov, unsigned int count)
{
	return move_checked(d, preadv, at, iov, count);
}

int disk_write(struct disk *d, uint64_t at, struct iovec *iov, unsigned int count)
{
	return d->read_only ? -EROFS : move_checked(d, pwritev, at, iov, count);
}

int disk_flush(struct disk *d)
{
	return d->read_only || !fdatasync(d->fd) ? 0 : -errno;
}

int disk_discard(struct disk *d, uint64_t at, uint64_t len)
{
	int err = 0;

	if (d->read_only)
		return -EROFS;
	pthread_rwlock_rdlock(&d->size_lock);
	if (!inside(d, at, len))
		err = -ERANGE;
	else if (len && fallocate(d->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)len))
		err = -errno;
	pthread_rwlock_unlock(&d->size_lock);
	return err;
}

int disk_resize(struct disk *d, uint64_t bytes)
{
	int err = 0;

	if (d->fixed || d->read_only)
		return -EINVAL;
	pthread_rwlock_wrlock(&d->size_lock);
	if (ftruncate(d->fd, (off_t)bytes))
		err = -errno;
	else
		d->bytes = bytes;
	pthread_rwlock_unlock(&d->size_lock);
	return err;
}
