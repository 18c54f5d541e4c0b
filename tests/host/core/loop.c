// SPDX-License-Identifier: GPL-2.0-only
/* The event loop and the big lock (loop.h). */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "loop.h"

#define BATCH 64
#define NOT_QUIT (-1)

struct watch {
	loop_fd_fn fn;
	void *arg;
	uint32_t generation; /* tells a watch from an earlier one of the same fd */
	bool used;
};

struct post {
	loop_fn fn;
	void *arg;
	struct post *next;
};

static int epoll_fd = -1, wake_fd = -1;
static struct watch *watches;
static size_t watch_count;
static uint32_t generations;

static pthread_mutex_t post_lock = PTHREAD_MUTEX_INITIALIZER;
static struct post *post_first, **post_last = &post_first;
static struct loop_timer *timers;
static _Atomic int quit_code = NOT_QUIT;
static pthread_t loop_thread;
static atomic_bool running;

/* --- big lock: first come, first served, so that neither a busy loop nor a busy vCPU starves the others ----------- */

static pthread_mutex_t ticket_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ticket_turn = PTHREAD_COND_INITIALIZER;
static uint64_t ticket_next, ticket_now;
static pthread_t lock_owner;
static unsigned int lock_depth;

void big_lock(void)
{
	uint64_t mine;

	pthread_mutex_lock(&ticket_lock);
	if (lock_depth && pthread_equal(lock_owner, pthread_self())) {
		lock_depth++;
		pthread_mutex_unlock(&ticket_lock);
		return;
	}
	mine = ticket_next++;
	while (ticket_now != mine)
		pthread_cond_wait(&ticket_turn, &ticket_lock);
	lock_owner = pthread_self();
	lock_depth = 1;
	pthread_mutex_unlock(&ticket_lock);
}

void big_unlock(void)
{
	pthread_mutex_lock(&ticket_lock);
	if (--lock_depth == 0) {
		ticket_now++;
		if (ticket_now != ticket_next)
			pthread_cond_broadcast(&ticket_turn);
	}
	pthread_mutex_unlock(&ticket_lock);
}

unsigned int big_lock_release(void)
{
	unsigned int depth = 0;

	pthread_mutex_lock(&ticket_lock);
	if (lock_depth && pthread_equal(lock_owner, pthread_self())) {
		depth = lock_depth;
		lock_depth = 1;
	}
	pthread_mutex_unlock(&ticket_lock);
	if (depth)
		big_unlock();
	return depth;
}

