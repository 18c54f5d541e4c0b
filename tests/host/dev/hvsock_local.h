/* SPDX-License-Identifier: GPL-2.0-only */
/* What answers behind a socket of the guest's without any other program: an echo, and a pump that checks one. */
#ifndef HOST_HVSOCK_LOCAL_H
#define HOST_HVSOCK_LOCAL_H

#include <stdbool.h>
#include <stdint.h>

/* A socket whose other end sends back all it gets, and closes when that has ended. -errno. */
int echo_open(void);

/* received: bytes that came back; equal: all that was sent, and the same. */
typedef void (*pump_done)(void *arg, uint64_t received, bool equal);

/*
 * A socket whose other end first reads the line "OK ...\n", then sends `bytes` of a pattern, then no more, and compares what
 * comes back until that ends. done() is called once, on the loop thread. -errno.
 */
int pump_open(uint64_t bytes, pump_done done, void *arg);

#endif
