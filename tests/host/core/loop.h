/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event loop. VMBus server, devices and control socket all run on the one thread that runs it ("the loop thread"),
 * so none of them takes a lock. Other threads (vCPUs, disk workers) hand work over with loop_post().
 *
 * While the loop thread runs callbacks it holds the big lock, and lets go of it while it waits. A vCPU thread takes it
 * (big_lock) round what must answer at once: port and memory accesses of devices.
 */
#ifndef HOST_LOOP_H
#define HOST_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*loop_fn)(void *arg);
typedef void (*loop_fd_fn)(void *arg, uint32_t epoll_events);

/* 0, or -errno when the kernel gives no epoll or eventfd. */
int loop_init(void);
void loop_exit(void);

/* Runs until loop_quit(); returns its code. */
int loop_run(void);
/* Any thread. The first code counts. */
void loop_quit(int code);

/* Watches fd for epoll events (EPOLLIN ...). 0 or -errno. Loop thread, or before loop_run(). */
int loop_add_fd(int fd, uint32_t epoll_events, loop_fd_fn fn, void *arg);
int loop_mod_fd(int fd, uint32_t epoll_events);
/* No callback for fd runs after this. fd stays open. */
void loop_del_fd(int fd);

/* Any thread: fn(arg) runs on the loop thread, in the order of the calls. -ENOMEM when it cannot be queued. */
int loop_post(loop_fn fn, void *arg);

/* Timers: embedded in their owner; one shot. */
struct loop_timer {
	uint64_t due_ns; /* CLOCK_MONOTONIC; 0 = not set */
	loop_fn fn;
	void *arg;
	struct loop_timer *next;
};

void loop_timer_init(struct loop_timer *t, loop_fn fn, void *arg);
/* Sets or moves the timer to ns from now. */
void loop_timer_set(struct loop_timer *t, uint64_t ns);
void loop_timer_cancel(struct loop_timer *t);
static inline bool loop_timer_is_set(const struct loop_timer *t) { return t->due_ns != 0; }

uint64_t loop_now_ns(void);

/* Recursive. Any thread but the loop's, which has it already. */
void big_lock(void);
void big_unlock(void);
/* Lets go of the lock however often this thread took it (0: not at all), to wait for a thread that may want it. */
unsigned int big_lock_release(void);
void big_lock_restore(unsigned int depth);

#define NS_PER_MS 1000000ULL
#define NS_PER_S 1000000000ULL

#endif
