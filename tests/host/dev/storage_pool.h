/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A few threads that do what may block, for all storage devices. Submitted on the loop thread, worked on a worker, done
 * on the loop thread again, many at one wake-up.
 */
#ifndef HOST_STORAGE_POOL_H
#define HOST_STORAGE_POOL_H

#include <stdbool.h>

struct pool_job;
typedef void (*pool_fn)(struct pool_job *job);

/* Whose jobs they are: what pool_drain() waits for. Zeroed by its owner, else not for others to touch. */
struct pool_owner {
	unsigned int working;
};

struct pool_job {
	pool_fn work; /* on a worker */
	pool_fn done; /* on the loop thread */
	struct pool_owner *owner;
	struct pool_job *next;
};

/* Counted: the first starts the threads, the last to stop ends them. threads 0: jobs are worked at once, by who submits. */
int pool_start(unsigned int threads);
void pool_stop(void);

void pool_submit(struct pool_job *job);
/* Returns when every job of the owner has been worked and done. Loop thread. */
void pool_drain(struct pool_owner *owner);
/* fn(arg) is called after each bundle of done jobs. */
void pool_after(void (*fn)(void));

#endif
