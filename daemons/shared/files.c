// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: whole files (files.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "shared/files.h"

int write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int pwrite_all(int fd, const void *data, size_t len, off_t at)
{
	const char *from = data;

	while (len) {
		ssize_t n = pwrite(fd, from, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		from += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t pread_full(int fd, void *data, size_t len, off_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, (char *)data + got, len - got, at + (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

ssize_t read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t got = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	while (n > 0 && got + 1 < size) {
		n = read(fd, text + got, size - 1 - got);
		if (n < 0 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n > 0)
			got += (size_t)n;
	}
	text[got] = 0;
	if (n < 0)
		n = -errno;
	close(fd);
	return n < 0 ? n : (ssize_t)got;
}

ssize_t read_whole(const char *path, char **text, size_t most)
{
	size_t size = 65536;
	ssize_t n = -E2BIG;

	*text = NULL;
	/* How long it is tells only the reading: files of /proc have no size. */
	for (; n == -E2BIG && size <= most; size *= 2) {
		free(*text);
		*text = malloc(size);
		n = *text ? read_text(path, *text, size) : -ENOMEM;
		if (n >= 0 && (size_t)n + 1 == size)
			n = -E2BIG;
	}
	if (n < 0) {
		free(*text);
		*text = NULL;
	}
	return n;
}

/* A file that is whole or not there: 0 or -errno. */
static int write_new(int dir, const char *name, const char *text, size_t len, mode_t mode)
{
	int fd, err;

	unlinkat(dir, name, 0);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, len);
	if (!err && (fchmod(fd, mode) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (err)
		unlinkat(dir, name, 0);
	return err;
}

int replace_file(int dir, const char *name, const char *text, size_t len, mode_t mode)
{
	char temp[NAME_MAX + 1];
	int err;

	if (snprintf(temp, sizeof(temp), ".%s.lis-new", name) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	err = write_new(dir, temp, text, len, mode);
	if (err)
		return err;
	if (renameat(dir, temp, dir, name)) {
		err = -errno;
		unlinkat(dir, temp, 0);
		return err;
	}
	/* Not every file system syncs folders; the rename itself is done. */
	fsync(dir);
	return 0;
}

const char *state_folder(void)
{
	struct stat st;

	return !lstat("/run", &st) && S_ISDIR(st.st_mode) ? "/run/lis" : "/var/run/lis";
}

int open_folder(const char *path)
{
	char part[PATH_MAX];
	size_t len = strlen(path), i;
	int fd;

	if (path[0] != '/' || len >= sizeof(part))
		return -EINVAL;
	memcpy(part, path, len + 1);
	for (i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i])
			continue;
		part[i] = 0;
		if (mkdir(part, 0755) && errno != EEXIST && errno != EROFS && errno != EACCES)
			return -errno;
		part[i] = path[i];
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
