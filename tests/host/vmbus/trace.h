/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trace: every message, packet, signal and interrupt as a pcapng file (tracefmt.h), which hvhosttrace prints as text.
 * Loop thread only. Off costs one branch.
 */
#ifndef HOST_VMBUS_TRACE_H
#define HOST_VMBUS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "tracefmt.h"

extern bool trace_on;

/* Writes to path from now on, replacing it. 0 or -errno after a complaint. */
int trace_start(const char *path);
/* Writes out what is buffered and closes. */
void trace_stop(void);
/* Writes out what is buffered. */
void trace_flush(void);

void trace_write(enum trace_kind kind, enum trace_dir dir, uint32_t relid, uint32_t arg, const char *name,
		 const struct iovec *iov, unsigned int count);

static inline void trace_bytes(enum trace_kind kind, enum trace_dir dir, uint32_t relid, uint32_t arg, const char *name,
			       const void *data, size_t len)
{
	struct iovec iov = { (void *)data, len };

	if (__builtin_expect(trace_on, 0))
		trace_write(kind, dir, relid, arg, name, &iov, 1);
}

#endif
