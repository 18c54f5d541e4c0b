/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the dynamic memory device: balloon.c (channel and protocol), balloon_hint.c (page reporting). */
#ifndef HOST_DEV_BALLOON_H
#define HOST_DEV_BALLOON_H

#include <stdint.h>

#include "core/loop.h"

/* Page reporting (docs/wire/06 11): one device answers the calls; the last one made that wants to. */
struct balloon_hint {
	const char *device;
	uint64_t calls, ranges, bytes, bad;
	uint64_t told_bytes;
	struct loop_timer tell;
};

void balloon_hint_start(struct balloon_hint *h, const char *device);
void balloon_hint_stop(struct balloon_hint *h);

#endif
