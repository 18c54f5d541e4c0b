// SPDX-License-Identifier: GPL-2.0-only
/* The workers of the storage devices (storage_pool.h). */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "core/log.h"
#include "core/loop.h"
#include "storage_pool.h"

#define THREADS_MAX 16

struct job_list {
	struct pool_job *first, **last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_there = PTHREAD_COND_INITIALIZER;
static pthread_cond_t work_done = PTHREAD_COND_INITIALIZER;
static struct job_list waiting = { NULL, &waiting.first };
static struct job_list finished = { NULL, &finished.first };
static bool told; /* the loop thread has been called and has not come yet */
static bool ending;
static pthread_t thread[THREADS_MAX];
static unsigned int threads, users;
static void (*after)(void);

static void append(struct job_list *l, struct pool_job *job)
{
	job->next = NULL;
	*l->last = job;
	l->last = &job->next;
}

static struct pool_job *take_first(struct job_list *l)
{
	struct pool_job *job = l->first;

	l->first = job->next;
	if (!l->first)
		l->last = &l->first;
	return job;
}

/* One at a time, so that a drain meanwhile finds every job that is not done yet. */
static void collect(void *arg)
{
	struct pool_job *job;

	pthread_mutex_lock(&lock);
	told = false;
	while (finished.first) {
		job = take_first(&finished);
		pthread_mutex_unlock(&lock);
		job->done(job);
		pthread_mutex_lock(&lock);
	}
	pthread_mutex_unlock(&lock);
	if (after)
		after();
}

/* With the lock held. Out of memory here only delays: the next job that ends tries again. */
static void tell_loop(void)
{
	if (told)
		return;
	told = loop_post(collect, NULL) == 0;
	if (!told)
		log_warn("storage: a completion waits, the loop takes no message (out of memory)");
}

static void finish(struct pool_job *job)
{
	append(&finished, job);
	if (--job->owner->working == 0)
		pthread_cond_broadcast(&work_done);
	tell_loop();
}

static void *worker(void *arg)
{
	struct pool_job *job;

	pthread_mutex_lock(&lock);
	for (;;) {
		while (!waiting.first && !ending)
			pthread_cond_wait(&work_there, &lock);
		if (!waiting.first)
			break;
		job = take_first(&waiting);
		pthread_mutex_unlock(&lock);
		job->work(job);
		pthread_mutex_lock(&lock);
		finish(job);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void end_threads(void)
{
	pthread_mutex_lock(&lock);
	ending = true;
	pthread_cond_broadcast(&work_there);
	pthread_mutex_unlock(&lock);
	while (threads)
		pthread_join(thread[--threads], NULL);
	ending = false;
}

/* Signals are the loop thread's: they are blocked while the threads are made. */
static int start_threads(unsigned int wanted)
{
	sigset_t all, old;
	int err = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (threads < wanted && threads < THREADS_MAX && !err) {
		err = pthread_create(&thread[threads], NULL, worker, NULL);
		if (!err)
			threads++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		end_threads();
	return -err;
}

int pool_start(unsigned int wanted)
{
	int err = users ? 0 : start_threads(wanted);

	if (!err)
		users++;
	return err;
}

void pool_stop(void)
{
	if (--users == 0)
		end_threads();
}

void pool_submit(struct pool_job *job)
{
	if (!threads) {
		job->work(job);
		pthread_mutex_lock(&lock);
		job->owner->working++;
		finish(job);
		pthread_mutex_unlock(&lock);
		return;
	}
	pthread_mutex_lock(&lock);
	job->owner->working++;
	append(&waiting, job);
	pthread_cond_signal(&work_there);
	pthread_mutex_unlock(&lock);
}

void pool_drain(struct pool_owner *owner)
{
	struct job_list mine = { NULL, &mine.first }, others = { NULL, &others.first };

	pthread_mutex_lock(&lock);
	while (owner->working)
		pthread_cond_wait(&work_done, &lock);
	while (finished.first) {
		struct pool_job *job = take_first(&finished);

		append(job->owner == owner ? &mine : &others, job);
	}
	while (others.first)
		append(&finished, take_first(&others));
	pthread_mutex_unlock(&lock);
	while (mine.first) {
		struct pool_job *job = take_first(&mine);

		job->done(job);
	}
	if (after)
		after();
}

void pool_after(void (*fn)(void))
{
	after = fn;
}
