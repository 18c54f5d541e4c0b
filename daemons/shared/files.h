/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: reading and writing whole files, none of which is reached through a symbolic link.
 */
#ifndef _DAEMONS_FILES_H
#define _DAEMONS_FILES_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* All bytes or an error: 0 or -errno. */
int write_all(int fd, const void *data, size_t len);
int pwrite_all(int fd, const void *data, size_t len, off_t at);

/* Up to len bytes at this place, fewer at the end of the file: their number or -errno. */
ssize_t pread_full(int fd, void *data, size_t len, off_t at);

/*
 * The beginning of a file (up to size - 1 bytes) as text, ended by NUL. Files of /proc and /sys too. Its length or
 * -errno.
 */
ssize_t read_text(const char *path, char *text, size_t size);

/* All of such a file, in memory the caller frees: its length or -errno; -E2BIG: it has `most` bytes or more. */
ssize_t read_whole(const char *path, char **text, size_t most);

/*
 * Replaces dir/name by this text: a new file beside it, synced, renamed over it. 0 or -errno; in that case nothing
 * changed.
 */
int replace_file(int dir, const char *name, const char *text, size_t len, mode_t mode);

/* Where a daemon keeps what is to be known after its death, and not after the machine's: /run/lis, or /var/run/lis. */
const char *state_folder(void);

/*
 * A folder and those above it, as far as they are missing (mode 0755). The folder is opened; the descriptor or
 * -errno.
 */
int open_folder(const char *path);

#endif
