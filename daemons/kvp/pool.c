// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: pool files: locks, the redo file, and walks over records (pool.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kvp/pool.h"
#include "shared/files.h"

#define RECORD ((off_t)sizeof(struct kvp_record))
#define CHUNK 16 /* records read at a time */
#define LOCK_TRIES 250
#define LOCK_PAUSE_MS 20

/* What a change leaves in the file from `offset` on follows; then the file has `size` bytes. */
struct redo {
	char magic[8];
	uint64_t offset;
	uint64_t length;
	uint64_t size;
};

static const char magic[8] = { 'L', 'I', 'S', 'K', 'V', 'P', '1', '\n' };

static void pool_name(char *name, size_t size, const char *kind, unsigned int pool)
{
	snprintf(name, size, ".%s_%u", kind, pool);
}

static int set_lock(int fd, short type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET };
	int tries;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		if (!fcntl(fd, F_SETLK, &l))
			return 0;
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return -errno;
		/* The lock's holder tells nobody when it goes; waiting in F_SETLKW has no limit. */
		poll(NULL, 0, LOCK_PAUSE_MS);
	}
	return -ETIMEDOUT;
}

/* Reads a pool's redo file; fd stays open for what follows its head. 0: none. */
static int open_redo(const struct pools *p, unsigned int pool, struct redo *r)
{
	char name[32];
	struct stat st;
	int fd;

	pool_name(name, sizeof(name), "lis_redo", pool);
	fd = openat(p->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &st) || pread_full(fd, r, sizeof(*r), 0) != (ssize_t)sizeof(*r) ||
	    memcmp(r->magic, magic, sizeof(magic)) ||
	    (uint64_t)st.st_size != sizeof(*r) + r->length || r->offset % RECORD || r->length % RECORD ||
	    r->size % RECORD ||
	    r->size > (uint64_t)POOL_RECORDS * RECORD || r->offset > r->size || r->length > r->size - r->offset) {
		/* It was renamed when it was whole: this is not ours. */
		close(fd);
		unlinkat(p->folder, name, 0);
		return 0;
	}
	return fd;
}

static int copy_redo(int from, int to, const struct redo *r)
{
	struct kvp_record buf[CHUNK];
	uint64_t at = 0;
	int err = 0;

	while (!err && at < r->length) {
		size_t n = r->length - at < sizeof(buf) ? (size_t)(r->length - at) : sizeof(buf);
		ssize_t got = pread_full(from, buf, n, (off_t)(sizeof(*r) + at));

		err = got == (ssize_t)n ? pwrite_all(to, buf, n, (off_t)(r->offset + at)) : -EIO;
		at += n;
	}
	if (!err && (ftruncate(to, (off_t)r->size) || fdatasync(to)))
		err = -errno;
	return err;
}

/* Applies a redo file, if there is one, and removes it. The pool is locked for writing. */
static int apply_redo(const struct pools *p, unsigned int pool, int fd)
{
	struct redo r;
	char name[32];
	int from = open_redo(p, pool, &r);
	int err;

	if (from <= 0)
		return from;
	err = copy_redo(from, fd, &r);
	close(from);
	pool_name(name, sizeof(name), "lis_redo", pool);
	if (!err && unlinkat(p->folder, name, 0))
		err = -errno;
	return err;
}

/* The number of whole records. */
static long long record_count(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? -errno : (long long)(st.st_size / RECORD);
}

/* A record that was cut short, by a crash in the middle of an append, would shift all that is appended after it. */
static int drop_partial(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size % RECORD == 0)
		return 0;
	return ftruncate(fd, st.st_size - st.st_size % RECORD) ? -errno : 0;
}

