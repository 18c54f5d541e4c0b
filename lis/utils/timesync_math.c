// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: time synchronisation. See timesync_math.h for the contracts.
 */
#include "timesync_math.h"

#define HOST_MAX ((1ULL << 63) / 100 - TIMESYNC_STALE_100NS) /* ns stay within 63 bits as long as the sample is used */

static u64 get64(const u8 *at)
{
	u64 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static int decode4(const u8 *body, u32 len, u64 now, struct timesync_sample *out)
{
	if (len < offsetof(struct ic_timesync4, leap))
		return -EINVAL;
	out->reference = get64(body + offsetof(struct ic_timesync4, vm_reference));
	/* A reading of the future is none. */
	if (out->reference > now)
		out->reference = now;
	out->flags = body[offsetof(struct ic_timesync4, flags)];
	return 0;
}

static int decode1(const u8 *body, u32 len, u64 now, struct timesync_sample *out)
{
	if (len < sizeof(struct ic_timesync))
		return -EINVAL;
	out->reference = now;
	out->flags = body[offsetof(struct ic_timesync, flags)];
	return 0;
}

int timesync_decode(const void *body, u32 len, u32 version, u64 now, struct timesync_sample *out)
{
	int err = version >= IC_VERSION(4, 0) ? decode4(body, len, now, out) : decode1(body, len, now, out);
	u64 parent;

	if (err)
		return err;
	parent = get64(body);
	if (parent < IC_TIME_EPOCH || parent - IC_TIME_EPOCH > HOST_MAX)
		return -EINVAL;
	out->host = parent - IC_TIME_EPOCH;
	return 0;
}

int timesync_now(const struct timesync_sample *s, u64 now, s64 *ns)
{
	u64 since = now - s->reference;

	if (now < s->reference || since > TIMESYNC_STALE_100NS)
		return -ESTALE;
	*ns = (s64)((s->host + since) * 100);
	return 0;
}

static bool beyond(s64 ahead, s64 limit)
{
	return ahead > limit || ahead < -limit;
}

bool timesync_must_step(u8 flags, const struct timesync_state *state, s64 ahead)
{
	if (flags & IC_TIME_SYNC) {
		/* The first after boot, resume or restore; later ones leave small differences to whoever slews. */
		if (!state->settled)
			return true;
		return beyond(ahead, state->slewed ? TIMESYNC_FAR_NS : TIMESYNC_NEAR_NS);
	}
	/* A sample never puts the clock back. */
	return (flags & IC_TIME_SAMPLE) && state->implicit && ahead < -TIMESYNC_FAR_NS;
}
