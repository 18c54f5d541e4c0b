// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: arithmetic of the memory windows.
 */
#include "mmio_math.h"

bool mmio_trim_window(struct mmio_range *w)
{
	if (w->start > w->end || w->end < MMIO_LOWEST)
		return false;
	if (w->start < MMIO_VTPM_BASE && w->end >= MMIO_VTPM_BASE)
		w->end = MMIO_VTPM_BASE - 1;
	return true;
}

/* Do a and b overlap, or does one begin right behind the other? */
static bool touches(const struct mmio_range *a, const struct mmio_range *b)
{
	bool behind = a->end != ~0ULL && a->end + 1 < b->start;
	bool before = b->end != ~0ULL && b->end + 1 < a->start;

	return !behind && !before;
}

int mmio_merge(struct mmio_range *list, unsigned int *count, unsigned int max, struct mmio_range range)
{
	struct mmio_range joined = range;
	unsigned int first, last;

	if (range.start > range.end)
		return -EINVAL;
	for (first = 0; first < *count && !touches(&list[first], &range); first++)
		if (list[first].start > range.start)
			break;
	for (last = first; last < *count && touches(&list[last], &range); last++) {
		if (list[last].start < joined.start)
			joined.start = list[last].start;
		if (list[last].end > joined.end)
			joined.end = list[last].end;
	}
	if (first == last && *count >= max)
		return -ENOSPC;
	memmove(&list[first + 1], &list[last], (*count - last) * sizeof(*list));
	list[first] = joined;
	*count = *count - (last - first) + 1;
	return 0;
}

bool mmio_want_ok(const struct mmio_want *want)
{
	return want->size && want->align && !(want->align & (want->align - 1)) && want->min <= want->max;
}

/* Round up, or fail when that would wrap. */
static bool align_up(u64 at, u64 align, u64 *out)
{
	u64 up = (at + align - 1) & ~(align - 1);

	*out = up;
	return up >= at;
}

int mmio_first_fit(struct mmio_range window, const struct mmio_range *busy, unsigned int n,
		   const struct mmio_want *want, u64 *start)
{
	u64 at = want->min > window.start ? want->min : window.start;
	u64 limit = want->max < window.end ? want->max : window.end;
	unsigned int i = 0;

	if (!align_up(at, want->align, &at))
		return -ENOSPC;
	while (i < n) {
		if (at > limit || limit - at < want->size - 1)
			return -ENOSPC;
		if (busy[i].start > at + want->size - 1 || busy[i].end < at) {
			i++;
			continue;
		}
		/* Go behind it and ask all of them again: they are in no order. */
		if (busy[i].end == ~0ULL || !align_up(busy[i].end + 1, want->align, &at))
			return -ENOSPC;
		i = 0;
	}
	if (at > limit || limit - at < want->size - 1)
		return -ENOSPC;
	*start = at;
	return 0;
}

bool mmio_fb_range(struct mmio_range window, u64 base, u64 size, struct mmio_range *fb)
{
	if (base < window.start || base > window.end)
		return false;
	for (; size >= MMIO_FB_MIN; size >>= 1) {
		if (size - 1 > window.end - base)
			continue;
		fb->start = base;
		fb->end = base + size - 1;
		return true;
	}
	return false;
}