static int open_checked(const struct pools *p, unsigned int pool, int flags)
{
	char name[32];
	struct stat st;
	int fd;

	if (pool >= KVP_POOLS)
		return -ENOENT;
	pool_name(name, sizeof(name), "kvp_pool", pool);
	fd = openat(p->folder, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

/* Opens and locks; for writing it is also brought into a sane state. Closing it unlocks. */
static int open_pool(const struct pools *p, unsigned int pool, bool for_writing)
{
	int fd = open_checked(p, pool, for_writing ? O_RDWR | O_CREAT : O_RDONLY);
	int err;

	if (fd < 0)
		return fd;
	err = set_lock(fd, for_writing ? F_WRLCK : F_RDLCK);
	if (!err && for_writing)
		err = apply_redo(p, pool, fd);
	if (!err && for_writing)
		err = drop_partial(fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int pools_open(struct pools *p, const char *folder, bool create)
{
	unsigned int pool;
	int fd;

	p->folder = create ? open_folder(folder) : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->folder < 0)
		return create ? p->folder : -errno;
	for (pool = 0; create && pool < KVP_POOLS; pool++) {
		fd = open_pool(p, pool, true);
		if (fd < 0) {
			pools_close(p);
			return fd;
		}
		/* Whatever the mask was when it was made. */
		fchmod(fd, 0644);
		close(fd);
	}
	return 0;
}

void pools_close(struct pools *p)
{
	if (p->folder >= 0)
		close(p->folder);
	p->folder = -1;
}

/* The number of the first record of this key from `from` on, -ENOENT, or another -errno. */
static long long find(int fd, const char *key, long long from)
{
	struct kvp_record buf[CHUNK];
	long long at = from;

	for (;;) {
		ssize_t got = pread_full(fd, buf, sizeof(buf), at * RECORD);
		ssize_t i, n;

		if (got < 0)
			return got;
		n = got / (ssize_t)sizeof(buf[0]);
		for (i = 0; i < n; i++)
			if (record_is(&buf[i], key))
				return at + i;
		if (n < CHUNK)
			return -ENOENT;
		at += n;
	}
}

static int read_record(int fd, long long index, char *key, char *value)
{
	struct kvp_record r;
	ssize_t got = pread_full(fd, &r, sizeof(r), index * RECORD);

	if (got != (ssize_t)sizeof(r))
		return got < 0 ? (int)got : -ENOENT;
	record_take(&r, key, value);
	return 0;
}

int pool_get(const struct pools *p, unsigned int pool, const char *key, char *value)
{
	char found[KVP_KEY_ROOM];
	long long at;
	int fd = open_pool(p, pool, false);

	if (fd < 0)
		return fd;
	at = find(fd, key, 0);
	at = at < 0 ? at : read_record(fd, at, found, value);
	close(fd);
	return (int)at;
}

int pool_at(const struct pools *p, unsigned int pool, uint32_t index, char *key, char *value)
{
	int fd, err;

	if (index >= POOL_RECORDS)
		return -ENOENT;
	fd = open_pool(p, pool, false);
	if (fd < 0)
		return fd;
	err = read_record(fd, index, key, value);
	close(fd);
	return err;
}

/* The redo file begins: its head is written last, when the length is known. */
static int create_redo(const struct pools *p)
{
	int fd;

	unlinkat(p->folder, ".lis_redo_new", 0);
	fd = openat(p->folder, ".lis_redo_new", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

/* From here on the change will happen, whatever comes. */
static int commit_redo(const struct pools *p, unsigned int pool, int redo, const struct redo *r)
{
	char name[32];
	int err = pwrite_all(redo, r, sizeof(*r), 0);

	if (!err && fsync(redo))
		err = -errno;
	close(redo);
	pool_name(name, sizeof(name), "lis_redo", pool);
	if (!err && renameat(p->folder, ".lis_redo_new", p->folder, name))
		err = -errno;
	if (err)
		unlinkat(p->folder, ".lis_redo_new", 0);
	else
		fsync(p->folder);
	return err;
}

static int overwrite(const struct pools *p, unsigned int pool, int fd, long long index, const struct kvp_record *rec)
{
	struct redo r = { .offset = (uint64_t)(index * RECORD), .length = (uint64_t)RECORD };
	long long count = record_count(fd);
	int redo, err;

	if (count < 0)
		return (int)count;
	memcpy(r.magic, magic, sizeof(magic));
	r.size = (uint64_t)(count * RECORD);
	redo = create_redo(p);
	if (redo < 0)
		return redo;
	err = pwrite_all(redo, rec, sizeof(*rec), sizeof(r));
	if (err) {
		close(redo);
		unlinkat(p->folder, ".lis_redo_new", 0);
		return err;
	}
	err = commit_redo(p, pool, redo, &r);
	return err ? err : apply_redo(p, pool, fd);
}

static int append(int fd, const struct kvp_record *rec)
{
	long long count = record_count(fd);
	int err;

	if (count < 0)
		return (int)count;
	if (count >= POOL_RECORDS)
		return -ENOSPC;
	err = pwrite_all(fd, rec, sizeof(*rec), count * RECORD);
	if (err) {
		/* Not half a record, where the disk was full. */
		if (ftruncate(fd, count * RECORD))
			return -errno;
		return err;
	}
	return fdatasync(fd) ? -errno : 0;
}

int pool_set(const struct pools *p, unsigned int pool, const char *key, const char *value)
{
	struct kvp_record rec;
	long long at;
	int fd, err = record_make(&rec, key, value);

	if (err)
		return err;
	fd = open_pool(p, pool, true);
	if (fd < 0)
		return fd;
	at = find(fd, key, 0);
	if (at >= 0)
		err = overwrite(p, pool, fd, at, &rec);
	else
		err = at == -ENOENT ? append(fd, &rec) : (int)at;
	close(fd);
	return err;
}

/* All from the first record of this key on but the records of this key, into the redo file. */
static int keep_others(int fd, int redo, long long from, const char *key, uint64_t *length)
{
	struct kvp_record rec;
	long long at;

	*length = 0;
	for (at = from;; at++) {
		ssize_t got = pread_full(fd, &rec, sizeof(rec), at * RECORD);
		int err;

		if (got < 0)
			return (int)got;
		if (got < (ssize_t)sizeof(rec))
			return 0;
		if (record_is(&rec, key))
			continue;
		err = pwrite_all(redo, &rec, sizeof(rec), (off_t)(sizeof(struct redo) + *length));
		if (err)
			return err;
		*length += (uint64_t)RECORD;
	}
}

static int delete_from(const struct pools *p, unsigned int pool, int fd, long long first, const char *key)
{
	struct redo r = { .offset = (uint64_t)(first * RECORD) };
	int redo = create_redo(p);
	int err;

	if (redo < 0)
		return redo;
	memcpy(r.magic, magic, sizeof(magic));
	err = keep_others(fd, redo, first, key, &r.length);
	if (err) {
		close(redo);
		unlinkat(p->folder, ".lis_redo_new", 0);
		return err;
	}
	r.size = r.offset + r.length;
	err = commit_redo(p, pool, redo, &r);
	return err ? err : apply_redo(p, pool, fd);
}

int pool_delete(const struct pools *p, unsigned int pool, const char *key)
{
	long long first;
	int fd, err;

	if (!key[0])
		return -EINVAL;
	fd = open_pool(p, pool, true);
	if (fd < 0)
		return fd;
	first = find(fd, key, 0);
	err = first < 0 ? (int)first : delete_from(p, pool, fd, first, key);
	close(fd);
	return err;
}

int pool_clear(const struct pools *p, unsigned int pool)
{
	int fd = open_pool(p, pool, true);
	int err;

	if (fd < 0)
		return fd;
	err = ftruncate(fd, 0) || fdatasync(fd) ? -errno : 0;
	close(fd);
	return err;
}

int pool_each(const struct pools *p, unsigned int pool, int (*each)(void *ctx, const char *key, const char *value),
		void *ctx)
{
	char key[KVP_KEY_ROOM], value[KVP_VALUE_ROOM];
	long long at;
	int err = 0;
	int fd = open_pool(p, pool, false);

	if (fd < 0)
		return fd;
	for (at = 0; !err; at++) {
		err = read_record(fd, at, key, value);
		if (!err)
			err = each(ctx, key, value);
	}
	close(fd);
	return err == -ENOENT ? 0 : err;
}
