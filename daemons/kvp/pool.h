/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: the pool files (docs/wire/03-integration-components.md 6.7): 2560 bytes a record, whole-file fcntl locks. Other
 * programs lock, append to and read these files, so they are changed in place, never replaced by another inode; a
 * change of more than the end goes to a redo file first, which is applied when the change was interrupted.
 *
 * All functions return 0, or -ENOENT (no such record, no such pool), -EINVAL and -E2BIG (record.h), -ENOSPC (a pool of
 * POOL_RECORDS), -ETIMEDOUT (somebody keeps the lock for more than 5 s), or another -errno.
 */
#ifndef _KVP_POOL_H
#define _KVP_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include "kvp/record.h"

#define POOL_FOLDER "/var/lib/hyperv"
#define POOL_RECORDS 16384

struct pools {
	int folder;
};

/* Opens the folder of the pools. create: makes it and all pool files, and finishes what was interrupted. */
int pools_open(struct pools *p, const char *folder, bool create);
void pools_close(struct pools *p);

/* value: KVP_VALUE_ROOM bytes */
int pool_get(const struct pools *p, unsigned int pool, const char *key, char *value);
int pool_set(const struct pools *p, unsigned int pool, const char *key, const char *value);
/* Every record of that key. */
int pool_delete(const struct pools *p, unsigned int pool, const char *key);
/* The record with this number. key: KVP_KEY_ROOM bytes */
int pool_at(const struct pools *p, unsigned int pool, uint32_t index, char *key, char *value);

/* All records in order, until what is called returns something else than 0, which is returned. */
int pool_each(const struct pools *p, unsigned int pool, int (*each)(void *ctx, const char *key, const char *value),
		void *ctx);

/* No records any more. */
int pool_clear(const struct pools *p, unsigned int pool);

#endif
