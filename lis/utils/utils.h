/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what the files of hv_utils.ko share (docs/wire/03-integration-components.md).
 *
 * Six services, one life. A service is one channel, one buffer for the request in hand and its answer, and, for three
 * of them, a device node behind which a daemon does the work. What differs is in a struct ic_class; ic.c runs them
 * all.
 *
 * Who runs what. The channel's callback (softirq) only queues svc->work. The work, the timeout, the daemon's calls and
 * suspend take svc->lock, a mutex: whoever holds it owns the request in hand, the state and the right to send. Nothing
 * that may wait for user space (its memory included) is done under it.
 *
 * One request is with the daemon at a time; further ones stay in the ring until it is answered. A request nobody
 * answers in time is answered for the daemon; what the daemon says to it later is told apart from the answer to the
 * next one, because daemons read and write in turn (ic.c, owed).
 */
#ifndef _LIS_UTILS_H
#define _LIS_UTILS_H

#include <linux/hyperv.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "ic_msg.h"
#include "ic_negotiate.h"

#define IC_DAEMON_SECONDS 30

struct ic_service;

/* What a daemon does for a service. All hooks: svc->lock held. */
struct ic_daemon_class {
	const char *node; /* below /dev */
	u32 msg_size; /* the largest message, either way */
	u32 write_size; /* bytes of every message the daemon writes */
	bool longer_too; /* ... at least; else exactly */
	bool gates; /* versions are agreed only when the daemon is there */
	/* The first message. Return the bytes of our reply, put into reply (msg_size bytes), 0 for none, or -EINVAL. */
	int (*hello)(struct ic_service *svc, const void *msg, void *reply);
	/*
	 * The answer to the request in hand: return the status for the host; the body has been made answer_size long.
	 */
	u32 (*answer)(struct ic_service *svc, const void *msg);
	/* The request in hand was withdrawn before the daemon read it. May be NULL. */
	void (*unread)(struct ic_service *svc);
	/*
	 * The host has left or begun anew, or was told that a request failed which the daemon is still busy with: what
	 * must the daemon undo? Return the bytes of a message that says so, put into msg (msg_size bytes), or 0. Its
	 * answer is not waited for. May be NULL.
	 */
	u32 (*abandon)(struct ic_service *svc, void *msg);
};

struct ic_class {
	const char *name; /* in messages */
	u32 msg_type;
	u32 packet_max; /* bytes of the largest packet */
	u32 state_size; /* bytes of svc->state, zeroed */
	const struct ic_daemon_class *daemon; /* NULL: the kernel does it all */
	/* Before the channel is opened for the first time; undone by stop. May be NULL. Sleeps. */
	int (*start)(struct ic_service *svc);
	void (*stop)(struct ic_service *svc);
	/*
	 * Versions were agreed, or the channel was closed: what was known of the host is old. May be NULL. Lock held.
	 */
	void (*reset)(struct ic_service *svc);
	/*
	 * A request: len bytes of body. Return 0 with the status to answer, or the bytes of a message for the daemon,
	 * put into svc->ask.data. Lock held.
	 */
	u32 (*request)(struct ic_service *svc, u8 *body, u32 len, u32 *status);
	/* The answer is on its way. May be NULL. Lock held. */
	void (*answered)(struct ic_service *svc);
};

enum ic_state {
	IC_IDLE,
	IC_HELD, /* a negotiation waits for the daemon */
	IC_ASKED /* a request is with the daemon */
};

/* A message for the daemon. */
struct ic_slot {
	u32 len; /* 0: none */
	u32 seq; /* counts what was put in */
	u8 *data;
};

struct ic_service {
	struct kref ref; /* the device, and an open file */
	const struct ic_class *class;
	struct hv_device *dev;
	struct vmbus_channel *channel;
	void *state; /* the class's */
	struct mutex lock;
	struct work_struct work;
	enum ic_state busy;
	bool live; /* the channel is open and to be read */
	bool open; /* the channel must be closed */
	struct ic_agreed agreed;

	/* the request in hand */
	u8 *packet; /* IC_PACKET_MAX bytes */
	u32 len;
	u32 body;
	u64 id;
	u32 answer_size; /* bytes of body its answer needs */
	u32 seconds; /* the daemon has for it */
	struct delayed_work timeout;
	unsigned long deadline;

	/* the daemon's side (chardev.c) */
	struct miscdevice misc;
	struct list_head entry;
	wait_queue_head_t wait;
	struct mutex read_lock; /* one reader of read_buf */
	struct mutex write_lock;
	u8 *read_buf, *write_buf;
	bool gone; /* the device is */
	bool opened;
	bool registered;
	bool delivered; /* the daemon has read the request in hand */
	bool owed; /* the daemon's next answer is to something nobody waits for */
	struct ic_slot hello, notice, ask; /* in the order they are read */
};

extern const struct ic_class heartbeat_class, shutdown_class, timesync_class, kvp_class, vss_class, fcopy_class;

/* ic.c; process context */
struct ic_service *ic_create(struct hv_device *dev, const struct ic_class *class);
void ic_put(struct ic_service *svc);
/* Open the channel: the host begins at once. Return 0 or -errno. */
int ic_open(struct ic_service *svc);
/* Close it and forget what the host wanted. */
void ic_close(struct ic_service *svc);
/* Look at the ring, or at the request that was held. By the callback, or with the lock held. */
void ic_kick(struct ic_service *svc);
/* A message of the daemon's, of the right size. Lock held. Return 0 or -EINVAL. */
int ic_daemon_says(struct ic_service *svc, const void *msg);
/* The daemon has closed its file. Lock held. */
void ic_daemon_gone(struct ic_service *svc);

/* chardev.c; process context */
int chardev_add(struct ic_service *svc);
/* After this nobody opens the node, and who has it open is told. */
void chardev_remove(struct ic_service *svc);
/* Wake who waits for a message. Lock held. */
void chardev_wake(struct ic_service *svc);

#endif
