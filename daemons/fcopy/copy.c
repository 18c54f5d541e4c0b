// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: a copy (copy.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "fcopy/copy.h"
#include "shared/files.h"
#include "shared/log.h"

#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE 1
#endif
#define FLAG_NOREPLACE 1 /* of renameat2 */

#define MODE_NEW 0744
#define PUSH_BYTES (32 << 20)

static int open_part(int folder, const char *part, bool create)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(folder, part, flags);

	if (fd < 0 && errno == ENOENT && create) {
		if (mkdirat(folder, part, 0755) && errno != EEXIST)
			return -errno;
		fd = openat(folder, part, flags);
	}
	return fd < 0 ? -errno : fd;
}

/* The folder, component by component from the root. */
static int walk(const char *path, bool create)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), next, got;
	char part[PATH_PART];

	if (fd < 0)
		return -errno;
	while ((got = path_next(&path, part)) > 0) {
		next = open_part(fd, part, create);
		close(fd);
		if (next < 0) {
			log_warn("folder %s: %s%s", part, strerror(-next),
				 next == -ELOOP || next == -ENOTDIR ? " (symbolic links are not followed)" : "");
			return next;
		}
		fd = next;
	}
	if (got < 0) {
		close(fd);
		return got;
	}
	return fd;
}

/* The name of what may have to be removed later. */
static void remember(const struct copy *c, const char *folder)
{
	char text[FCOPY_TEXT + PATH_PART + 2];
	int dir = open_folder(c->state_folder), len;

	if (dir < 0)
		return;
	len = snprintf(text, sizeof(text), "%s\n%s\n", folder, c->temp);
	replace_file(dir, "fcopy.partial", text, (size_t)len, 0600);
	close(dir);
}

static void forget(const struct copy *c)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/fcopy.partial", c->state_folder);
	unlink(path);
}

void copy_leftovers(const struct copy *c)
{
	char path[PATH_MAX], text[FCOPY_TEXT + PATH_PART + 2];
	char *name, *end;
	int folder;

	snprintf(path, sizeof(path), "%s/fcopy.partial", c->state_folder);
	if (read_text(path, text, sizeof(text)) <= 0)
		return;
	name = strchr(text, '\n');
	end = name ? strchr(name + 1, '\n') : NULL;
	if (end) {
		*name++ = 0;
		*end = 0;
		folder = path_is_temp(name) && !strchr(name, '/') ? walk(text, false) : -1;
		if (folder >= 0 && !unlinkat(folder, name, 0))
			log_info("an unfinished copy in %s is removed", text);
		if (folder >= 0)
			close(folder);
	}
	forget(c);
}