void big_lock_restore(unsigned int depth)
{
	if (!depth)
		return;
	big_lock();
	lock_depth = depth;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void wake(void)
{
	uint64_t one = 1;

	if (write(wake_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		log_error("the event loop cannot be woken: errno %d", errno);
}

static void woken(void *arg, uint32_t events)
{
	uint64_t count;

	if (read(wake_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		log_error("the event loop's eventfd cannot be read: errno %d", errno);
}

int loop_init(void)
{
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		return -errno;
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0)
		return -errno;
	return loop_add_fd(wake_fd, EPOLLIN, woken, NULL);
}

void loop_exit(void)
{
	struct post *p;

	while ((p = post_first) != NULL) {
		post_first = p->next;
		free(p);
	}
	post_last = &post_first;
	timers = NULL;
	if (wake_fd >= 0)
		close(wake_fd);
	if (epoll_fd >= 0)
		close(epoll_fd);
	wake_fd = epoll_fd = -1;
	free(watches);
	watches = NULL;
	watch_count = 0;
}

void loop_quit(int code)
{
	int none = NOT_QUIT;

	atomic_compare_exchange_strong(&quit_code, &none, code);
	wake();
}

/* --- watches ----------------------------------------------------------------------------------------------------- */

static bool watches_reach(int fd)
{
	size_t want = (size_t)fd + 1, count = watch_count ? watch_count : 64;
	struct watch *more;

	if (want <= watch_count)
		return true;
	while (count < want)
		count *= 2;
	more = realloc(watches, count * sizeof(*more));
	if (!more)
		return false;
	for (size_t i = watch_count; i < count; i++)
		more[i] = (struct watch){ 0 };
	watches = more;
	watch_count = count;
	return true;
}

static int control(int op, int fd, uint32_t events)
{
	struct epoll_event ev = {
		.events = events,
		.data.u64 = (uint64_t)watches[fd].generation << 32 | (uint32_t)fd,
	};

	return epoll_ctl(epoll_fd, op, fd, &ev) ? -errno : 0;
}

int loop_add_fd(int fd, uint32_t epoll_events, loop_fd_fn fn, void *arg)
{
	int err;

	if (fd < 0)
		return -EBADF;
	if (!watches_reach(fd))
		return -ENOMEM;
	if (watches[fd].used)
		return -EEXIST;
	watches[fd] = (struct watch){ .fn = fn, .arg = arg, .generation = ++generations, .used = true };
	err = control(EPOLL_CTL_ADD, fd, epoll_events);
	if (err)
		watches[fd].used = false;
	return err;
}

int loop_mod_fd(int fd, uint32_t epoll_events)
{
	if (fd < 0 || (size_t)fd >= watch_count || !watches[fd].used)
		return -ENOENT;
	return control(EPOLL_CTL_MOD, fd, epoll_events);
}

void loop_del_fd(int fd)
{
	if (fd < 0 || (size_t)fd >= watch_count || !watches[fd].used)
		return;
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	watches[fd].used = false;
}

static void dispatch(const struct epoll_event *ev)
{
	uint32_t fd = (uint32_t)ev->data.u64, generation = (uint32_t)(ev->data.u64 >> 32);

	if (fd < watch_count && watches[fd].used && watches[fd].generation == generation)
		watches[fd].fn(watches[fd].arg, ev->events);
}

/* --- work from other threads ------------------------------------------------------------------------------------- */

int loop_post(loop_fn fn, void *arg)
{
	struct post *p = malloc(sizeof(*p));
	bool first;

	if (!p)
		return -ENOMEM;
	*p = (struct post){ .fn = fn, .arg = arg };
	pthread_mutex_lock(&post_lock);
	first = !post_first;
	*post_last = p;
	post_last = &p->next;
	pthread_mutex_unlock(&post_lock);
	if (first)
		wake();
	return 0;
}

/* Only what was there at the beginning: work that posts itself again must not keep descriptors and timers waiting. */
static void run_posts(void)
{
	struct post *p, *next;

	pthread_mutex_lock(&post_lock);
	p = post_first;
	post_first = NULL;
	post_last = &post_first;
	pthread_mutex_unlock(&post_lock);
	for (; p; p = next) {
		next = p->next;
		p->fn(p->arg);
		free(p);
	}
}

/* --- timers ------------------------------------------------------------------------------------------------------- */

uint64_t loop_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void loop_timer_init(struct loop_timer *t, loop_fn fn, void *arg)
{
	*t = (struct loop_timer){ .fn = fn, .arg = arg };
}

void loop_timer_cancel(struct loop_timer *t)
{
	struct loop_timer **at;

	if (!t->due_ns)
		return;
	for (at = &timers; *at; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	t->due_ns = 0;
}

void loop_timer_set(struct loop_timer *t, uint64_t ns)
{
	struct loop_timer **at;

	loop_timer_cancel(t);
	t->due_ns = loop_now_ns() + ns;
	for (at = &timers; *at && (*at)->due_ns <= t->due_ns; at = &(*at)->next)
		;
	t->next = *at;
	*at = t;
	/* Set by a vCPU under the big lock: the loop sleeps with an older idea of when to wake. */
	if (timers == t && running && !pthread_equal(loop_thread, pthread_self()))
		wake();
}

/* As for posts: a timer that sets itself to 0 ns runs once a round. */
static void run_timers(void)
{
	uint64_t now = loop_now_ns();
	struct loop_timer *t;

	while ((t = timers) != NULL && t->due_ns <= now) {
		timers = t->next;
		t->due_ns = 0;
		t->fn(t->arg);
	}
}

static int sleep_ms(void)
{
	uint64_t now, ms;

	if (!timers)
		return -1;
	now = loop_now_ns();
	if (timers->due_ns <= now)
		return 0;
	ms = (timers->due_ns - now + NS_PER_MS - 1) / NS_PER_MS;
	return ms > 1000000 ? 1000000 : (int)ms;
}

int loop_run(void)
{
	struct epoll_event events[BATCH];
	int n, ms;

	loop_thread = pthread_self();
	running = true;
	big_lock();
	while (quit_code == NOT_QUIT) {
		ms = sleep_ms();
		big_unlock();
		n = epoll_wait(epoll_fd, events, BATCH, ms);
		big_lock();
		if (n < 0 && errno != EINTR) {
			log_error("the event loop cannot wait: errno %d", errno);
			loop_quit(1);
		}
		for (int i = 0; i < n; i++)
			dispatch(&events[i]);
		run_posts();
		run_timers();
	}
	running = false;
	big_unlock();
	return quit_code;
}
