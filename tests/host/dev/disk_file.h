/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies behind a LUN: a file, a block device, or anonymous memory. Any thread; counted. Nothing is ever read or
 * written outside the size in force, also while another thread changes it.
 */
#ifndef HOST_DISK_FILE_H
#define HOST_DISK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct disk;

/*
 * NULL: why holds the reason: no such file, no right to it, in use by another host (a lock is taken), or not of whole
 * blocks of `unit` bytes.
 */
struct disk *disk_open(const char *path, bool read_only, uint32_t unit, char *why, size_t why_len);
/* Zeros; takes memory only for what is written. */
struct disk *disk_ram(uint64_t bytes, char *why, size_t why_len);
struct disk *disk_get(struct disk *d);
void disk_put(struct disk *d);

uint64_t disk_bytes(const struct disk *d);
const char *disk_path(const struct disk *d);
bool disk_is_read_only(const struct disk *d);

/* All of it is done: 0; else -errno: -ERANGE outside the disk, -EIO and the like from the file. iov is used up. */
int disk_read(struct disk *d, uint64_t at, struct iovec *iov, unsigned int count);
int disk_write(struct disk *d, uint64_t at, struct iovec *iov, unsigned int count);
int disk_flush(struct disk *d);
/* Reads as zeros afterwards, and takes no room where the file system can do that; -EOPNOTSUPP where it cannot. */
int disk_discard(struct disk *d, uint64_t at, uint64_t len);
/* Waits for what is under way. -EINVAL for a block device. */
int disk_resize(struct disk *d, uint64_t bytes);

#endif