/* What has the name now: 0 or -errno */
static int check_target(const struct copy *c)
{
	struct stat st;

	if (fstatat(c->folder, c->name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : -errno;
	if (!c->overwrite)
		return -EEXIST;
	if (!S_ISREG(st.st_mode)) {
		log_warn("%s is no plain file and is not replaced", c->name);
		return -EINVAL;
	}
	return 0;
}

/* Room for all of it, where the file system can promise that. */
static int reserve(const struct copy *c)
{
	if (!c->size || !fallocate(c->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)c->size))
		return 0;
	return errno == ENOSPC || errno == EFBIG || errno == EDQUOT ? -errno : 0;
}

static int begin(struct copy *c, const struct fcopy_request *r)
{
	int err = check_target(c);

	if (err)
		return err;
	path_temp(c->temp, (unsigned int)getpid(), c->count++);
	remember(c, r->folder);
	/* What is there under such a name was ours once. */
	unlinkat(c->folder, c->temp, 0);
	c->fd = openat(c->folder, c->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return c->fd < 0 ? -errno : reserve(c);
}

int copy_start(struct copy *c, const struct fcopy_request *r)
{
	int err;

	copy_cancel(c);
	c->folder = walk(r->folder, r->create_path);
	if (c->folder < 0) {
		err = c->folder;
		c->folder = -1;
		return err;
	}
	memcpy(c->name, r->name, sizeof(c->name) - 1); /* path_name_ok() has seen its length */
	c->size = r->size;
	c->overwrite = r->overwrite;
	c->received = c->end = c->pushed = 0;
	err = begin(c, r);
	if (err) {
		log_warn("%s is not copied: %s", c->name, strerror(-err));
		copy_cancel(c);
	}
	return err;
}

/*
 * What is not on the disk yet stays so little that the last sync of a large file is over before the driver's
 * patience is (30 s): what was begun the last time is waited for, what came since is begun.
 */
static void push_out(struct copy *c)
{
	if (c->received - c->pushed < PUSH_BYTES)
		return;
	c->pushed = c->received;
	/* Errors are the last sync's to tell. */
	sync_file_range(c->fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE);
}

int copy_write(struct copy *c, const struct fcopy_piece *p)
{
	int err;

	if (c->fd < 0)
		return -EBADF;
	if (p->offset > c->size || p->size > c->size - p->offset)
		err = -EINVAL;
	else
		err = pwrite_all(c->fd, p->data, p->size, (off_t)p->offset);
	if (err) {
		log_warn("%s is not copied: %s", c->name, err == -EINVAL ? "more data than its size" : strerror(-err));
		copy_cancel(c);
		return err;
	}
	c->received += p->size;
	if (p->offset + p->size > c->end)
		c->end = p->offset + p->size;
	push_out(c);
	return 0;
}

static int take_over_owner(const struct copy *c)
{
	struct stat st;

	if (fstatat(c->folder, c->name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return fchmod(c->fd, MODE_NEW) ? -errno : 0;
	if (fchown(c->fd, st.st_uid, st.st_gid) || fchmod(c->fd, st.st_mode & 0777))
		return -errno;
	return 0;
}

/* Gives it its name if nothing has it: by a link, or where there are none, by a rename that does not replace. */
static int name_new(const struct copy *c)
{
	struct stat st;

	if (!linkat(c->folder, c->temp, c->folder, c->name, 0)) {
		/* It is copied, whatever becomes of its other name. */
		if (unlinkat(c->folder, c->temp, 0))
			log_warn("%s has a second name, %s: %s", c->name, c->temp, strerror(errno));
		return 0;
	}
	if (errno == EEXIST)
		return -EEXIST;
#ifdef SYS_renameat2
	if (!syscall(SYS_renameat2, c->folder, c->temp, c->folder, c->name, FLAG_NOREPLACE))
		return 0;
	if (errno == EEXIST)
		return -EEXIST;
#endif
	if (!fstatat(c->folder, c->name, &st, AT_SYMLINK_NOFOLLOW))
		return -EEXIST;
	return renameat(c->folder, c->temp, c->folder, c->name) ? -errno : 0;
}

static int finish(struct copy *c)
{
	int err;

	if (c->received < c->size || c->end != c->size) {
		log_warn("%s: %llu bytes came, of %llu", c->name, (unsigned long long)c->received,
				(unsigned long long)c->size);
		return -EIO;
	}
	err = check_target(c);
	if (!err)
		err = take_over_owner(c);
	if (!err && fsync(c->fd))
		err = -errno;
	if (!err && c->overwrite)
		err = renameat(c->folder, c->temp, c->folder, c->name) ? -errno : 0;
	else if (!err)
		err = name_new(c);
	return err;
}

int copy_complete(struct copy *c)
{
	int err;

	if (c->fd < 0)
		return -EBADF;
	err = finish(c);
	if (err) {
		log_warn("%s is not copied: %s", c->name, strerror(-err));
		copy_cancel(c);
		return err;
	}
	fsync(c->folder);
	log_info("%s is copied, %llu bytes", c->name, (unsigned long long)c->size);
	close(c->fd);
	close(c->folder);
	c->fd = c->folder = -1;
	forget(c);
	return 0;
}

void copy_cancel(struct copy *c)
{
	if (c->fd >= 0) {
		unlinkat(c->folder, c->temp, 0);
		close(c->fd);
		forget(c);
	}
	if (c->folder >= 0)
		close(c->folder);
	c->fd = c->folder = -1;
}
