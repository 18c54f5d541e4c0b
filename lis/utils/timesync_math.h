/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: time synchronisation (docs/wire/03-integration-components.md 5): the host's messages, the host's time now, and
 * whether to step the clock.
 *
 * "Reference" is the partition reference counter, in 100 ns units.
 */
#ifndef _LIS_TIMESYNC_MATH_H
#define _LIS_TIMESYNC_MATH_H

#include "pure.h"
#include <wire/ic.h>

#define TIMESYNC_STALE_100NS 6000000000ULL /* 600 s: what an older sample says is no longer told */
#define TIMESYNC_NEAR_NS 5000000LL /* closer than this to the host: left alone */
#define TIMESYNC_FAR_NS 1000000000LL /* farther than this: stepped even where somebody slews the clock */

/* The host's clock at one instant of the reference counter. */
struct timesync_sample {
	u64 host; /* 100 ns since 1970 */
	u64 reference;
	u8 flags; /* IC_TIME_* */
};

/*
 * A message of len bytes under this version, received when the counter stood at now. Return 0, or -EINVAL when it is
 * too short, or the time in it is before 1970 or beyond what a kernel's clock holds.
 */
int timesync_decode(const void *body, u32 len, u32 version, u64 now, struct timesync_sample *out);

/* The host's time in ns since 1970 when the counter stands at now. Return 0, or -ESTALE when the sample is too old. */
int timesync_now(const struct timesync_sample *s, u64 now, s64 *ns);

/* What a decision depends on beyond the message. */
struct timesync_state {
	bool settled; /* a sync was followed since versions were agreed: the guest neither booted nor slept since */
	bool slewed; /* somebody reads the PTP clock, and so slews this one */
	bool implicit; /* the administrator wants the clock put forward by samples, too */
};

/* 5.3: is the clock, which is ahead of the host's by ahead ns, to be stepped because of this message? */
bool timesync_must_step(u8 flags, const struct timesync_state *state, s64 ahead);

#endif
