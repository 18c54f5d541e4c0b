/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: arithmetic of the memory windows VMBus devices get their MMIO from (docs/wire/01-hypervisor.md 12).
 *
 * Ranges are inclusive on both ends, so that one may reach the last byte of the address space.
 */
#ifndef _LIS_MMIO_MATH_H
#define _LIS_MMIO_MATH_H

#include "pure.h"

#define MMIO_LOWEST 0x100000ULL /* windows that end below 1 MiB are the PC's legacy ones */
#define MMIO_VTPM_BASE 0xFED40000ULL /* the virtual TPM; what follows below 4 GiB is APIC and firmware */
#define MMIO_FB_MIN 0x100000ULL /* a boot framebuffer smaller than this is not worth keeping clear */

struct mmio_range {
	u64 start;
	u64 end;
};

/*
 * Make a window of an ancestor's _CRS usable: drop what must not be used, end it below the TPM. Return false when
 * nothing is left.
 */
bool mmio_trim_window(struct mmio_range *w);

/*
 * Insert a range into a sorted list of *count disjoint ones with room for max, merging what overlaps or touches.
 * Return 0, -EINVAL (start behind end) or -ENOSPC (list full; unchanged).
 */
int mmio_merge(struct mmio_range *list, unsigned int *count, unsigned int max, struct mmio_range range);

/* What a caller of vmbus_allocate_mmio() wants. */
struct mmio_want {
	u64 min;
	u64 max; /* inclusive */
	u64 size; /* > 0 */
	u64 align; /* power of two */
};

bool mmio_want_ok(const struct mmio_want *want);

/*
 * The lowest aligned start in window where size bytes end at or below want->max and overlap none of the n busy
 * ranges (any order). Return 0 and *start, or -ENOSPC.
 */
int mmio_first_fit(struct mmio_range window, const struct mmio_range *busy, unsigned int n,
		   const struct mmio_want *want, u64 *start);

/*
 * The part of window to keep clear for a boot framebuffer at base: at least `size` bytes if they fit, else half of
 * that and so on down to MMIO_FB_MIN. Return false when base is not in the window or not even that much fits.
 */
bool mmio_fb_range(struct mmio_range window, u64 base, u64 size, struct mmio_range *fb);

#endif
