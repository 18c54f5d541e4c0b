# SPDX-License-Identifier: GPL-2.0-only
"""Medians, and whether two of them differ by more than the noise of their samples."""
import math
import statistics

# A difference below this says nothing, however still the machine is.
SMALLEST = 0.01
# Standard errors of the difference of the medians.
SIGMAS = 3.0


def summary(values):
    """{median, min, max, n} of a non-empty list."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "n": len(values)}


def median_error(values):
    """Standard error of the median, from the median absolute deviation: one wild sample does not move it."""
    mid = statistics.median(values)
    spread = 1.4826 * statistics.median([abs(v - mid) for v in values])
    return 1.2533 * spread / math.sqrt(len(values))


def ratio(ours, inbox):
    """ours/in-box of the medians; None when in-box is zero and ours is not."""
    a, b = statistics.median(ours), statistics.median(inbox)
    if b:
        return a / b
    return 1.0 if not a else None


def verdict(ours, inbox, better="less"):
    """'worse', 'better' or 'same' (within noise). better: which direction is good, 'less' or 'more'."""
    a, b = statistics.median(ours), statistics.median(inbox)
    limit = max(SIGMAS * math.hypot(median_error(ours), median_error(inbox)), SMALLEST * abs(b))
    if abs(a - b) <= limit:
        return "same"
    return "better" if (a < b) == (better == "less") else "worse"


def pair_range(ours, inbox):
    """Lowest and highest ratio of the runs made one after the other: they shared the machine's mood."""
    pairs = [a / b for a, b in zip(ours, inbox) if b]
    return (min(pairs), max(pairs)) if pairs else None
